// Reads a .env file: KEY=value lines, the defaults of environment variables.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/config.h"

namespace smmhost {

struct DotEnv {
  std::map<std::string, std::string> values;  // the last of equal names wins, as in a shell
  std::vector<ConfigError> errors;
};

// Understands `KEY=value`, `export KEY=value`, "double" quotes (with \n, \" and \\), 'single' quotes (as they stand),
// blank lines, comment lines and ` # comment` after a value. Nothing is expanded. LF or CRLF; a byte order mark is
// skipped.
DotEnv parse_dotenv(std::string_view text, const std::string& file_name);

}  // namespace smmhost
