// Deliberate faults that a test build can switch on, one at a time, to show that the tests would notice them.
//
// Sources compiled with SMMHOST_MUTANTS read the name of the active fault from the environment variable SMMHOST_MUTANT;
// only tests are built so (tests/engine, tests/mutants). In every other build mutant() is constant false and the fault
// is not there.
#pragma once

#include <cstdlib>
#include <string_view>

namespace smmhost {

#ifdef SMMHOST_MUTANTS
inline std::string_view active_mutant() {
  const char* name = std::getenv("SMMHOST_MUTANT");
  return name ? std::string_view{name} : std::string_view{};
}
inline bool mutant(std::string_view name) {
  return active_mutant() == name;
}
#else
constexpr bool mutant(std::string_view) {
  return false;
}
#endif

}  // namespace smmhost
