// Telling the other hosts of a database that there is work, so that they need not wait for their next look.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "host/store/open_store.h"

namespace smmhost {

// Only a help: nothing depends on a wake-up, and none is promised. What is missed is found by the poll.
class WakeUps {
 public:
  virtual ~WakeUps() = default;
  // There is new work. Thread safe, does not block; many calls in a short time are told as one.
  virtual void tell() = 0;
};

// `woken` is called, on a thread of its own, when another host has told of work; it must not block. `name` is this
// host's. Null where nobody else can have the database open, or where a pooler in transaction mode would lose what is
// listened for.
std::unique_ptr<WakeUps> open_wake_ups(const StoreSettings& settings, const std::string& name,
                                       std::function<void()> woken);

}  // namespace smmhost
