#include "host/plugin/setting_value.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/domain/money.h"
#include "host/config/text.h"
#include "host/config/values.h"
#include "host/net/url.h"

namespace smmhost {
namespace {

using Canonical = std::variant<std::string, ValueProblem>;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> size_in_bytes(std::string_view text) {
  std::int64_t unit = 1;
  if (text.ends_with("KiB")) unit = std::int64_t{1} << 10;
  if (text.ends_with("MiB")) unit = std::int64_t{1} << 20;
  if (text.ends_with("GiB")) unit = std::int64_t{1} << 30;
  if (unit > 1) text = trim(text.substr(0, text.size() - 3));
  const auto count = whole_number(text);
  if (!count || *count < 0 || *count > std::numeric_limits<std::int64_t>::max() / unit) return std::nullopt;
  return *count * unit;
}

// core reads "0,27" too, for panels; the INI notation has a point only, and no more digits than are kept.
std::optional<std::int64_t> micros(std::string_view text) {
  const auto point = text.find('.');
  if (text.find(',') != std::string_view::npos) return std::nullopt;
  if (point != std::string_view::npos && text.size() - point - 1 > 6) return std::nullopt;
  return parse_decimal_micros(text);
}

std::string_view expectation(SettingType type) {
  switch (type) {
    case SettingType::kInt:
      return "expected a whole number, as in 100";
    case SettingType::kBool:
      return "expected yes or no";
    case SettingType::kDecimal:
      return "expected a decimal number with at most six places, as in 0.27";
    case SettingType::kDuration:
      return "expected a duration, as in 250ms, 30s, 10m, 1h or 7d";
    case SettingType::kSize:
      return "expected a size, as in 512, 64KiB or 2MiB";
    case SettingType::kUrl:
      return "expected an absolute http or https URL without user, password or #";
    default:
      return "expected another value";
  }
}

std::string canonical_number(SettingType type, std::int64_t value) {
  return type == SettingType::kDecimal ? decimal_text(value) : std::to_string(value);
}

Canonical canonical_ordered(const Setting& setting, std::string_view text) {
  const auto value = ordered_value(setting.type, text);
  if (!value) return ValueProblem{std::string(expectation(setting.type))};
  if (setting.min && *value < ordered_value(setting.type, *setting.min))
    return ValueProblem{"must be at least " + *setting.min};
  if (setting.max && *value > ordered_value(setting.type, *setting.max))
    return ValueProblem{"must be at most " + *setting.max};
  return canonical_number(setting.type, *value);
}

Canonical canonical_enum(const Setting& setting, std::string_view text) {
  if (std::find(setting.choices.begin(), setting.choices.end(), text) != setting.choices.end())
    return std::string(text);
  std::string all;
  for (const std::string& choice : setting.choices) all += (all.empty() ? "" : ", ") + choice;
  return ValueProblem{"expected one of: " + all};
}

Canonical canonical_list(std::string_view text) {
  std::string joined;
  for (const std::string& item : split_trimmed(text, ',')) {
    if (item.empty()) return ValueProblem{"has an empty item between its commas"};
    joined += (joined.empty() ? "" : ",") + item;
  }
  return joined;
}

}  // namespace

std::optional<std::int64_t> ordered_value(SettingType type, std::string_view text) {
  switch (type) {
    case SettingType::kInt:
      return whole_number(text);
    case SettingType::kDecimal:
      return micros(text);
    case SettingType::kSize:
      return size_in_bytes(text);
    case SettingType::kDuration: {
      const auto duration = parse_duration(text);
      return duration ? std::optional(static_cast<std::int64_t>(duration->count())) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

Canonical canonical_value(const Setting& setting, std::string_view text) {
  switch (setting.type) {
    case SettingType::kString:
    case SettingType::kSecret:
      return std::string(text);
    case SettingType::kInt:
    case SettingType::kDecimal:
    case SettingType::kDuration:
    case SettingType::kSize:
      return canonical_ordered(setting, text);
    case SettingType::kBool: {
      const auto value = parse_bool(text);
      if (!value) return ValueProblem{std::string(expectation(setting.type))};
      return std::string(*value ? "true" : "false");
    }
    case SettingType::kUrl:
      if (!parse_url(text)) return ValueProblem{std::string(expectation(setting.type))};
      return std::string(text);
    case SettingType::kEnum:
      return canonical_enum(setting, text);
    case SettingType::kList:
      return canonical_list(text);
  }
  return ValueProblem{"has a type that this host does not know"};
}

}  // namespace smmhost
