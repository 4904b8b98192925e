// libFuzzer: any bytes as an INI file and as a .env file, and each value in it as every notation that values have.
#include "host/config/ini_file.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "host/config/dotenv.h"
#include "host/config/text.h"
#include "host/config/values.h"
#include "tests/fuzz/demand.h"

namespace smmhost {
namespace {

using fuzz::demand;

void check_value(const std::string& value) {
  if (const auto duration = parse_duration(value))
    demand(parse_duration(duration_text(*duration)) == duration, "a duration reads again from its own text");
  if (const auto rate = parse_rate_per_minute(value)) demand(*rate > 0, "a rate is above zero");
  if (const auto number = parse_int(value, -5, 1'000))
    demand(*number >= -5 && *number <= 1'000, "a number is in bounds");
  if (const auto address = parse_host_port(value))
    demand(!address->host.empty() && address->port >= 0 && address->port <= 65'535, "an address has a host and a port");
  if (const auto schedule = parse_schedule(value))
    demand(to_string(*parse_schedule(to_string(*schedule))) == to_string(*schedule),
           "a schedule reads again from its own text");
  static_cast<void>(parse_bool(value));
  if (!url_problem(value, false)) demand(value.starts_with("http"), "keys are sent by HTTP only");
  for (const std::string& part : split_trimmed(value, ',')) demand(trim(part) == part, "parts are trimmed");
}

void check_ini(std::string_view text) {
  const IniFile file = parse_ini(text, "fuzz.ini");
  const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
  std::set<std::string> sections;
  for (const IniSection& section : file.sections) {
    demand(sections.insert(section.name).second, "a section's name is there once");
    std::set<std::string> keys;
    for (const IniEntry& entry : section.entries) {
      demand(keys.insert(entry.key).second, "a key is there once in its section");
      demand(!entry.key.empty() && entry.line >= 1 && entry.line <= lines, "an entry has a key and stands in a line");
      check_value(entry.value);
    }
  }
  for (const ConfigError& error : file.errors)
    demand(!error.message.empty() && error.where.line >= 1 && error.where.line <= lines, "a mistake has its line");
}

}  // namespace
}  // namespace smmhost

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smmhost;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_ini(text);
  const DotEnv dotenv = parse_dotenv(text, ".env");
  for (const auto& [name, value] : dotenv.values) demand(!name.empty(), "a variable has a name");
  if (size <= 64) check_value(std::string(text));
  return 0;
}
