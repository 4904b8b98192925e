#include "core/fulfilment/classify_place.h"

#include <algorithm>

#include "core/fulfilment/mutants.h"

namespace smmhost {
namespace {

using Exchanges = std::vector<Exchange>;

bool is_read(const Exchange& exchange) {
  return exchange.method == "GET" || exchange.method == "HEAD";
}

// The exchanges that can have bought something. A panel that is bought from with GET has only reads: then all of them.
Exchanges writes_of(const Exchanges& exchanges) {
  Exchanges writes;
  std::copy_if(exchanges.begin(), exchanges.end(), std::back_inserter(writes),
               [](const Exchange& e) { return !is_read(e); });
  return writes.empty() ? exchanges : writes;
}

// Also where there is none at all: the host keeps every request that it tries.
bool nothing_was_sent(const Exchanges& exchanges) {
  return std::all_of(exchanges.begin(), exchanges.end(),
                     [](const Exchange& e) { return e.outcome == TransportOutcome::kNotSent; });
}

// An earlier write in the same call whose end is unclear may have bought, whatever the last answer says.
bool earlier_write_is_unclear(const Exchanges& writes) {
  return std::any_of(writes.begin(), writes.end() - 1, [](const Exchange& e) {
    return e.outcome == TransportOutcome::kMaybeSent || (e.outcome == TransportOutcome::kAnswered && e.status >= 500);
  });
}

bool is_recognised_refusal(FailureCode code) {
  switch (code) {
    case FailureCode::kAuth:
    case FailureCode::kRateLimited:
    case FailureCode::kNoFunds:
    case FailureCode::kBusyLink:
    case FailureCode::kBadLink:
    case FailureCode::kBadService:
    case FailureCode::kBadQuantity:
      return true;
    default:
      return false;
  }
}

bool is_refusal(FailureCode code, int http_status) {
  if (mutant("count_5xx_as_rejected") && http_status >= 500) return true;
  if (is_recognised_refusal(code)) return true;
  // From a server error either may be something in front of the panel.
  return (code == FailureCode::kRejected || code == FailureCode::kConfig) && http_status < 500;
}

bool is_our_own_fault(FailureCode code) {
  return code == FailureCode::kConfig || code == FailureCode::kUnsupported || code == FailureCode::kInternal;
}

}  // namespace

PlaceVerdict classify_place(const Reply<PlacedOrder>& reply) {
  if (reply.ok()) return reply.value().order_id.empty() ? PlaceVerdict::kUnknown : PlaceVerdict::kAccepted;

  const FailureCode code = reply.failure().code;
  if (nothing_was_sent(reply.exchanges)) {
    const bool agrees = code == FailureCode::kUpstreamDown || is_our_own_fault(code);
    return agrees ? PlaceVerdict::kNotSent : PlaceVerdict::kUnknown;
  }

  const Exchanges writes = writes_of(reply.exchanges);
  const Exchange& last = writes.back();
  if (mutant("retry_on_timeout") && last.outcome == TransportOutcome::kMaybeSent) return PlaceVerdict::kNotSent;
  if (last.outcome != TransportOutcome::kAnswered || earlier_write_is_unclear(writes)) return PlaceVerdict::kUnknown;
  return is_refusal(code, last.status) ? PlaceVerdict::kRefused : PlaceVerdict::kUnknown;
}

}  // namespace smmhost
