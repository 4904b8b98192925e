// URLs as a host reads them, for tests that judge where a request goes.
#pragma once

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "smm/sdk/text.hpp"

namespace smm::sdk::testing {

struct Url {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< lower case; an IPv6 address without its brackets
  uint16_t port = 0;

  bool operator==(const Url&) const = default;
};

namespace detail {

inline bool is_address(int family, const std::string& text) {
  unsigned char bytes[16];
  return ::inet_pton(family, text.c_str(), bytes) == 1;
}

inline bool is_host_name(std::string_view host) {
  const auto allowed = [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || is_digit(c) || c == '.' || c == '-' || c == '_';
  };
  return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-' &&
         std::all_of(host.begin(), host.end(), allowed);
}

/// Of "host", "host:port", "[v6]" or "[v6]:port".
inline bool read_authority(std::string_view authority, Url& url) {
  const bool bracketed = authority.substr(0, 1) == "[";
  const size_t end = std::min(authority.find(bracketed ? ']' : ':'), authority.size());
  if (bracketed && end == authority.size()) return false;
  const std::string_view host = bracketed ? authority.substr(1, end - 1) : authority.substr(0, end);
  if (bracketed ? !is_address(AF_INET6, std::string(host)) : !is_host_name(host)) return false;
  url.host = to_lower(host);
  url.port = url.scheme == "https" ? 443 : 80;
  const std::string_view rest = authority.substr(bracketed ? end + 1 : end);
  if (rest.empty()) return true;
  const char* last = rest.data() + rest.size();
  const auto [stop, error] = std::from_chars(rest.data() + 1, last, url.port);
  return rest.front() == ':' && error == std::errc{} && stop == last && url.port != 0;
}

}  // namespace detail

/// Nothing for anything but an absolute http or https URL, and for one with a user, a fragment, a blank or a control
/// character.
inline std::optional<Url> parse_url(std::string_view text) {
  const auto is_clean = [](char c) { return c > ' ' && c < 0x7f && c != '#'; };
  const size_t separator = text.find("://");
  if (separator == std::string_view::npos || !std::all_of(text.begin(), text.end(), is_clean)) return std::nullopt;
  Url url;
  url.scheme = to_lower(text.substr(0, separator));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  text.remove_prefix(separator + 3);
  const size_t end = std::min(text.find_first_of("/?\\"), text.size());
  if (text.substr(end, 1) == "\\" || !detail::read_authority(text.substr(0, end), url)) return std::nullopt;
  return url;
}

/// This machine itself: localhost, 127.x.x.x or ::1, the host of a parsed URL.
inline bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "::1") return true;
  return host.substr(0, 4) == "127." && detail::is_address(AF_INET, host);
}

}  // namespace smm::sdk::testing
