// An event: one entry of a payment's timeline. Append only.
#pragma once

#include <cstdint>
#include <string>

#include "core/domain/time.h"

namespace smmhost {

struct Event {
  std::int64_t id = 0;  // given by the store, ascending
  std::string payment_id;
  std::string placement_id;  // empty where the event is the payment's own
  Time at{};
  std::string kind;         // state, decision, evidence, shop, edit, note
  std::string from;         // state before; empty where no state changed
  std::string to;           // state after
  std::string why;          // one sentence for a person; no secret
  std::string actor;        // "engine", "shop", "operator"
  std::string exchange_id;  // the exchange that caused it, or empty
};

}  // namespace smmhost
