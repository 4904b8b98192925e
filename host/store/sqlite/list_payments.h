// Payments together with their placements, and the filtered list of them.
#pragma once

#include <string>
#include <vector>

#include "core/ports/store.h"
#include "host/store/sqlite/connection.h"

namespace smmhost::sqlite {

// In the order of their numbers: "x.2" before "x.10".
std::vector<Placement> placements_of(Connection& db, const std::string& payment_id);

std::vector<PaymentDetail> with_placements(Connection& db, std::vector<Payment> payments);

// Newest first.
std::vector<PaymentDetail> list_payments(Connection& db, const PaymentFilter& filter);

}  // namespace smmhost::sqlite
