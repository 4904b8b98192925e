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

Ingest take_order(const OrderReading& reading, Delivery delivery, Time now) {
  delivery.order_id = reading.order.order_id;
  const bool wants_lines = reading.order.status_alias == "paid";
  std::string notes;
  for (const std::string& note : reading.notes) append_sentence(notes, note);
  if (wants_lines && reading.order.lines.empty())
    return keep_only(std::move(delivery), DeliveryOutcome::kNotUnderstood, "The paid order has no lines.");
  Ingest ingest = ingest_order(reading.order, std::move(delivery), now);
  if (wants_lines) append_sentence(ingest.delivery.note, notes);
  return ingest;
}

Ingest take(const Webhook& webhook, Delivery delivery, std::string_view merchant_alias, Time now) {
  delivery.event = webhook.envelope.event;
  if (const auto* failure = std::get_if<NotUnderstood>(&webhook.content)) {
    if (delivery.event.starts_with("order.")) delivery.order_id = webhook.envelope.resource_id;
    return keep_only(std::move(delivery), DeliveryOutcome::kNotUnderstood, failure->why);
  }
  if (is_of_another_shop(webhook.envelope, merchant_alias)) {
    return keep_only(
        std::move(delivery), DeliveryOutcome::kNotUnderstood,
        "The event is of the shop \"" + webhook.envelope.merchant_alias + "\", not of the configured one.");
  }
  if (const auto* reading = std::get_if<OrderReading>(&webhook.content))
    return take_order(*reading, std::move(delivery), now);
  return keep_only(std::move(delivery), DeliveryOutcome::kIgnored, "");
}

}  // namespace

Ingest receive_webhook(const WebhookArrival& arrival) {
  const Webhook webhook = parse_webhook(arrival.body);
  Delivery delivery;
  delivery.received_at = arrival.now;
  delivery.source = "webhook";
  delivery.digest = sha256_hex(arrival.body);
  delivery.signature = trimmed_header(arrival.signature);
  delivery.payload = kept_payload(webhook, arrival.body);
  delivery.body_bytes = static_cast<std::int64_t>(arrival.body.size());
  return take(webhook, std::move(delivery), arrival.merchant_alias, arrival.now);
}

Ingest replay_delivery(const Delivery& kept, std::string_view merchant_alias, Time now) {
  Delivery delivery;
  delivery.received_at = now;
  delivery.source = "replay";
  delivery.digest = sha256_hex("replay " + std::to_string(kept.id) + " " + std::to_string(to_unix_ms(now)));
  delivery.payload = kept.payload;
  delivery.body_bytes = static_cast<std::int64_t>(kept.payload.size());
  delivery.note = "Replay of delivery " + std::to_string(kept.id) + ".";
  return take(parse_webhook(kept.payload), std::move(delivery), merchant_alias, now);
}

}  // namespace smmhost
