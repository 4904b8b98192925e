// Runs one operation of a plugin: asks it for the next step, does the step, and asks again, until it is done.
//
//   next(input, history) -> http    checked, secrets put in, sent, kept as evidence without secrets; the answer is
//   history
//                        -> wait    within the deadline
//                        -> done    the result is taken
//                        -> fail    the failure is taken
//
// The plugin's faults (no answer, two answers, too many steps, a host nobody declared) end the operation as kInternal,
// or as kOutcomeUnknown once a purchase may have left. A second request of effect WRITE_ONCE after one that was not
// certainly unsent is never sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/reply.h"
#include "host/config/config.h"
#include "host/plugin/action.h"
#include "host/plugin/environment.h"
#include "host/plugin/instance.h"

namespace smmhost {

struct Operation {
  std::string_view interface_id;
  std::uint32_t number = 0;     // SMM_PROVIDER_PLACE, ...
  std::string_view name;        // in the manifest: "place"
  const void* input = nullptr;  // the operation's input struct
  std::int32_t attempt = 1;
  Time now{};
};

struct OperationOutcome {
  std::optional<Failure> failure;  // nullopt: the result was taken
  bool failed_by_plugin = false;   // the failure is the plugin's own word, not the host's
  std::vector<Exchange> exchanges;
  bool write_left = false;        // a request that is not a READ was sent or maybe sent
  bool write_maybe_sent = false;  // of those, one has no complete answer
  bool answered = false;          // any request was answered
};

// Thread safe; blocks at most operation_deadline().
class PluginDriver {
 public:
  // Of an operation that only reads: enough for 100 orders in requests of one each.
  static constexpr int kMaxReadSteps = 128;
  // Of one that writes, its reads before included. A write whose answer no step is left to read is not sent.
  static constexpr int kMaxSteps = 16;

  // `timeout` is the section's: the most one request may take.
  PluginDriver(PluginInstance& instance, Duration timeout, bool allow_http, const PluginEnvironment& environment)
      : instance_(instance), timeout_(timeout), allow_http_(allow_http), environment_(environment) {}

  // Whether the instance says that the operation works.
  bool can(std::string_view interface_id, std::uint32_t number) const;

  OperationOutcome run(const Operation& operation, const TakeResult& take) const;

  // For everything of one operation: two requests of the longest kind, but at most two minutes unless one alone is
  // longer. Below the time after which a worker counts as dead.
  Duration operation_deadline() const;

 private:
  PluginInstance& instance_;
  const Duration timeout_;
  const bool allow_http_;
  const PluginEnvironment environment_;
};

}  // namespace smmhost
