// The parts of an absolute http or https URL. The transport and the egress rule read URLs with this one parser,
// so that what is checked is what is connected to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smmhost {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;
  std::string target;  // path and query as written, at least "/"

  // "host", "host:port" where the port is not the scheme's own, "[::1]:8080": what the Host header says.
  std::string authority() const;
};

// nullopt for anything else than an absolute http or https URL, and for one with a user, a password, a fragment, a
// blank or a control character.
std::optional<Url> parse_url(std::string_view text);

// True for "localhost" and for literal loopback addresses. A name that merely resolves to one is not loopback.
bool is_loopback_host(std::string_view host);

}  // namespace smmhost
