// A webhook's body, read: an order event, an event that is of no concern, or something a person should look at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/domain/time.h"
#include "host/yampi/order_reading.h"

namespace smmhost {

// What surrounds every event: {"event","time","merchant":{"id","alias"},"resource":{...}} (docs.yampi.com.br,
// webhooks).
struct WebhookEnvelope {
  std::string event;             // empty where there is none, or where it is no event's name at all
  std::optional<Time> time;      // when the shop wrote the body
  std::string merchant_alias;    // empty where there is none
  std::int64_t resource_id = 0;  // 0 where there is none
};

struct IgnoredEvent {};  // carts, customers, products, invoices: documented, and not orders

struct NotUnderstood {
  std::string why;        // one sentence for a person
  bool was_json = false;  // false: the envelope is empty
};

struct Webhook {
  WebhookEnvelope envelope;
  std::variant<OrderReading, IgnoredEvent, NotUnderstood> content;
};

// Any bytes. Bounded: nesting beyond 1024 is not understood; a number beyond 64 bits costs only its field. Repeated
// keys: the first counts.
Webhook parse_webhook(std::string_view body);

// The JSON that is kept of a delivery, by an allow-list: the envelope, the order's id, number, status and update time,
// when it was paid if it has moved on since, its lines' id, SKU, quantity and customization, and the customer's name,
// e-mail and phone. parse_webhook() reads it
// again to the same order. Of other events the envelope and the resource's id are kept; of what is not JSON a scrubbed
// excerpt.
std::string kept_payload(const Webhook& webhook, std::string_view body);

}  // namespace smmhost
