// A payment: one line of a paid order (one SKU, one quantity, one customization text), and where its fulfilment stands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain/reason.h"
#include "core/domain/time.h"

namespace smmhost {

// The life of a payment. Ends: kDelivered, kCancelled. An ended state never changes.
enum class PaymentState {
  kReceived,        // stored, profile not checked yet
  kWaitingProfile,  // profile private, missing, or the look-up failed; checked again
  kReady,           // public, product known, link and quantity decided
  kPlacing,         // intents written; at least one placement has no outcome yet
  kPlaced,          // every placement accepted; followed
  kCompleted,       // every placement completed
  kDelivered,       // the shop was told "delivered"
  kHeld,            // cannot go on without a change; `reason` says which
  kReview,          // a person decides
  kCancelled,       // the shop cancelled before anything was bought, or a person gave the line up
};

enum class ProfileStatus { kPending, kPublic, kPrivate, kError };

std::string_view to_string(PaymentState state);
std::optional<PaymentState> parse_payment_state(std::string_view text);
std::string_view to_string(ProfileStatus status);
std::optional<ProfileStatus> parse_profile_status(std::string_view text);

constexpr bool is_end(PaymentState s) {
  return s == PaymentState::kDelivered || s == PaymentState::kCancelled;
}

struct Payment {
  std::string id;  // "{order_id}_{yampi item id}"
  std::int64_t order_id = 0;
  std::string status_alias;  // the shop's own word for the order: paid, delivered, cancelled...
  std::string customer_name;
  std::string email;
  std::string phone_full_number;
  std::string item_sku;
  std::int64_t item_quantity = 0;
  std::string customization;            // as the customer typed it; never altered
  bool customization_borrowed = false;  // taken from another line of the same order
  bool finished = false;                // the seed's flag: bought and, by `delivered_when`, done
  ProfileStatus profile_status = ProfileStatus::kPending;

  PaymentState state = PaymentState::kReceived;
  Reason reason = Reason::kNone;
  std::string reason_detail;  // for a person: what exactly, e.g. "quantity 5 is below the service's minimum 10"

  std::string username;  // normalised Instagram user, empty where the customization is a post or not understood
  std::optional<Time> profile_waiting_since;
  std::int32_t profile_checks = 0;
  bool cancel_requested = false;  // the shop cancelled or refused the order; set by ingest, acted on by the engine
  bool archived = false;          // deleted through the API after money was spent

  // When the engine should look at this payment next; nullopt: nothing to do until something else changes it.
  // A claim moves it into the future by the lease, so a dead worker's payment comes back by itself.
  std::optional<Time> due_at;
  std::string lease_owner;   // who claimed it last; empty when not leased
  std::int64_t fence = 0;    // grows with every claim
  std::int64_t version = 0;  // grows with every write; what optimistic commits compare
  Time created_at{};
  Time updated_at{};
};

// For a claimed one: only its arrival and this claim have written it, so there is nothing else of it yet.
inline bool is_untouched(const Payment& claimed) {
  return claimed.state == PaymentState::kReceived && claimed.version == 2 && claimed.fence == 1;
}

}  // namespace smmhost
