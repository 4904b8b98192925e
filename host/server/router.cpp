// Finds the route of a request by method and path.
#include "host/server/router.h"

#include <algorithm>

namespace smmhost {
namespace {

bool is_param(std::string_view piece) {
  return piece.starts_with('{');
}

std::vector<std::string> pieces_of(std::string_view pattern) {
  std::vector<std::string> pieces;
  while (pattern.size() > 1) {
    pattern.remove_prefix(1);
    const auto slash = std::min(pattern.find('/'), pattern.size());
    pieces.emplace_back(pattern.substr(0, slash));
    pattern.remove_prefix(slash);
  }
  return pieces;
}

bool matches(const RouteEntry& route, const std::vector<std::string>& segments) {
  return std::equal(route.pieces.begin(), route.pieces.end(), segments.begin(), segments.end(),
                    [](const std::string& piece, const std::string& segment) {
                      return is_param(piece) ? !segment.empty() : piece == segment;
                    });
}

bool answers(const RouteEntry& route, std::string_view method) {
  return route.method == method || (method == "HEAD" && route.method == "GET");
}

}  // namespace

void Router::add(std::string method, std::string pattern, Access access, RouteHandler handler) {
  auto pieces = pieces_of(pattern);
  routes_.push_back({std::move(method), std::move(pattern), access, std::move(handler), std::move(pieces)});
}

Router::Match Router::find(const ServerRequest& request) const {
  std::string allow;
  for (const RouteEntry& route : routes_) {
    if (!matches(route, request.segments)) continue;
    if (answers(route, request.method)) return &route;
    if (!allow.empty()) allow += ", ";
    allow += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  if (allow.empty()) return NotFound{};
  return MethodNotAllowed{allow + ", OPTIONS"};
}

std::vector<std::pair<std::string, std::string>> Router::params(const RouteEntry& route, const ServerRequest& request) {
  std::vector<std::pair<std::string, std::string>> found;
  for (std::size_t i = 0; i < route.pieces.size(); ++i)
    if (is_param(route.pieces[i]))
      found.emplace_back(route.pieces[i].substr(1, route.pieces[i].size() - 2), request.segments[i]);
  return found;
}

}  // namespace smmhost
