// One call to Yampi's REST API v2: headers, limits, what the answer means, and the exchange that is kept of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/ports/reply.h"
#include "host/config/config.h"
#include "host/net/http_transport.h"
#include "host/yampi/call_budget.h"
#include "host/yampi/json_reading.h"

namespace smmhost {

struct ApiCall {
  std::string operation;  // for the exchange: order, tell_status, statuses, paid_orders
  std::string method = "GET";
  std::string path;  // behind the base URL, with the query, URL-encoded
  std::string body;  // JSON, or empty
  Time at{};
};

struct ApiAnswer {
  // Set where the call failed; `json` is then what the error said, if anything.
  std::optional<Failure> failure;
  std::unique_ptr<JsonDocument> json;  // null for an empty body
  // What is kept. response_body is the error's own words or empty: what a success says is for the caller to sum up,
  // because orders hold personal data. nullopt where no call was made.
  std::optional<Exchange> exchange;

  std::optional<Json> root() const { return json ? json->root() : std::nullopt; }
};

// What all hosts of one shop may do together; see CallBudget.
struct SharedBudgets {
  SharedBudget reads = {};
  SharedBudget writes = {};
};

// Thread safe. Every answer says X-RateLimit-Remaining; a 429, or none remaining, stops the calls of that kind (reads,
// writes) until the named time or the next minute (docs.yampi.com.br: fixed windows of a minute; no Retry-After
// promised).
class YampiApi {
 public:
  // `transport` and `entropy` (thread safe) must outlive it.
  // `shared`: asked before each call where other hosts call the shop too.
  YampiApi(const YampiConfig& config, HttpTransport& transport, std::function<std::uint64_t()> entropy,
           SharedBudgets shared = {});

  ApiAnswer call(const ApiCall& call);

  // Writes have to be taken before they are called; see CallBudget.
  CallBudget& writes() { return writes_; }

 private:
  HttpRequest request_for(const ApiCall& call) const;
  Exchange exchange_for(const ApiCall& call, const HttpResult& result) const;

  const YampiConfig config_;
  HttpTransport& transport_;
  const std::function<std::uint64_t()> entropy_;
  CallBudget reads_;
  CallBudget writes_;
};

// A rate limit reached on our side, as a failure.
Failure rate_limited(Duration wait);

}  // namespace smmhost
