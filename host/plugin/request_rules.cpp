#include "host/plugin/request_rules.h"

#include <algorithm>

#include "host/net/url.h"

namespace smmhost {
namespace {

bool is_declared(const Url& url, const RequestRules& rules) {
  if (rules.url_hosts.contains(url.host + ":" + std::to_string(url.port))) return true;
  const bool own_port = url.port == (url.scheme == "https" ? 443 : 80);
  return own_port && std::find(rules.egress.begin(), rules.egress.end(), url.host) != rules.egress.end();
}

}  // namespace

std::optional<std::string> request_problem(const HttpRequest& request, const RequestRules& rules) {
  if (request.effect > rules.strongest_effect)
    return "a request with a stronger effect than its manifest declares for this operation";
  const auto url = parse_url(request.url);
  if (!url) return "a request to something that is not an absolute http or https URL";
  if (!is_declared(*url, rules))
    return "a request to " + url->authority() + ", which neither its manifest nor its section names";
  if (url->scheme == "http" && !rules.allow_http && !is_loopback_host(url->host))
    return "a request to " + url->authority() + " without https, which needs allow_http = yes in its section";
  return std::nullopt;
}

}  // namespace smmhost
