// An order of the simulated shop: the status table and the customer's data.
#include "examples/world/shop_order.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include <algorithm>

namespace smmhost::world {

const std::vector<Status>& all_statuses() {
  static const std::vector<Status> kStatuses{{3, "waiting_payment", "Aguardando pagamento"},
                                             {4, "paid", "Pagamento aprovado"},
                                             {5, "handling_products", "Em separação"},
                                             {6, "on_carriage", "Em transporte"},
                                             {7, "delivered", "Entregue"},
                                             {8, "cancelled", "Cancelado"},
                                             {9, "refused", "Recusado"},
                                             {10, "invoiced", "Faturado"},
                                             {11, "shipment_exception", "Problema na entrega"},
                                             {12, "ready_for_shipping", "Pronto para envio"},
                                             {15, "partially_paid", "Parcialmente pago"}};
  return kStatuses;
}

const Status* find_status(int id) {
  const auto& all = all_statuses();
  const auto at = std::find_if(all.begin(), all.end(), [&](const Status& status) { return status.id == id; });
  return at == all.end() ? nullptr : &*at;
}

const Status* find_status(const std::string& alias) {
  const auto& all = all_statuses();
  const auto at = std::find_if(all.begin(), all.end(), [&](const Status& status) { return alias == status.alias; });
  return at == all.end() ? nullptr : &*at;
}

std::vector<std::string> allowed_next(const std::string& alias) {
  if (alias == "waiting_payment") return {"cancelled", "paid", "refused"};
  if (alias == "delivered" || alias == "cancelled" || alias == "refused") return {};
  std::vector<std::string> next;
  for (const Status& status : all_statuses()) {
    if (status.id >= 5 && alias != status.alias) next.emplace_back(status.alias);
  }
  return next;
}

Sensitive sensitive_of(std::int64_t order_id) {
  const std::string n = std::to_string(order_id);
  const std::string last = std::to_string(1000 + order_id % 1000).substr(1);
  return {"LOGINTOKEN" + n,     "CARTTOKEN" + n,
          "STATEMENTTOKEN" + n, "PUBLICTOKEN" + n,
          "77755533" + last,    "Travessa Sigilosa " + n,
          "98765" + last,       "203.0.113." + std::to_string(order_id % 250 + 1),
          "00020126PIXCODE" + n};
}

std::string customer_name(std::int64_t order_id) {
  return "João Cliente " + std::to_string(order_id % 1000);
}
std::string customer_email(std::int64_t order_id) {
  return "cliente" + std::to_string(order_id) + "@example.com";
}
std::string customer_phone(std::int64_t order_id) {
  return "119" + std::to_string(order_id).substr(1);
}

std::string shop_time(std::chrono::system_clock::time_point at) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()) - std::chrono::hours{3};
  return Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(seconds.count()), "%Y-%m-%d %H:%M:%S");
}

}  // namespace smmhost::world
