// Writing what goes to an upstream: forms, query strings and JSON bodies. Text is always encoded, so that no customer's
// text can pose as a secret's placeholder; a Secret is copied as it is, for the host to replace.
#pragma once

#include <string>
#include <string_view>

#include "smm/sdk/text.hpp"

namespace smm::sdk {

/// The placeholder of a secret setting, "${secret:KEY}". The plugin never sees the value.
struct Secret {
  std::string placeholder;
};

/// Percent-encoding of everything but letters, digits and "-._~".
inline std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (lower(c) >= 'a' && lower(c) <= 'z') || is_digit(c) || contains("-._~", std::string_view(&c, 1));
    if (plain) {
      out.push_back(c);
    } else {
      out.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
    }
  }
  return out;
}

/// name=value&name=value, for application/x-www-form-urlencoded bodies and for query strings.
class Form {
 public:
  Form& add(std::string_view name, std::string_view value) { return put(name, percent_encode(value)); }
  Form& add(std::string_view name, const Secret& secret) { return put(name, secret.placeholder); }
  const std::string& text() const { return text_; }

 private:
  Form& put(std::string_view name, std::string_view encoded) {
    if (!text_.empty()) text_.push_back('&');
    text_.append(percent_encode(name)).append("=").append(encoded);
    return *this;
  }
  std::string text_;
};

/// Text as it stands between the quotes of a JSON string; "$" is escaped too, so that it begins no placeholder.
inline std::string json_escape(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (byte < 0x20U || c == '$') {
      out.append("\\u00").append({kHex[byte >> 4U], kHex[byte & 15U]});
    } else {
      out.push_back(c);
    }
  }
  return out;
}

/// One flat JSON object, for application/json bodies.
class JsonObject {
 public:
  JsonObject& add(std::string_view name, std::string_view value) { return put(name, quoted(json_escape(value))); }
  JsonObject& add(std::string_view name, const Secret& secret) { return put(name, quoted(secret.placeholder)); }
  JsonObject& add_number(std::string_view name, int64_t value) { return put(name, std::to_string(value)); }
  std::string text() const { return "{" + members_ + "}"; }

 private:
  static std::string quoted(std::string_view escaped) { return "\"" + std::string(escaped) + "\""; }
  JsonObject& put(std::string_view name, std::string_view value) {
    if (!members_.empty()) members_.push_back(',');
    members_.append(quoted(json_escape(name))).append(":").append(value);
    return *this;
  }
  std::string members_;
};

}  // namespace smm::sdk
