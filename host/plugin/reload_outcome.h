// What came of a reload.
#pragma once

#include <string>

namespace smmhost {

struct ReloadOutcome {
  enum class Result { kReloaded, kUnknownPlugin, kRefused };
  Result result = Result::kRefused;
  std::string message = {};  // what happened, or why everything stays as it was; for a person
  int replayed = 0;          // cassettes
  int draining = 0;          // older copies that calls were still in at the end
};

}  // namespace smmhost
