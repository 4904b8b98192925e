// The API as the HTTP server's handler.
#include "host/server/api.h"

#include <openssl/rand.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "host/server/dashboard.h"
#include "host/server/problem.h"
#include "host/server/routes.h"

namespace smmhost {
namespace {

constexpr char kHealthPath[] = "/healthz";
constexpr std::size_t kLongestRequestId = 64;

std::string random_id() {
  std::array<unsigned char, 8> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  constexpr char kDigits[] = "0123456789abcdef";
  std::string id;
  for (const unsigned char byte : bytes) {
    id += kDigits[byte >> 4];
    id += kDigits[byte & 15];
  }
  return id;
}

// A proxy's own id is kept where it can do no harm in a log.
bool is_sound_id(std::string_view id) {
  return !id.empty() && id.size() <= kLongestRequestId && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
  });
}

std::string_view method_label(std::string_view method) {
  for (const std::string_view known : {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
    if (method == known) return known;
  return "other";
}

void harden(ServerResponse& response) {
  response.with("X-Content-Type-Options", "nosniff").with("Referrer-Policy", "no-referrer");
  const bool has_policy = std::any_of(response.headers.begin(), response.headers.end(),
                                      [](const auto& header) { return header.first == "Content-Security-Policy"; });
  if (!has_policy) response.with("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.with("Cache-Control", "no-store");
}

}  // namespace

Api::Api(ServerDeps deps) : deps_(std::move(deps)), auth_(deps_.admin_token) {
  add_webhook_route(router_, deps_);
  add_health_routes(router_, deps_);
  add_payments_routes(router_, deps_);
  add_products_routes(router_, deps_);
  add_review_routes(router_, deps_);
  add_providers_routes(router_, deps_);
  add_alerts_route(router_, deps_);
  add_plugins_routes(router_, deps_);
  add_jobs_routes(router_, deps_);
  add_deliveries_routes(router_, deps_);
  add_maintenance_routes(router_, deps_);
  add_order_status_route(router_, deps_);
  add_metrics_route(router_, deps_);
  add_openapi_route(router_);
  add_dashboard_route(router_);
}

Api::~Api() = default;

std::string Api::request_id(const ServerRequest& head) {
  const auto given = head.header("X-Request-Id");
  return given && is_sound_id(*given) ? std::string(*given) : random_id();
}

ServerResponse Api::unauthorized(const ServerRequest& request) const {
  // A browser cannot send the token when it is pointed here; the page asks for it and holds no data itself.
  const bool browser = request.segments.empty() && (request.method == "GET" || request.method == "HEAD");
  ServerResponse response = browser ? dashboard_page()
                                    : problem(401, "This needs the administrator's token.",
                                              "Send the header  Authorization: Bearer <token of [admin]>.");
  response.status = 401;
  return response.with("WWW-Authenticate", "Bearer realm=\"smmhost\"");
}

std::optional<ServerResponse> Api::refuse(const ServerRequest& head) {
  const auto match = router_.find(head);
  const auto* const found = std::get_if<const RouteEntry*>(&match);
  const bool is_public = found && (*found)->access == Access::kPublic;
  std::optional<ServerResponse> refused;
  if (!is_public && !auth_.admits(head)) {
    refused = unauthorized(head);
  } else if (const auto* const other = std::get_if<Router::MethodNotAllowed>(&match)) {
    refused =
        head.method == "OPTIONS" ? ServerResponse{.status = 204} : problem(405, "This path does not know the method.");
    refused->with("Allow", other->allow);
  } else if (!found) {
    refused = problem(404, "There is nothing at this path.", "GET /openapi.json lists every path.");
  }
  if (refused) harden(*refused);
  return refused;
}

ServerResponse Api::handle(ServerRequest& request) {
  const auto match = router_.find(request);
  const RouteEntry& route = *std::get<const RouteEntry*>(match);  // refuse() let it pass
  request.route = route.pattern;
  request.params = Router::params(route, request);
  ServerResponse response = call(route, request);
  harden(response);
  return response;
}

bool Api::needs_turn(const ServerRequest& request) {
  return request.path != kHealthPath;
}

ServerResponse Api::call(const RouteEntry& route, const ServerRequest& request) {
  try {
    return route.handler(request);
  } catch (const StoreUnavailable& e) {
    spdlog::warn("store unavailable route=\"{}\" request_id={} error=\"{}\"", route.pattern, request.id, e.what());
    return store_unavailable();
  } catch (const std::exception& e) {
    spdlog::error("request failed route=\"{}\" request_id={} error=\"{}\"", route.pattern, request.id, e.what());
    return problem(500, "The request failed for a reason of the program's own.",
                   "The log has it under the request's id.");
  }
}

ServerResponse Api::unreadable(const ServerRequest&, int status, const std::string& why) {
  ServerResponse response = problem(status, why);
  if (status == 503) response.with("Retry-After", "5");
  harden(response);
  return response;
}

void Api::answered(const ServerRequest& request, int status, Duration took) {
  deps_.metrics.http_request(method_label(request.method), request.route, status, took);
  // The route, never the path or the query: those can hold what customers typed.
  const bool changes = request.method != "GET" && request.method != "HEAD";
  spdlog::log(changes || status >= 500 ? spdlog::level::info : spdlog::level::debug,
              "http method={} route=\"{}\" status={} ms={} request_id={}", method_label(request.method),
              request.route.empty() ? "-" : request.route, status, took.count(), request.id);
}

}  // namespace smmhost
