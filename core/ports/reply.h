// What a call to a provider, a checker or the shop gives back: a value or a failure, and the exchanges as evidence.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/domain/exchange.h"
#include "core/domain/time.h"

namespace smmhost {

enum class FailureCode {
  kRejected,     // a clear refusal that fits no other code
  kAuth,         // our key is wrong or not subscribed
  kRateLimited,  // refused for now; `retry_after` where the other side says
  kNoFunds,      // our balance at the provider is too low
  kBusyLink,     // the provider already has an active order for this link
  kBadLink,
  kBadService,
  kBadQuantity,
  kNotFound,        // the order, the profile: does not exist there
  kPrivate,         // the profile shows this to its followers only
  kUpstreamDown,    // could not be reached, or answered as broken
  kBadResponse,     // answered something that cannot be understood
  kOutcomeUnknown,  // a purchase may or may not have happened
  kUnsupported,
  kConfig,    // our configuration is wrong for this provider
  kInternal,  // the plugin or the host is at fault
};

std::string_view to_string(FailureCode code);

struct Failure {
  FailureCode code = FailureCode::kInternal;
  std::optional<Duration> retry_after;
  std::string message;   // for a person; no secret
  std::string upstream;  // the other side's own words; no secret; may be empty
};

template <class T>
struct Reply {
  std::variant<T, Failure> result;
  std::vector<Exchange> exchanges;  // in order; without payment and placement ids, which the caller knows

  bool ok() const { return result.index() == 0; }
  const T& value() const { return std::get<0>(result); }
  const Failure& failure() const { return std::get<1>(result); }
};

}  // namespace smmhost
