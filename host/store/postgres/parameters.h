// Values on their way into a statement, in PostgreSQL's text form.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/time.h"

namespace smmhost::postgres {

// A value in text form; nullopt is NULL.
using Value = std::optional<std::string>;

Value to_value(std::int64_t value);
Value to_value(std::int32_t value);
Value to_value(bool value);
Value to_value(std::string_view text);
inline Value to_value(const std::string& text) {
  return to_value(std::string_view(text));
}
inline Value to_value(const char* text) {
  return to_value(std::string_view(text));
}
inline Value to_value(Time time) {
  return to_value(to_unix_ms(time));
}
inline Value to_value(std::nullopt_t) {
  return std::nullopt;
}
template <class T>
Value to_value(const std::optional<T>& value) {
  return value ? to_value(*value) : Value();
}

using Parameters = std::vector<Value>;

template <class... Values>
Parameters parameters(const Values&... values) {
  return {to_value(values)...};
}

// A whole array as one value.
Value array_of(std::span<const std::string> texts);
Value array_of(std::span<const std::int64_t> numbers);

// Rows of one kind for `unnest`: one array a column. An array is a parameter like any other.
class Rows {
 public:
  template <class... Values>
  void add(const Values&... values) {
    columns_.resize(sizeof...(values));
    std::size_t column = 0;
    (append(columns_[column++], to_value(values)), ...);
    ++count_;
  }

  std::size_t count() const { return count_; }

  // Moves the columns behind the parameters that are there. `columns`: how many the statement expects, for no rows.
  void move_to(Parameters& parameters, std::size_t columns);

 private:
  static void append(std::string& column, const Value& value);

  std::vector<std::string> columns_;
  std::size_t count_ = 0;
};

}  // namespace smmhost::postgres
