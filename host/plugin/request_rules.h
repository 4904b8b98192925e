// What a plugin's request must keep to before it is sent: effect, host, scheme.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "host/net/http_transport.h"
#include "host/plugin/manifest.h"

namespace smmhost {

struct RequestRules {
  HttpEffect strongest_effect = HttpEffect::kRead;  // of the operation, by the manifest
  const std::vector<std::string>& egress;           // of the manifest: on the scheme's own port
  const std::set<std::string>& url_hosts;           // "host:port" of the section's url settings
  bool allow_http = false;                          // otherwise http is for loopback only
};

// Why the request may not be sent; nullopt where it may. `request` still has its placeholders.
std::optional<std::string> request_problem(const HttpRequest& request, const RequestRules& rules);

}  // namespace smmhost
