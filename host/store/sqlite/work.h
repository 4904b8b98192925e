// Claiming rows whose time has come, and waking those whose cause has gone.
#pragma once

#include "core/ports/store.h"
#include "host/store/sqlite/connection.h"

namespace smmhost::sqlite {

// All run inside the writer's transaction, so that no row is claimed twice.
std::vector<Payment> claim_due(Connection& db, const std::string& owner, Time now, Duration lease, int limit);
std::optional<Payment> claim(Connection& db, const std::string& payment_id, const std::string& owner, Time now,
                             Duration lease);
std::vector<Placement> claim_tracking(Connection& db, const std::string& provider, Time now, Duration lease, int limit);
std::vector<ShopUpdate> claim_shop_updates(Connection& db, Time now, Duration lease, int limit);
int break_leases(Connection& db, const std::string& owner, Time now, Duration lease);
int wake_held(Connection& db, Reason reason, const std::string& provider, const std::string& sku, Time now);
int wake_links(Connection& db, std::span<const ServiceLink> links, Time now);

}  // namespace smmhost::sqlite
