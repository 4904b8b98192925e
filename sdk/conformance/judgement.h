// What may be said of one reply: whether it keeps the contract, what it claims, whether its request may be sent.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sdk/conformance/strict_host.h"

namespace smm::conformance {

// Everything about a reply that no plugin may do, whatever it was asked: not answering once, breaches of the ABI, a
// result that does not fit what was asked (rows of other ids, a purchase without an id ...), SMM_INTERNAL.
std::vector<std::string> faults(const Operation& operation, const Reply& reply);

// Whether a result says something about the upstream: an order placed, a state, a profile. "Nothing is known of this
// id" is none.
bool claims_something(const Operation& operation, const Reply& reply);

// What is wrong with the form of a request, whoever it is sent to.
std::vector<std::string> form_faults(const sdk::HttpRequest& request);

// The parts of a URL that rules speak of; all empty for what is no URL.
struct UrlParts {
  std::string scheme, host, port, path, query;
};
UrlParts parts_of(const std::string& url);

// "host" or "host:port" of everywhere the instance may send to.
std::set<std::string> allowed_places(const Json& manifest, const Settings& settings);
// Where a request goes, in the same form.
std::string place_of(const sdk::HttpRequest& request);

// "PLACE: fail OUTCOME_UNKNOWN (no answer)": for messages.
std::string describe(const Operation& operation, const Reply& reply);

// The failure's code, SMM_OK where the reply is none.
inline smm_code code_of(const Reply& reply) {
  return reply.answer.code();
}

}  // namespace smm::conformance
