// Rows to domain types and back. The order of columns and parameters is that of the column lists in statements.h.
#pragma once

#include <string>

#include "core/domain/delivery.h"
#include "core/domain/event.h"
#include "core/domain/exchange.h"
#include "core/domain/job.h"
#include "core/domain/payment.h"
#include "core/domain/placement.h"
#include "core/domain/product.h"
#include "core/domain/provider_status.h"
#include "core/domain/shop_update.h"
#include "host/store/sqlite/connection.h"

namespace smmhost::sqlite {

// Each reads the present row of a query over the type's columns. A word that no enumeration has is an SqlError
// (corrupt).
Delivery read_delivery(Query& query);
Payment read_payment(Query& query);
Placement read_placement(Query& query);
ShopUpdate read_shop_update(Query& query);
ProviderStatus read_provider(Query& query);
Exchange read_exchange(Query& query);
Event read_event(Query& query);
Product read_product(Query& query);
ProviderService read_service(Query& query);
JobRun read_job(Query& query);

// Each binds a whole row. What is bound must outlive the statement's run.
void bind_payment(Query& query, const Payment& payment);
void bind_placement(Query& query, const Placement& placement);
void bind_shop_update(Query& query, const ShopUpdate& update);
void bind_provider(Query& query, const ProviderStatus& provider);
void bind_exchange(Query& query, const Exchange& exchange);
void bind_event(Query& query, const Event& event);
void bind_product(Query& query, const Product& product, const std::string& routes);
void bind_service(Query& query, const std::string& provider, const ProviderService& service);
void bind_job(Query& query, const JobRun& job);

// A product's further routes as they are stored: [["provider","service"],...].
std::string routes_text(const Product& product);

}  // namespace smmhost::sqlite
