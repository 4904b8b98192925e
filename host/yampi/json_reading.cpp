#include "host/yampi/json_reading.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace smmhost {
namespace {

namespace dom = simdjson::dom;

// A parser owns buffers of about fourteen times the text. A few are kept for bodies of the usual size, so that a
// webhook allocates nothing; large ones are given back.
class ParserPool {
 public:
  std::unique_ptr<dom::parser> take() {
    const std::lock_guard lock(mutex_);
    if (parsers_.empty()) return std::make_unique<dom::parser>();
    std::unique_ptr<dom::parser> parser = std::move(parsers_.back());
    parsers_.pop_back();
    return parser;
  }

  void give_back(std::unique_ptr<dom::parser> parser) {
    if (parser->capacity() > kLargestKept) return;
    const std::lock_guard lock(mutex_);
    if (parsers_.size() < kMostKept) parsers_.push_back(std::move(parser));
  }

 private:
  static constexpr std::size_t kLargestKept = 64U << 10;
  static constexpr std::size_t kMostKept = 8;
  std::mutex mutex_;
  std::vector<std::unique_ptr<dom::parser>> parsers_;
};

ParserPool& parser_pool() {
  static ParserPool pool;
  return pool;
}

std::vector<Json> elements(const std::optional<Json>& value) {
  std::vector<Json> found;
  if (!value) return found;
  if (dom::array array; value->get(array) == simdjson::SUCCESS) {
    for (const Json item : array) found.push_back(item);
    return found;
  }
  dom::object object;
  if (value->get(object) != simdjson::SUCCESS) return found;
  for (const dom::key_value_pair field : object) {
    if (field.value.is_object() &&
        std::all_of(field.key.begin(), field.key.end(), [](char c) { return c >= '0' && c <= '9'; }))
      found.push_back(field.value);
  }
  return found;
}

std::optional<std::int64_t> digits_to_number(std::string_view text) {
  constexpr std::size_t kMostDigits = 18;
  if (text.empty() || text.size() > kMostDigits) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::string without_nul(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (const char c : text) {
    if (c == '\0') {
      clean += "\xEF\xBF\xBD";
    } else {
      clean += c;
    }
  }
  return clean;
}

// The end of a JSON string that begins at `at`; the end of the text where it has none.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i + 1;
  }
  return text.size();
}

// Whether the parser can fail on a number because of its size: more digits than 64 bits are sure to hold, or an
// exponent. (simdjson 3.0 refuses the whole text for an integer beyond 64 bits or a double beyond its range.)
bool may_be_too_large(std::string_view number) {
  constexpr std::size_t kSureToFit = 18;
  return number.size() > kSureToFit || number.find_first_of("eE") != std::string_view::npos;
}

// The same text with those numbers in quotation marks.
std::string with_large_numbers_quoted(std::string_view text) {
  constexpr std::string_view kOfNumbers = "+-.0123456789eE";
  std::string quoted;
  quoted.reserve(text.size() + 64);
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const bool number = c == '-' || (c >= '0' && c <= '9');
    const std::size_t end = c == '"' ? end_of_string(text, at)
                            : number ? std::min(text.find_first_not_of(kOfNumbers, at), text.size())
                                     : at + 1;
    const std::string_view token = text.substr(at, end - at);
    const bool quote = number && may_be_too_large(token);
    if (quote) quoted += '"';
    quoted += token;
    if (quote) quoted += '"';
    at = end;
  }
  return quoted;
}

}  // namespace

JsonDocument::JsonDocument(std::string_view text) : parser_(parser_pool().take()) {
  Json root;
  simdjson::error_code error = parser_->parse(text.data(), text.size()).get(root);
  if (error == simdjson::NUMBER_ERROR) {
    const std::string quoted = with_large_numbers_quoted(text);
    error = parser_->parse(quoted.data(), quoted.size()).get(root);
  }
  if (error == simdjson::SUCCESS) {
    root_ = root;
  } else {
    error_ = simdjson::error_message(error);
  }
}

JsonDocument::~JsonDocument() {
  parser_pool().give_back(std::move(parser_));
}

std::optional<Json> member(const std::optional<Json>& parent, std::string_view name) {
  if (!parent) return std::nullopt;
  dom::object object;
  Json value;
  if (parent->get(object) != simdjson::SUCCESS || object.at_key(name).get(value) != simdjson::SUCCESS)
    return std::nullopt;
  return value;
}

std::optional<Json> relation(const std::optional<Json>& parent, std::string_view name) {
  std::optional<Json> value = member(parent, name);
  if (std::optional<Json> data = member(value, "data")) value = data;
  if (!value || !value->is_object()) return std::nullopt;
  return value;
}

std::vector<Json> relation_list(const std::optional<Json>& parent, std::string_view name) {
  const std::optional<Json> value = member(parent, name);
  if (const std::optional<Json> data = member(value, "data")) return elements(data);
  return elements(value);
}

std::optional<std::int64_t> whole_number(const std::optional<Json>& value) {
  constexpr std::int64_t kLargest = 999'999'999'999'999'999;
  constexpr double kLargestExact = 9'007'199'254'740'992.0;
  if (!value) return std::nullopt;
  if (std::int64_t number = 0; value->get(number) == simdjson::SUCCESS) {
    if (number < -kLargest || number > kLargest) return std::nullopt;
    return number;
  }
  if (double number = 0; value->get(number) == simdjson::SUCCESS) {
    if (std::trunc(number) != number || std::abs(number) > kLargestExact) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (std::string_view text; value->get(text) == simdjson::SUCCESS) return digits_to_number(text);
  return std::nullopt;
}

std::string text_of(const std::optional<Json>& value) {
  if (!value) return {};
  if (std::string_view text; value->get(text) == simdjson::SUCCESS) return without_nul(text);
  if (std::int64_t number = 0; value->get(number) == simdjson::SUCCESS) return std::to_string(number);
  if (std::uint64_t number = 0; value->get(number) == simdjson::SUCCESS) return std::to_string(number);
  if (const auto number = whole_number(value)) return std::to_string(*number);
  return {};
}

}  // namespace smmhost
