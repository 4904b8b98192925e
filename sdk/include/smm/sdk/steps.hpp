// The usual shapes of an operation: one request and its answer, and what a request without an answer means.
#pragma once

#include <string>
#include <utility>

#include "smm/sdk/result.hpp"

namespace smm::sdk {

/// A request that was not answered: certainly not sent means nothing happened; possibly sent is harmless only if the
/// request changes nothing.
inline Failure transport_failure(const Event& event, uint32_t effect) {
  const std::string what(event.text);
  if (!event.maybe_sent) return {SMM_UPSTREAM_DOWN, "not sent: " + what, {}, 0};
  if (effect == SMM_READ) return {SMM_UPSTREAM_DOWN, "no answer: " + what, {}, 0};
  return {SMM_OUTCOME_UNKNOWN, "possibly sent, no answer: " + what, {}, 0};
}

/// An operation of one request: build() -> Result<HttpRequest>, parse(response) -> Result<T>.
template <class T, class Build, class Parse>
Step<T> play_pair(const Call& call, const Build& build, const Parse& parse) {
  if (!call.history.empty() && call.history.front().answered()) return finish<T>(parse(call.history.front().response));
  Result<HttpRequest> request = build();
  if (!request.ok()) return Step<T>(request.failure());
  if (!call.history.empty()) return Step<T>(transport_failure(call.history.front(), request.value().effect));
  return Step<T>(std::move(request.value()));
}

}  // namespace smm::sdk
