// Values on their way into a statement, in PostgreSQL's text form.
#include "host/store/postgres/parameters.h"

#include <utility>

#include "host/store/postgres/stored_text.h"

namespace smmhost::postgres {

Value to_value(std::int64_t value) {
  return std::to_string(value);
}
Value to_value(std::int32_t value) {
  return std::to_string(value);
}
Value to_value(bool value) {
  return std::string(value ? "t" : "f");
}
Value to_value(std::string_view text) {
  return to_stored_text(text);
}

void Rows::append(std::string& column, const Value& value) {
  column += column.empty() ? '{' : ',';
  if (!value) {
    column += "NULL";
    return;
  }
  column += '"';
  for (const char c : *value) {
    if (c == '"' || c == '\\') column += '\\';
    column += c;
  }
  column += '"';
}

void Rows::move_to(Parameters& parameters, std::size_t columns) {
  columns_.resize(columns);
  for (std::string& column : columns_) {
    if (column.empty()) column.push_back('{');
    column += '}';
    parameters.emplace_back(std::move(column));
  }
}

}  // namespace smmhost::postgres
