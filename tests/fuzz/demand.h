// What a fuzz target holds its unit to, beyond "no crash".
#pragma once

#include <cstdio>
#include <cstdlib>

namespace smmhost::fuzz {

// Ends the process where the property does not hold: a fuzzer keeps the input then.
inline void demand(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", property);
  std::abort();
}

}  // namespace smmhost::fuzz
