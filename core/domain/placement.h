// A placement: one purchase at one provider (service, link, quantity). A payment has one or several.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain/money.h"
#include "core/domain/reason.h"
#include "core/domain/time.h"

namespace smmhost {

// intent -> sent -> accepted -> in_progress -> completed | partial | canceled | refunded, or rejected, or unknown.
enum class PlacementState {
  kIntent,      // decided and stored; no byte sent: safe to send
  kSent,        // stored as sent before the first byte; without an answer it becomes kUnknown, never kIntent
  kAccepted,    // the provider gave an order id
  kInProgress,  // the provider said it works on it
  kCompleted,
  kPartial,   // a part was delivered, the rest refunded
  kCanceled,  // by the provider, or given up by a person
  kRefunded,
  kRejected,  // a definite refusal: nothing was bought
  kUnknown,   // possibly bought; leaves only by proof or by a person's recorded decision
};

std::string_view to_string(PlacementState state);
std::optional<PlacementState> parse_placement_state(std::string_view text);

// True while the provider holds or may hold a running order for the link: a second one for it must wait.
constexpr bool occupies_link(PlacementState s) {
  return s == PlacementState::kSent || s == PlacementState::kAccepted || s == PlacementState::kInProgress ||
         s == PlacementState::kUnknown;
}

// True for the states in which money was certainly spent at some time.
constexpr bool was_bought(PlacementState s) {
  return s == PlacementState::kAccepted || s == PlacementState::kInProgress || s == PlacementState::kCompleted ||
         s == PlacementState::kPartial;
}

struct Placement {
  // "{payment id}.{n}", n from 1. Derived, never drawn: writing the intents of a payment twice collides instead of
  // buying twice.
  std::string id;
  std::string payment_id;
  std::string provider;    // the configured name, e.g. "machinesmm"
  std::string service_id;  // the provider's own id, as text
  std::string link;        // the full link that is sent
  std::int64_t quantity = 0;
  PlacementState state = PlacementState::kIntent;
  Reason reason = Reason::kNone;  // why a kIntent or kRejected one waits, why a kUnknown or kPartial one needs a person
  std::string reason_detail;
  std::string provider_order_id;  // text, as the provider wrote it
  std::optional<Money> charge;
  std::optional<std::int64_t> start_count;
  std::optional<std::int64_t> remains;
  std::int32_t attempt = 1;   // grows each time the purchase is tried anew; an answer belongs to one attempt
  std::int32_t failures = 0;  // consecutive transient failures of this attempt chain; drives the backoff
  std::int32_t route = 0;     // index into the product's routes
  bool given_up = false;      // a person decided that this purchase ends here
  std::string request_key;    // 32 hex digits, drawn once an attempt; for providers with an idempotency key
  // Written with the `sent` mark: ProviderCapabilities::idempotent_at of that moment. Only who it names has seen the
  // request key; empty where nobody has.
  std::string idempotent_at;
  std::optional<Time> sent_at;  // when the present attempt was marked sent
  std::optional<Time> answered_at;
  // When to send (kIntent, kRejected), to miss the answer (kSent), to reconcile (kUnknown) or to ask the status
  // (kAccepted, kInProgress); nullopt: not by itself.
  std::optional<Time> due_at;
  std::int64_t version = 0;  // 0: not stored yet; grows with every write
  Time created_at{};
  Time updated_at{};
};

}  // namespace smmhost
