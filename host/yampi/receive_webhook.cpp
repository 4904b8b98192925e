#include "host/yampi/receive_webhook.h"

#include <string>
#include <utility>
#include <variant>

#include "core/fulfilment/engine.h"
#include "core/text/instagram_words.h"
#include "host/yampi/signature.h"
#include "host/yampi/webhook.h"

namespace smmhost {
namespace {

constexpr std::size_t kLongestNote = 2000;

// What a body is read with.
struct Reading {
  std::string_view merchant_alias;
  std::span<const std::string> paid_statuses;
  Time now{};
};

void append_sentence(std::string& note, const std::string& sentence) {
  if (sentence.empty() || note.size() + sentence.size() > kLongestNote) return;
  if (!note.empty()) note += ' ';
  note += sentence;
}

// A body without the shop's name is taken: it was signed with the configured shop's own secret.
bool is_of_another_shop(const WebhookEnvelope& envelope, std::string_view merchant_alias) {
  return !merchant_alias.empty() && !envelope.merchant_alias.empty() &&
         to_lower_ascii(envelope.merchant_alias) != to_lower_ascii(merchant_alias);
}

Ingest keep_only(Delivery delivery, DeliveryOutcome outcome, const std::string& note) {
  delivery.outcome = outcome;
  append_sentence(delivery.note, note);
  Ingest ingest;
  ingest.delivery = std::move(delivery);
  return ingest;
}

Ingest take_order(OrderReading reading, Delivery delivery, const Reading& with) {
  ShopOrder& order = reading.order;
  order.moved_on = moved_on_of(order, delivery.event, with.paid_statuses);
  delivery.order_id = order.order_id;
  const bool is_paid = order.status_alias == "paid" || order.moved_on != MovedOn::kNo;
  if (is_paid && order.lines.empty())
    return keep_only(std::move(delivery), DeliveryOutcome::kNotUnderstood, "The paid order has no lines.");

  const bool says_both = delivery.event == "order.paid" && !is_paid && !is_cancellation(order.status_alias);
  Ingest ingest = ingest_order(order, std::move(delivery), with.now);
  if (is_paid)
    for (const std::string& note : reading.notes) append_sentence(ingest.delivery.note, note);
  if (says_both) {
    ingest.delivery.outcome = DeliveryOutcome::kNotUnderstood;
    append_sentence(ingest.delivery.note, "The event says that the order is paid, and the order that it is \"" +
                                              order.status_alias.substr(0, 64) + "\"; nothing is bought.");
  }
  return ingest;
}

Ingest take(Webhook webhook, Delivery delivery, const Reading& with) {
  delivery.event = webhook.envelope.event;
  if (const auto* failure = std::get_if<NotUnderstood>(&webhook.content)) {
    if (delivery.event.starts_with("order.")) delivery.order_id = webhook.envelope.resource_id;
    return keep_only(std::move(delivery), DeliveryOutcome::kNotUnderstood, failure->why);
  }
  if (is_of_another_shop(webhook.envelope, with.merchant_alias)) {
    return keep_only(
        std::move(delivery), DeliveryOutcome::kNotUnderstood,
        "The event is of the shop \"" + webhook.envelope.merchant_alias + "\", not of the configured one.");
  }
  if (auto* reading = std::get_if<OrderReading>(&webhook.content))
    return take_order(std::move(*reading), std::move(delivery), with);
  return keep_only(std::move(delivery), DeliveryOutcome::kIgnored, "");
}

}  // namespace

Ingest receive_webhook(const WebhookArrival& arrival) {
  Webhook webhook = parse_webhook(arrival.body);
  Delivery delivery;
  delivery.received_at = arrival.now;
  delivery.source = "webhook";
  delivery.digest = sha256_hex(arrival.body);
  delivery.signature = trimmed_header(arrival.signature);
  delivery.payload = kept_payload(webhook, arrival.body);
  delivery.body_bytes = static_cast<std::int64_t>(arrival.body.size());
  return take(std::move(webhook), std::move(delivery), {arrival.merchant_alias, arrival.paid_statuses, arrival.now});
}

Ingest replay_delivery(const Delivery& kept, std::string_view merchant_alias, Time now,
                       std::span<const std::string> paid_statuses) {
  Delivery delivery;
  delivery.received_at = now;
  delivery.source = "replay";
  delivery.digest = sha256_hex("replay " + std::to_string(kept.id) + " " + std::to_string(to_unix_ms(now)));
  delivery.payload = kept.payload;
  delivery.body_bytes = static_cast<std::int64_t>(kept.payload.size());
  delivery.note = "Replay of delivery " + std::to_string(kept.id) + ".";
  return take(parse_webhook(kept.payload), std::move(delivery), {merchant_alias, paid_statuses, now});
}

}  // namespace smmhost
