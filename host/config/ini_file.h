// An INI text as sections and entries that keep their line numbers, and every mistake of its form.
//
// The Debian libraries for INI (Poco's, Boost's, inih) stop at the first mistake, merge duplicates or drop line
// numbers; an operator needs all mistakes at once, each with its line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/config/config.h"

namespace smmhost {

struct IniEntry {
  std::string key;
  std::string value;  // trimmed; without an inline comment and the quotes around it; empty where nothing stands there
  int line = 0;
};

struct IniSection {
  std::string name;
  int line = 0;
  std::vector<IniEntry> entries;  // keys unique
};

struct IniFile {
  std::vector<IniSection> sections;  // names unique, in the order of the file
  std::vector<ConfigError> errors;   // in the order of the lines
};

// Lines end with LF or CRLF; a UTF-8 byte order mark is skipped. A line is blank, a comment (`;` or `#` first),
// `[section]` or `key = value`. ` ;` ends a value, except inside double quotes around the whole value.
IniFile parse_ini(std::string_view text, const std::string& file_name);

}  // namespace smmhost
