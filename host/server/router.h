// Finds the route of a request by method and path.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/server/http_message.h"

namespace smmhost {

using RouteHandler = std::function<ServerResponse(const ServerRequest&)>;

enum class Access {
  kToken,   // needs the administrator's token
  kPublic,  // anyone may ask
};

struct RouteEntry {
  std::string method;   // GET, POST, PUT, DELETE; a GET route answers HEAD too
  std::string pattern;  // "/api/payments/{id}/timeline": a {name} takes exactly one segment
  Access access = Access::kToken;
  RouteHandler handler;
  std::vector<std::string> pieces;  // of the pattern; filled by Router::add
};

// Filled before the server starts; reading it is thread safe.
class Router {
 public:
  void add(std::string method, std::string pattern, Access access, RouteHandler handler);

  struct NotFound {};
  struct MethodNotAllowed {
    std::string allow;  // for the Allow header
  };
  using Match = std::variant<const RouteEntry*, NotFound, MethodNotAllowed>;

  Match find(const ServerRequest& request) const;
  // The pattern's parameters with what the request has in their places.
  static std::vector<std::pair<std::string, std::string>> params(const RouteEntry& route, const ServerRequest& request);
  const std::vector<RouteEntry>& routes() const { return routes_; }

 private:
  std::vector<RouteEntry> routes_;
};

}  // namespace smmhost
