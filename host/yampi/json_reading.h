// Reading the shop's JSON without trusting its shapes: every function answers "not there" for a shape it does not
// expect.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smmhost {

using Json = simdjson::dom::element;

// One parsed text. The values read from it live as long as it does.
class JsonDocument {
 public:
  // Depth is limited to 1024, text to valid UTF-8; what is beyond leaves root() empty and error() set. A number that is
  // too large for the parser is read as the text of its digits, so that it costs only the field it stands in.
  explicit JsonDocument(std::string_view text);
  ~JsonDocument();
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  const std::optional<Json>& root() const { return root_; }
  const std::string& error() const { return error_; }

 private:
  std::unique_ptr<simdjson::dom::parser> parser_;
  std::optional<Json> root_;
  std::string error_;
};

// The first member of that name; nullopt where there is none or `parent` is no object.
std::optional<Json> member(const std::optional<Json>& parent, std::string_view name);

// A to-one relation: the object in {"name":{"data":{...}}} or {"name":{...}}. An empty one comes as {"data":[]}
// (observed).
std::optional<Json> relation(const std::optional<Json>& parent, std::string_view name);

// A to-many relation: the elements of {"name":{"data":[...]}} or {"name":[...]}. PHP writes a list with a gap as an
// object with numbers for names; its values are the elements then.
std::vector<Json> relation_list(const std::optional<Json>& parent, std::string_view name);

// A whole number, written as integer, as 3.0 or as "3"; of at most 18 digits.
std::optional<std::int64_t> whole_number(const std::optional<Json>& value);

// Text or a number's digits; empty for everything else. NUL bytes become U+FFFD, because PostgreSQL cannot keep them.
std::string text_of(const std::optional<Json>& value);

}  // namespace smmhost
