// What the maintenance routes need of the program around them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/fulfilment/check_invariants.h"

namespace smmhost {

struct BackupDone {
  std::string file;
  Time taken_at{};
  std::int64_t bytes = 0;
  std::map<std::string, std::int64_t> rows;  // by table
  std::vector<std::string> violations;
};

// Writes a backup of the database into a new file. A text says why there is none. Thread safe; takes as long as it
// takes.
using BackupMaker = std::function<std::variant<BackupDone, std::string>(const std::string& file, Time now)>;

}  // namespace smmhost
