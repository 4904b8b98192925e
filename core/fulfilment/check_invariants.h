// What must always hold, checked on the rows of a database that is at work or at rest. Reads only.
//
// The names are those of the invariants the program is built on:
//   I1  every paid line of a delivery that was taken is stored (or was deleted by a person)
//   I2  a purchase has at most one accepted order that nobody approved anew, and no order serves two purchases
//   I3  every purchase request has a committed intent before it
//   I4  what counts as bought has the provider's order id; what is unresolved waits for a person
//   I5  an unknown outcome is left only by proof or by a person's recorded decision
//   I6  ended states never change; a row's times never go back
//   I7  `delivered` is told once, and only of lines that were done
//   I8  no write of a lease that was lost is in a row
//   I9  every webhook that is kept had a signature
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/ports/store.h"

namespace smmhost {

struct InvariantReport {
  std::string name;                // "I1"
  std::string what;                // in a few words
  std::int64_t checked = 0;        // rows looked at
  std::int64_t violated = 0;       // rows that break it
  std::vector<std::string> shown;  // the first of them, for a person; ids only, nothing personal
};

// The ids of the payments that a kept delivery of a paid order made; empty where it is none or cannot be read any more.
using PaidLinesOf = std::function<std::vector<std::string>(const Delivery&)>;

// Every payment is read with its purchases, timeline and exchanges, and again where it changed meanwhile.
// Throws StoreUnavailable.
std::vector<InvariantReport> check_invariants(Store& store, const PaidLinesOf& paid_lines_of);

}  // namespace smmhost
