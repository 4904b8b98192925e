// The words that the API, the database and the logs use for every enumeration of the domain. Never renamed.
#include <array>
#include <utility>

#include "core/domain/delivery.h"
#include "core/domain/exchange.h"
#include "core/domain/payment.h"
#include "core/domain/placement.h"
#include "core/domain/product.h"
#include "core/domain/reason.h"
#include "core/domain/shop_update.h"
#include "core/ports/reply.h"

namespace smmhost {
namespace {

template <class E, std::size_t N>
using Words = std::array<std::pair<E, std::string_view>, N>;

template <class E, std::size_t N>
std::string_view word_of(const Words<E, N>& words, E value) {
  for (const auto& [candidate, word] : words)
    if (candidate == value) return word;
  return {};
}

template <class E, std::size_t N>
std::optional<E> value_of(const Words<E, N>& words, std::string_view text) {
  for (const auto& [value, word] : words)
    if (word == text) return value;
  return std::nullopt;
}

constexpr Words<PaymentState, 10> kPaymentStates{{
    {PaymentState::kReceived, "received"},
    {PaymentState::kWaitingProfile, "waiting_profile"},
    {PaymentState::kReady, "ready"},
    {PaymentState::kPlacing, "placing"},
    {PaymentState::kPlaced, "placed"},
    {PaymentState::kCompleted, "completed"},
    {PaymentState::kDelivered, "delivered"},
    {PaymentState::kHeld, "held"},
    {PaymentState::kReview, "review"},
    {PaymentState::kCancelled, "cancelled"},
}};

constexpr Words<ProfileStatus, 4> kProfileStatuses{{
    {ProfileStatus::kPending, "pending"},
    {ProfileStatus::kPublic, "public"},
    {ProfileStatus::kPrivate, "private"},
    {ProfileStatus::kError, "error"},
}};

constexpr Words<PlacementState, 10> kPlacementStates{{
    {PlacementState::kIntent, "intent"},
    {PlacementState::kSent, "sent"},
    {PlacementState::kAccepted, "accepted"},
    {PlacementState::kInProgress, "in_progress"},
    {PlacementState::kCompleted, "completed"},
    {PlacementState::kPartial, "partial"},
    {PlacementState::kCanceled, "canceled"},
    {PlacementState::kRefunded, "refunded"},
    {PlacementState::kRejected, "rejected"},
    {PlacementState::kUnknown, "unknown"},
}};

constexpr Words<Reason, 33> kReasons{{
    {Reason::kNone, ""},
    {Reason::kProfilePrivate, "profile_private"},
    {Reason::kProfileNotFound, "profile_not_found"},
    {Reason::kProfileLookupFailed, "profile_lookup_failed"},
    {Reason::kUnknownSku, "unknown_sku"},
    {Reason::kUnknownProvider, "unknown_provider"},
    {Reason::kUnknownServiceType, "unknown_service_type"},
    {Reason::kQuantityOutOfBounds, "quantity_out_of_bounds"},
    {Reason::kProviderPaused, "provider_paused"},
    {Reason::kProviderAuth, "provider_auth"},
    {Reason::kProviderConfig, "provider_config"},
    {Reason::kProviderUnreachable, "provider_unreachable"},
    {Reason::kNoFunds, "no_funds"},
    {Reason::kBadService, "bad_service"},
    {Reason::kLinkBusy, "link_busy"},
    {Reason::kNoPosts, "no_posts"},
    {Reason::kNoUsername, "no_username"},
    {Reason::kUsernameNotUnderstood, "username_not_understood"},
    {Reason::kPostLinkForProfileService, "post_link_for_profile_service"},
    {Reason::kProfileGaveUp, "profile_gave_up"},
    {Reason::kBadLink, "bad_link"},
    {Reason::kRefused, "refused"},
    {Reason::kOutcomeUnknown, "outcome_unknown"},
    {Reason::kPartiallyDelivered, "partially_delivered"},
    {Reason::kCanceledByProvider, "canceled_by_provider"},
    {Reason::kStalled, "stalled"},
    {Reason::kCancelledAfterPurchase, "cancelled_after_purchase"},
    {Reason::kPaidAfterCancellation, "paid_after_cancellation"},
    {Reason::kRestoredFromBackup, "restored_from_backup"},
    {Reason::kImported, "imported"},
    {Reason::kLineNotUnderstood, "line_not_understood"},
    {Reason::kCancelledByShop, "cancelled_by_shop"},
    {Reason::kGivenUp, "given_up"},
}};

constexpr Words<TransportOutcome, 3> kTransportOutcomes{{
    {TransportOutcome::kNotSent, "not_sent"},
    {TransportOutcome::kMaybeSent, "maybe_sent"},
    {TransportOutcome::kAnswered, "answered"},
}};

constexpr Words<DeliveryOutcome, 4> kDeliveryOutcomes{{
    {DeliveryOutcome::kAccepted, "accepted"},
    {DeliveryOutcome::kNoChange, "no_change"},
    {DeliveryOutcome::kIgnored, "ignored"},
    {DeliveryOutcome::kNotUnderstood, "not_understood"},
}};

constexpr Words<ShopUpdateState, 4> kShopUpdateStates{{
    {ShopUpdateState::kPending, "pending"},
    {ShopUpdateState::kTold, "told"},
    {ShopUpdateState::kRefused, "refused"},
    {ShopUpdateState::kSuperseded, "superseded"},
}};

constexpr Words<FailureCode, 16> kFailureCodes{{
    {FailureCode::kRejected, "rejected"},
    {FailureCode::kAuth, "auth"},
    {FailureCode::kRateLimited, "rate_limited"},
    {FailureCode::kNoFunds, "no_funds"},
    {FailureCode::kBusyLink, "busy_link"},
    {FailureCode::kBadLink, "bad_link"},
    {FailureCode::kBadService, "bad_service"},
    {FailureCode::kBadQuantity, "bad_quantity"},
    {FailureCode::kNotFound, "not_found"},
    {FailureCode::kPrivate, "private"},
    {FailureCode::kUpstreamDown, "upstream_down"},
    {FailureCode::kBadResponse, "bad_response"},
    {FailureCode::kOutcomeUnknown, "outcome_unknown"},
    {FailureCode::kUnsupported, "unsupported"},
    {FailureCode::kConfig, "config"},
    {FailureCode::kInternal, "internal"},
}};

constexpr Words<Target, 3> kTargets{{
    {Target::kProfile, "followers"},
    {Target::kPosts, "likes"},
    {Target::kVideoPosts, "views"},
}};

}  // namespace

std::string_view to_string(PaymentState state) {
  return word_of(kPaymentStates, state);
}
std::optional<PaymentState> parse_payment_state(std::string_view text) {
  return value_of(kPaymentStates, text);
}
std::string_view to_string(ProfileStatus status) {
  return word_of(kProfileStatuses, status);
}
std::optional<ProfileStatus> parse_profile_status(std::string_view text) {
  return value_of(kProfileStatuses, text);
}
std::string_view to_string(PlacementState state) {
  return word_of(kPlacementStates, state);
}
std::optional<PlacementState> parse_placement_state(std::string_view text) {
  return value_of(kPlacementStates, text);
}
std::string_view to_string(Reason reason) {
  return word_of(kReasons, reason);
}
std::optional<Reason> parse_reason(std::string_view text) {
  return value_of(kReasons, text);
}
std::string_view to_string(TransportOutcome outcome) {
  return word_of(kTransportOutcomes, outcome);
}
std::optional<TransportOutcome> parse_transport_outcome(std::string_view text) {
  return value_of(kTransportOutcomes, text);
}
std::string_view to_string(DeliveryOutcome outcome) {
  return word_of(kDeliveryOutcomes, outcome);
}
std::string_view to_string(ShopUpdateState state) {
  return word_of(kShopUpdateStates, state);
}
std::optional<ShopUpdateState> parse_shop_update_state(std::string_view text) {
  return value_of(kShopUpdateStates, text);
}
std::string_view to_string(FailureCode code) {
  return word_of(kFailureCodes, code);
}
std::optional<Target> target_of_type(std::string_view type) {
  return value_of(kTargets, type);
}

bool clears_by_itself(Reason reason) {
  switch (reason) {
    case Reason::kUnknownSku:
    case Reason::kUnknownProvider:
    case Reason::kUnknownServiceType:
    case Reason::kQuantityOutOfBounds:
    case Reason::kProviderPaused:
    case Reason::kProviderAuth:
    case Reason::kProviderConfig:
    case Reason::kProviderUnreachable:
    case Reason::kNoFunds:
    case Reason::kBadService:
    case Reason::kLinkBusy:
    case Reason::kNoPosts:
      return true;
    default:
      return false;
  }
}

}  // namespace smmhost
