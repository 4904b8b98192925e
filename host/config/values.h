// Reads the notations of configuration values: durations, rates, whole numbers, yes and no, addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain/time.h"

namespace smmhost {

// A whole number and a unit: 500ms, 30s, 10m, 1h, 7d. At most ten years.
std::optional<Duration> parse_duration(std::string_view text);
// The largest unit that divides it: 90s, 10m, 7d.
std::string duration_text(Duration duration);

// Calls per minute from "60/min", "1/s", "600/h". Greater than 0.
std::optional<double> parse_rate_per_minute(std::string_view text);

// yes/no, true/false, on/off, 1/0; any case.
std::optional<bool> parse_bool(std::string_view text);

// Decimal digits only, within [min, max].
std::optional<int> parse_int(std::string_view text, int min, int max);

struct HostPort {
  std::string host;  // an IPv6 address without its brackets
  int port = 0;
};
// "127.0.0.1:8080", "localhost:0", "[::1]:8080".
std::optional<HostPort> parse_host_port(std::string_view text);

// Why an address cannot be used to send keys to; nullopt where it can. http is for loopback unless `allow_http`.
std::optional<std::string> url_problem(const std::string& url, bool allow_http);

// Whether the host part of a URL is this machine itself: localhost, 127.x.x.x or ::1.
bool is_loopback(std::string_view host);

}  // namespace smmhost
