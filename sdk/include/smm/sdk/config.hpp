// An instance's settings as its constructor sees them, and where it says what is wrong with them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "smm/sdk/decimal.hpp"
#include "smm/sdk/encode.hpp"

namespace smm::sdk {

/// The values of one INI section, checked against the manifest before. Copies what it keeps.
class Config {
 public:
  explicit Config(const smm_config& raw) : name_(to_view(raw.name)) {
    for (uint64_t i = 0; i < raw.value_count; ++i) {
      values_.emplace_back(to_view(raw.values[i].key), to_view(raw.values[i].value));
    }
  }

  /// The section's name: "machinesmm" of [provider.machinesmm].
  const std::string& name() const { return name_; }

  std::optional<std::string> find(std::string_view key) const {
    for (const auto& [name, value] : values_) {
      if (name == key) return value;
    }
    return std::nullopt;
  }

  /// The text of a setting, empty if it is absent.
  std::string text(std::string_view key) const { return find(key).value_or(std::string{}); }

  /// The text of a setting without which there is no instance; its absence is an error.
  std::string required(std::string_view key) const {
    std::string value = text(key);
    if (value.empty()) error(key, "is required");
    return value;
  }

  bool flag(std::string_view key) const { return text(key) == "true"; }

  /// A whole number within bounds; anything else is an error and `fallback`.
  int64_t integer(std::string_view key, int64_t fallback, int64_t min, int64_t max) const {
    const auto value = find(key);
    if (!value) return fallback;
    const auto parsed = parse_count(*value);
    if (parsed && *parsed >= min && *parsed <= max) return *parsed;
    error(key, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return fallback;
  }

  /// The placeholder of a secret setting; its absence is an error.
  Secret secret(std::string_view key) const { return Secret{required(key)}; }

  /// Adds a mistake; an instance with mistakes is not opened.
  void error(std::string_view key, std::string_view message) const { errors_.emplace_back(key, message); }
  const std::vector<std::pair<std::string, std::string>>& errors() const { return errors_; }

 private:
  std::string name_;
  std::vector<std::pair<std::string, std::string>> values_;
  mutable std::vector<std::pair<std::string, std::string>> errors_;
};

}  // namespace smm::sdk
