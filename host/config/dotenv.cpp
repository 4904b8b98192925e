#include "host/config/dotenv.h"

#include <algorithm>
#include <optional>

#include "host/config/text.h"

namespace smmhost {
namespace {

bool is_variable_name(std::string_view name) {
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool only_comment(std::string_view rest) {
  rest = trim(rest);
  return rest.empty() || rest.front() == '#';
}

std::optional<std::string> read_double_quoted(std::string_view text) {
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return only_comment(text.substr(i + 1)) ? std::optional{value} : std::nullopt;
    if (text[i] != '\\' || i + 1 == text.size()) {
      value += text[i];
      continue;
    }
    const char escaped = text[++i];
    if (escaped != 'n' && escaped != '"' && escaped != '\\') value += '\\';
    value += escaped == 'n' ? '\n' : escaped;
  }
  return std::nullopt;
}

std::optional<std::string> read_value(std::string_view text) {
  if (text.starts_with('"')) return read_double_quoted(text);
  if (text.starts_with('\'')) {
    const std::size_t close = text.find('\'', 1);
    if (close == std::string_view::npos || !only_comment(text.substr(close + 1))) return std::nullopt;
    return std::string{text.substr(1, close - 1)};
  }
  if (text.starts_with('#')) return std::string{};
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '#' && is_blank(text[i - 1])) return std::string{trim(text.substr(0, i))};
  }
  return std::string{text};
}

}  // namespace

DotEnv parse_dotenv(std::string_view text, const std::string& file_name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  DotEnv result;
  int number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("export ") || line.starts_with("export\t")) line = trim(line.substr(7));

    const auto mistake = [&](std::string message) {
      result.errors.push_back({{file_name, number}, std::move(message)});
    };
    const std::size_t equals = line.find('=');
    const std::string name{trim(line.substr(0, equals))};
    if (equals == std::string_view::npos || !is_variable_name(name)) {
      mistake("expected NAME=value (letters, digits and _ in NAME)");
      continue;
    }
    const std::optional<std::string> value = read_value(trim(line.substr(equals + 1)));
    if (!value) {
      mistake("the quotes around the value of " + name + " are not closed at its end");
      continue;
    }
    result.values[name] = *value;
  }
  return result;
}

}  // namespace smmhost
