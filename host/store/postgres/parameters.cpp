// Values on their way into a statement, in PostgreSQL's text form.
#include "host/store/postgres/parameters.h"

#include <utility>

#include "host/store/postgres/stored_text.h"

namespace smmhost::postgres {
namespace {

// To the text of an array that is not closed yet.
void add_element(std::string& array, const Value& value) {
  array += array.empty() ? '{' : ',';
  if (!value) {
    array += "NULL";
    return;
  }
  array += '"';
  for (const char c : *value) {
    if (c == '"' || c == '\\') array += '\\';
    array += c;
  }
  array += '"';
}

void close_array(std::string& array) {
  if (array.empty()) array.push_back('{');
  array += '}';
}

template <class Element>
Value array_of_all(std::span<const Element> elements) {
  std::string array;
  for (const Element& element : elements) add_element(array, to_value(element));
  close_array(array);
  return array;
}

}  // namespace

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

Value array_of(std::span<const std::string> texts) {
  return array_of_all(texts);
}
Value array_of(std::span<const std::int64_t> numbers) {
  return array_of_all(numbers);
}

void Rows::append(std::string& column, const Value& value) {
  add_element(column, value);
}

void Rows::move_to(Parameters& parameters, std::size_t columns) {
  columns_.resize(columns);
  for (std::string& column : columns_) {
    close_array(column);
    parameters.emplace_back(std::move(column));
  }
}

}  // namespace smmhost::postgres
