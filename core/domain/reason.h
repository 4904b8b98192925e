// Why a payment is held, in review, waiting or cancelled. The words are part of the API; they are never renamed.
#pragma once

#include <optional>
#include <string_view>

namespace smmhost {

enum class Reason {
  kNone,
  // waiting for the profile
  kProfilePrivate,
  kProfileNotFound,
  kProfileLookupFailed,
  // held until the configuration or the catalogue changes; looked at again by itself
  kUnknownSku,
  kUnknownProvider,
  kUnknownServiceType,
  kQuantityOutOfBounds,
  kProviderPaused,
  kProviderAuth,
  kProviderConfig,  // the provider does not take our requests as they are: wrong URL, unknown action
  kProviderUnreachable,
  kNoFunds,
  kBadService,
  kLinkBusy,
  kNoPosts,
  // held until a person changes the payment
  kNoUsername,
  kUsernameNotUnderstood,
  kPostLinkForProfileService,
  kProfileGaveUp,
  kBadLink,
  kRefused,
  // review
  kOutcomeUnknown,
  kPartiallyDelivered,
  kCanceledByProvider,
  kStalled,  // accepted, and no end in sight; followed on
  kCancelledAfterPurchase,
  kPaidAfterCancellation,
  kRestoredFromBackup,  // the database cannot know what was bought between the backup and its restore
  kImported,            // the earlier program may have bought it
  kLineNotUnderstood,   // the shop's line has no id or no usable quantity
  // cancelled
  kCancelledByShop,
  kGivenUp,
};

// "unknown_sku", "no_funds", ... and "" for kNone.
std::string_view to_string(Reason reason);
std::optional<Reason> parse_reason(std::string_view text);

// True where the engine tries again by itself, because the cause can go away without anyone touching the payment.
bool clears_by_itself(Reason reason);

}  // namespace smmhost
