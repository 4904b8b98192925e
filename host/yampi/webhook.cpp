#include "host/yampi/webhook.h"

#include <algorithm>

#include "host/yampi/json_reading.h"

namespace smmhost {
namespace {

constexpr std::string_view kOrderEvents[] = {"order.paid", "order.created", "order.status.updated", "order.updated"};
constexpr std::string_view kOtherEvents[] = {"order.invoice.created",
                                             "order.invoice.updated",
                                             "transaction.payment.refused",
                                             "cart.reminder",
                                             "customer.created",
                                             "customer.address.created",
                                             "product.created",
                                             "product.updated",
                                             "product.deleted",
                                             "product.inventory.updated",
                                             "cashback.expiring"};

template <std::size_t N>
bool contains(const std::string_view (&words)[N], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// Names of events and shops are slugs. What is not is left out, so that nothing else slips into what is kept.
std::string slug(std::string text) {
  constexpr std::size_t kLongest = 64;
  const bool is_slug = text.size() <= kLongest && std::all_of(text.begin(), text.end(), [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                c == '.' || c == '_' || c == '-';
                       });
  if (!is_slug) text.clear();
  return text;
}

// `resource` is the order itself; one wrapped in "data" is read as well.
std::optional<Json> resource_of(const std::optional<Json>& root) {
  const std::optional<Json> resource = member(root, "resource");
  if (!member(resource, "id")) {
    if (const std::optional<Json> data = member(resource, "data"); member(data, "id")) return data;
  }
  return resource;
}

WebhookEnvelope read_envelope(const std::optional<Json>& root, const std::optional<Json>& resource) {
  const auto id = whole_number(member(resource, "id"));
  return {.event = slug(text_of(member(root, "event"))),
          .time = read_shop_time(member(root, "time")),
          .merchant_alias = slug(text_of(member(member(root, "merchant"), "alias"))),
          .resource_id = id && *id > 0 ? *id : 0};
}

std::variant<OrderReading, IgnoredEvent, NotUnderstood> read_content(const WebhookEnvelope& envelope,
                                                                     const std::optional<Json>& resource) {
  if (contains(kOtherEvents, envelope.event)) return IgnoredEvent{};
  if (envelope.event.empty()) return NotUnderstood{"The body names no event.", true};
  if (!contains(kOrderEvents, envelope.event))
    return NotUnderstood{"The event \"" + envelope.event + "\" is not known.", true};

  auto read = read_order(resource, envelope.merchant_alias);
  if (const auto* unreadable = std::get_if<UnreadableOrder>(&read)) return NotUnderstood{unreadable->why, true};
  auto& reading = std::get<OrderReading>(read);
  if (!reading.order.updated_at) reading.order.updated_at = envelope.time;
  return std::move(reading);
}

}  // namespace

Webhook parse_webhook(std::string_view body) {
  const JsonDocument document(body);
  if (!document.root()) return {{}, NotUnderstood{"The body is not JSON that can be read: " + document.error(), false}};
  if (!document.root()->is_object()) return {{}, NotUnderstood{"The body is JSON, but no object.", false}};
  const std::optional<Json> resource = resource_of(document.root());
  Webhook webhook{.envelope = read_envelope(document.root(), resource), .content = IgnoredEvent{}};
  webhook.content = read_content(webhook.envelope, resource);
  return webhook;
}

}  // namespace smmhost
