// JSON as upstreams send it: a small read-only document in which a number keeps its literal text, so that 64-bit ids
// and money are never rounded. Parsing is nlohmann's; nesting is limited to kMaxJsonDepth.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "smm/sdk/text.hpp"

namespace smm::sdk {

inline constexpr size_t kMaxJsonDepth = 64;

struct JsonMember;

/// One value. Asking for what it is not gives an empty answer, never an error.
class Json {
 public:
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };

  Json() = default;
  static Json of_bool(bool value);
  static Json of_number(std::string literal);
  static Json of_string(std::string text);
  static Json of(Kind kind);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_bool() const { return kind_ == Kind::kBool; }
  bool is_number() const { return kind_ == Kind::kNumber; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_object() const { return kind_ == Kind::kObject; }
  bool is_true() const { return is_bool() && text_ == "true"; }

  /// The characters of a string, or the literal of a number, exactly as sent. Empty for all else.
  std::string_view text() const { return is_string() || is_number() ? std::string_view(text_) : std::string_view{}; }

  const std::vector<Json>& items() const { return items_; }
  const std::vector<JsonMember>& members() const { return members_; }

  /// The member of that name, the first if there are several; nullptr if there is none or this is no object.
  const Json* find(std::string_view key) const;
  /// The same, with a null value in place of nullptr, so that look-ups can be chained.
  const Json& operator[](std::string_view key) const;

  void append(Json item);
  void append(std::string key, Json value);

 private:
  Json(Kind kind, std::string text);

  Kind kind_ = Kind::kNull;
  std::string text_;
  std::vector<Json> items_;
  std::vector<JsonMember> members_;
};

struct JsonMember {
  std::string key;
  Json value;
};

// Here and not in the class, where JsonMember is incomplete: clang 14 refuses what needs the destructor there.
inline Json::Json(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}
inline Json Json::of_bool(bool value) {
  return Json(Kind::kBool, value ? "true" : "false");
}
inline Json Json::of_number(std::string literal) {
  return Json(Kind::kNumber, std::move(literal));
}
inline Json Json::of_string(std::string text) {
  return Json(Kind::kString, std::move(text));
}
inline Json Json::of(Kind kind) {
  return Json(kind, {});
}

inline void Json::append(Json item) {
  items_.push_back(std::move(item));
}
inline void Json::append(std::string key, Json value) {
  members_.push_back({std::move(key), std::move(value)});
}

inline const Json* Json::find(std::string_view key) const {
  for (const JsonMember& member : members_) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

inline const Json& Json::operator[](std::string_view key) const {
  static const Json null;
  const Json* found = find(key);
  return found != nullptr ? *found : null;
}

namespace detail {

/// Builds a Json from nlohmann's parse events.
class JsonBuilder {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  bool null() { return put(Json{}); }
  bool boolean(bool value) { return put(Json::of_bool(value)); }
  bool number_integer(number_integer_t value) { return put(Json::of_number(std::to_string(value))); }
  bool number_unsigned(number_unsigned_t value) { return put(Json::of_number(std::to_string(value))); }
  bool number_float(number_float_t, const string_t& literal) { return put(Json::of_number(literal)); }
  bool string(string_t& value) { return put(Json::of_string(std::move(value))); }
  bool binary(binary_t&) { return false; }
  bool start_object(size_t) { return open(Json::Kind::kObject); }
  bool end_object() { return close(); }
  bool start_array(size_t) { return open(Json::Kind::kArray); }
  bool end_array() { return close(); }
  bool key(string_t& name) {
    open_.back().next_key = std::move(name);
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) { return false; }

  Json take() { return std::move(root_); }

 private:
  struct Open {
    Json value;
    std::string next_key;
  };

  bool open(Json::Kind kind) {
    if (open_.size() >= kMaxJsonDepth) return false;
    open_.push_back({Json::of(kind), {}});
    return true;
  }
  bool close() {
    Json done = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(done));
  }
  bool put(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Open& parent = open_.back(); parent.value.is_array()) {
      parent.value.append(std::move(value));
    } else {
      parent.value.append(std::move(parent.next_key), std::move(value));
    }
    return true;
  }

  std::vector<Open> open_;
  Json root_;
};

/// Where JSON begins in a text that starts with something else: "{" before a name, or "[" before "{".
inline size_t json_start(std::string_view text) {
  for (size_t i = text.find_first_of("{["); i != std::string_view::npos; i = text.find_first_of("{[", i + 1)) {
    const std::string_view rest = trim(text.substr(i + 1));
    const char next = rest.empty() ? '\0' : rest.front();
    if (text[i] == '{' ? next == '"' || next == '}' : next == '{' || next == ']') return i;
  }
  return std::string_view::npos;
}

/// Length of the well-formed UTF-8 character at the front, 0 if there is none.
inline size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t i) -> unsigned { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [&](size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  if (byte(0) < 0x80U) return 1;
  if (byte(0) >= 0xC2U && byte(0) <= 0xDFU) return follows(1) ? 2 : 0;
  if (byte(0) >= 0xE0U && byte(0) <= 0xEFU) {
    const bool overlong = byte(0) == 0xE0U && byte(1) < 0xA0U;
    const bool surrogate = byte(0) == 0xEDU && byte(1) > 0x9FU;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (byte(0) >= 0xF0U && byte(0) <= 0xF4U) {
    const bool overlong = byte(0) == 0xF0U && byte(1) < 0x90U;
    const bool too_large = byte(0) == 0xF4U && byte(1) > 0x8FU;
    return follows(1) && follows(2) && follows(3) && !overlong && !too_large ? 4 : 0;
  }
  return 0;
}

}  // namespace detail

/// Bytes that are not UTF-8 become "?": panels that send Latin-1 names must stay readable.
inline std::string repair_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = detail::utf8_length(text);
    out.append(length == 0 ? std::string_view("?") : text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

/// The whole text as one JSON value; nothing if it is not exactly that.
inline std::optional<Json> parse_json(std::string_view text) {
  detail::JsonBuilder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  return builder.take();
}

/// An HTTP body as PHP panels send it: a byte order mark, white space or printed notices may come before the JSON,
/// bytes may be Latin-1. A text that begins as JSON must be JSON to its end: a truncated answer is never read in part.
inline std::optional<Json> parse_body(std::string_view body) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string_view text = trim(body);
  while (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text = trim(text.substr(kByteOrderMark.size()));
  if (text.empty()) return std::nullopt;
  if (text.front() != '{' && text.front() != '[') {
    const size_t start = detail::json_start(text);
    if (start != std::string_view::npos) text = text.substr(start);
  }
  const std::string repaired = repair_utf8(text);
  return parse_json(repaired);
}

}  // namespace smm::sdk
