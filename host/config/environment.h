// Where values that are not in the INI file come from: the environment over .env, and files named by @file:.
#pragma once

#include <optional>
#include <string>

#include "host/config/config.h"
#include "host/config/dotenv.h"

namespace smmhost {

// At most this many bytes of an INI file, a .env file or a file named by @file: are read.
inline constexpr std::size_t kMaxConfigFileBytes = 1 << 20;

struct FileText {
  std::string text;
  std::string error;  // empty where the file was read; else why not, for a person
};
FileText read_small_file(const std::string& path);

class ValueSource {
 public:
  // `folder`: where relative @file: paths start.
  ValueSource(EnvironmentLookup environment, DotEnv dotenv, std::string folder);

  // The variable where it is set and not empty, from the environment, else from .env.
  std::optional<std::string> variable(const std::string& name) const;

  struct Resolved {
    std::string value;
    std::string error;      // empty where it could be resolved
    bool indirect = false;  // came from @env: or @file:
  };
  // The text itself, or what its @env:NAME or @file:PATH stands for. One newline at the end of a file is not part of
  // the value.
  Resolved resolve(const std::string& text) const;

 private:
  EnvironmentLookup environment_;
  DotEnv dotenv_;
  std::string folder_;
};

}  // namespace smmhost
