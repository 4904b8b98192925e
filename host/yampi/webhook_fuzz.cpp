// libFuzzer: any bytes as the body of a signed webhook.
#include "host/yampi/webhook.h"

#include <algorithm>
#include <cstdint>

#include "host/yampi/receive_webhook.h"
#include "tests/fuzz/demand.h"

namespace smmhost {
namespace {

using fuzz::demand;

bool same_line(const ShopOrderLine& a, const ShopOrderLine& b) {
  return a.item_id == b.item_id && a.sku == b.sku && a.quantity == b.quantity && a.customization == b.customization;
}

bool same_order(const ShopOrder& a, const ShopOrder& b) {
  return a.order_id == b.order_id && a.number == b.number && a.status_alias == b.status_alias &&
         a.customer_name == b.customer_name && a.email == b.email && a.phone_full_number == b.phone_full_number &&
         a.updated_at == b.updated_at &&
         std::equal(a.lines.begin(), a.lines.end(), b.lines.begin(), b.lines.end(), same_line);
}

void check_kept(const Webhook& webhook, std::string_view body) {
  const std::string kept = kept_payload(webhook, body);
  demand(kept.find('\0') == std::string::npos, "what is kept has no NUL, which PostgreSQL cannot keep");
  const auto* read = std::get_if<OrderReading>(&webhook.content);
  if (!read) return;
  const Webhook again = parse_webhook(kept);
  const auto* read_again = std::get_if<OrderReading>(&again.content);
  demand(read_again && same_order(read->order, read_again->order), "what is kept of an order reads as the same order");
}

void check_arrival(std::string_view body) {
  constexpr Time kNow = from_unix_ms(1'768'483'231'000);
  const Ingest ingest = receive_webhook({body, "signature", "loja-teste", kNow});
  demand(ingest.delivery.source == "webhook" && ingest.delivery.digest.size() == 64, "every body makes a delivery");
  const std::string prefix = std::to_string(ingest.order_id) + '_';
  for (const Payment& payment : ingest.new_payments) {
    demand(payment.id.starts_with(prefix) && payment.id.size() > prefix.size(), "a payment is named after its line");
    demand(payment.item_quantity > 0, "a payment's quantity is above zero");
  }
  const Ingest replay = replay_delivery(ingest.delivery, "loja-teste", kNow);
  demand(replay.new_payments.size() == ingest.new_payments.size(), "a replay finds the payments of the delivery");
}

}  // namespace
}  // namespace smmhost

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  smmhost::check_kept(smmhost::parse_webhook(body), body);
  smmhost::check_arrival(body);
  return 0;
}
