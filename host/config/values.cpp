#include "host/config/values.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/URI.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace smmhost {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
constexpr std::array<Unit, 5> kUnits{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::int64_t kLongestMs = 3650LL * 86'400'000;

// A whole number at the start of the text; what follows it is left in `text`.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || text.front() == '-') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::string lower(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const std::optional<std::int64_t> number = take_number(text);
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == text; });
  if (!number || unit == kUnits.end() || *number > kLongestMs / unit->ms) return std::nullopt;
  return Duration{*number * unit->ms};
}

std::string duration_text(Duration duration) {
  const std::int64_t ms = duration.count();
  for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
    if (ms != 0 && ms % unit->ms == 0) return std::to_string(ms / unit->ms) + std::string{unit->name};
  }
  return "0s";
}

std::optional<double> parse_rate_per_minute(std::string_view text) {
  const std::optional<std::int64_t> number = take_number(text);
  if (!number || *number < 1 || *number > 1'000'000) return std::nullopt;
  const auto count = static_cast<double>(*number);
  if (text == "/s" || text == "/sec") return count * 60;
  if (text == "/m" || text == "/min") return count;
  if (text == "/h" || text == "/hour") return count / 60;
  return std::nullopt;
}

std::optional<bool> parse_bool(std::string_view text) {
  const std::string word = lower(text);
  if (word == "yes" || word == "true" || word == "on" || word == "1") return true;
  if (word == "no" || word == "false" || word == "off" || word == "0") return false;
  return std::nullopt;
}

std::optional<int> parse_int(std::string_view text, int min, int max) {
  const std::optional<std::int64_t> number = take_number(text);
  if (!number || !text.empty() || *number < min || *number > max) return std::nullopt;
  return static_cast<int>(*number);
}

std::optional<HostPort> parse_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const std::optional<int> port = parse_int(text.substr(colon + 1), 0, 65535);
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  // An unbracketed address with colons cannot be told from address and port.
  if (!port || host.empty() || (!bracketed && host.find(':') != std::string_view::npos)) return std::nullopt;
  return HostPort{std::string{host}, *port};
}

bool is_loopback(std::string_view host) {
  const std::string name = lower(host);
  if (name == "localhost") return true;
  Poco::Net::IPAddress address;
  return Poco::Net::IPAddress::tryParse(name, address) && address.isLoopback();
}

std::optional<std::string> url_problem(const std::string& url, bool allow_http) {
  Poco::URI uri;
  try {
    uri = Poco::URI{url};
  } catch (const Poco::Exception&) {
    return "is not a URL; expected https://host/path";
  }
  if ((uri.getScheme() != "https" && uri.getScheme() != "http") || uri.getHost().empty()) {
    return "is not an absolute URL; expected https://host/path";
  }
  if (!uri.getUserInfo().empty()) return "must not hold a user or password";
  if (!uri.getFragment().empty()) return "must not hold a fragment (#...)";
  if (uri.getScheme() == "http" && !allow_http && !is_loopback(uri.getHost())) {
    return "would send keys unencrypted: use https, or say allow_http = yes in the same section";
  }
  return std::nullopt;
}

}  // namespace smmhost
