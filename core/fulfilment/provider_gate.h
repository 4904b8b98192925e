// The gate before one provider or checker: how fast it may be called, and when not to call it for a while.
//
// A token bucket (burst, refill), and a circuit breaker: after a number of failures in a row no call is made for a
// pause that doubles while the trial calls fail. One trial call is let through when the pause is over.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "core/domain/time.h"
#include "core/fulfilment/engine.h"

namespace smmhost {

struct Admission {
  bool admitted = false;
  bool breaker = false;  // refused because the breaker is open, not because of a rate
  Time retry_at{};       // when refused: when to ask again
  std::string why;       // where the other side is the cause
};

// Thread safe. Every function takes the time; a time before the last one seen refills nothing.
class ProviderGate {
 public:
  // `shared` is asked last, where other hosts call the same side. While it is asked nobody else waits.
  ProviderGate(std::string name, GateSettings settings, std::function<std::uint64_t()> entropy,
               SharedBudget shared = {});

  // An admitted caller makes one call and reports its end with succeeded() or failed().
  Admission admit(Time now);
  // It makes no call after all. What a budget shared with other hosts gave is not given back.
  void withdrawn();
  // The other side answered, even if it refused what was asked.
  void succeeded(Time now);
  // It could not be reached, answered as broken, or asked to be left alone for `retry_after`. Of an open breaker only
  // the trial call's failure counts: what was under way when it opened makes the pause no longer.
  void failed(Time now, const std::string& why, std::optional<Duration> retry_after = std::nullopt);
  // It refused our key; a call that also ends with failed(). Seen in the view until it takes the key again.
  void key_refused(Time now, const std::string& why);
  // It works, but wants no call for a while.
  void asked_to_wait(Time now, const std::string& why, Duration retry_after);

  GateView view(Time now) const;

 private:
  // What this host alone has to say.
  Admission admit_here(Time now);
  void refill(Time now);
  void works_again();
  Duration token_interval() const;
  Admission refuse_until(Time earliest, Time now);

  const std::string name_;
  const GateSettings settings_;
  const std::function<std::uint64_t()> entropy_;
  const SharedBudget shared_;

  mutable std::mutex mutex_;
  double tokens_;
  std::optional<Time> refilled_at_;
  Time queue_end_{};  // refused callers are told to come back one after the other, not all at the next token
  int failures_ = 0;
  std::optional<Time> closed_until_;  // set: the breaker is open; when past, one trial call is let through
  std::optional<Time> trial_since_;
  std::optional<Time> quiet_until_;  // the other side asked to wait
  std::string why_;
  std::optional<Time> key_refused_since_;
  std::string key_refusal_;
};

}  // namespace smmhost
