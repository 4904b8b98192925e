#include "host/plugin/secrets.h"

#include <Poco/String.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace smmhost {
namespace {

constexpr std::string_view kOpen = "${secret:";
constexpr std::string_view kMask = "***";

using Encode = std::function<std::string(const std::string&)>;

bool is_key_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// Everything but unreserved characters (RFC 3986), which is right for a query and for a form alike.
std::string url_encoded(const std::string& text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 0xf]};
  }
  return out;
}

std::string json_escaped(const std::string& text) {
  const std::string quoted = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

std::string as_it_is(const std::string& text) {
  return text;
}

// Calls `stand_in(key)` for each placeholder and puts its answer there; false where it answers nothing.
bool replace_placeholders(std::string_view text, std::string& out,
                          const std::function<std::optional<std::string>(const std::string& key)>& stand_in) {
  out.clear();
  for (;;) {
    const auto open = text.find(kOpen);
    if (open == std::string_view::npos) {
      out += text;
      return true;
    }
    const std::string_view rest = text.substr(open + kOpen.size());
    const auto end = static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_key_char) - rest.begin());
    const bool closed = end > 0 && end < rest.size() && rest[end] == '}';
    out += text.substr(0, open);
    if (!closed) {
      out += kOpen;
      text = rest;
      continue;
    }
    const auto value = stand_in(std::string(rest.substr(0, end)));
    if (!value) return false;
    out += *value;
    text = rest.substr(end + 1);
  }
}

Encode encoding_of_body(const HttpRequest& request) {
  for (const auto& [name, value] : request.headers) {
    if (Poco::icompare(name, "content-type") != 0) continue;
    const std::string type = Poco::toLower(Poco::trim(value.substr(0, value.find(';'))));
    if (type == "application/x-www-form-urlencoded") return url_encoded;
    if (type == "application/json") return json_escaped;
  }
  return as_it_is;
}

bool has_line_break(const std::string& text) {
  return text.find_first_of(std::string("\r\n\0", 3)) != std::string::npos;
}

}  // namespace

Secrets::Secrets(std::map<std::string, std::string> values) : values_(std::move(values)) {
  for (const auto& [key, value] : values_)
    if (value.size() >= kShortestTrace) traces_.emplace_back(value);
  for (std::size_t byte = 0; byte < may_begin_trace_.size(); ++byte)
    may_begin_trace_[byte] = std::any_of(traces_.begin(), traces_.end(), [&](const SecretTrace& trace) {
      return trace.may_begin_with(static_cast<char>(byte));
    });
}

std::string Secrets::placeholder(std::string_view key) {
  return std::string(kOpen) + std::string(key) + "}";
}

std::variant<HttpRequest, PlaceholderProblem> Secrets::fill(const HttpRequest& request) const {
  std::string unknown;
  const auto with = [&](const Encode& encode) {
    return [&, encode](const std::string& key) -> std::optional<std::string> {
      const auto found = values_.find(key);
      if (found != values_.end()) return encode(found->second);
      unknown = key;
      return std::nullopt;
    };
  };
  const auto problem = [&] {
    return PlaceholderProblem{"a request for the secret `" + unknown.substr(0, 40) +
                              "`, which is not a secret setting of this section"};
  };

  HttpRequest filled = request;
  const auto query = request.url.find('?');
  if (request.url.substr(0, query).find(kOpen) != std::string::npos)
    return PlaceholderProblem{"a request with a secret in its URL outside the query"};
  if (!replace_placeholders(request.url, filled.url, with(url_encoded))) return problem();
  for (std::size_t i = 0; i < request.headers.size(); ++i) {
    if (request.headers[i].first.find(kOpen) != std::string::npos)
      return PlaceholderProblem{"a request with a secret in a header's name"};
    if (!replace_placeholders(request.headers[i].second, filled.headers[i].second, with(as_it_is))) return problem();
    if (has_line_break(request.headers[i].second)) return PlaceholderProblem{"a request with a line break in a header"};
    if (has_line_break(filled.headers[i].second))
      return PlaceholderProblem{"a request with a secret that has a line break in a header"};
  }
  if (!replace_placeholders(request.body, filled.body, with(encoding_of_body(request)))) return problem();
  return filled;
}

std::string Secrets::mask(std::string_view text) {
  std::string out;
  replace_placeholders(text, out, [](const std::string&) { return std::optional<std::string>(kMask); });
  return out;
}

std::size_t Secrets::end_of_secrets(std::string_view text, std::size_t at) const {
  std::size_t furthest = at;
  if (!may_begin_trace_[static_cast<unsigned char>(text[at])]) return furthest;
  for (const SecretTrace& trace : traces_) furthest = std::max(furthest, trace.end_of(text, at).value_or(at));
  return furthest;
}

std::string Secrets::scrub(std::string_view text) const {
  if (traces_.empty()) return std::string(text);
  std::string clean;
  std::size_t hidden_until = 0;
  // A secret may begin within another: both are hidden, whole.
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t end = end_of_secrets(text, at);
    if (end == at) continue;
    if (at >= hidden_until) clean.append(text.substr(hidden_until, at - hidden_until)).append(kMask);
    hidden_until = std::max(hidden_until, end);
  }
  clean.append(text.substr(hidden_until));
  return clean;
}

}  // namespace smmhost
