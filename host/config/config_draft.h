// A configuration while it is being made: what was read so far, where each value came from, and what is wrong with it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "host/config/config.h"
#include "host/config/environment.h"

namespace smmhost {

struct ConfigDraft {
  std::string file_name;  // "environment" where there is no file
  bool has_file = false;
  Config config;
  std::vector<ConfigError> errors;
  std::map<std::string, SourceLine> seen;  // "section.key" -> where its value came from

  void mistake(SourceLine where, std::string message) { errors.push_back({std::move(where), std::move(message)}); }
  void warn(SourceLine where, std::string message) {
    config.warnings.push_back({std::move(where), std::move(message)});
  }

  // Where a key's value came from; the file as a whole where it was left out.
  SourceLine where(const std::string& key) const {
    const auto found = seen.find(key);
    return found == seen.end() ? SourceLine{file_name, 0} : found->second;
  }
};

// Gives what the file left out the values of the seed's environment variables.
void fill_from_environment(ConfigDraft& draft, const ValueSource& source);

// Finds what is missing, what does not go together and what is unsafe; drops the sections that are switched off.
void check_across_keys(ConfigDraft& draft);

}  // namespace smmhost
