// The API as the HTTP server's handler: request ids, who may ask, the routes, errors as problems, the log and the
// counters.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "host/server/auth.h"
#include "host/server/http_server.h"
#include "host/server/router.h"
#include "host/server/server_deps.h"

namespace smmhost {

class Api final : public RequestHandler {
 public:
  explicit Api(ServerDeps deps);
  ~Api() override;

  std::string request_id(const ServerRequest& head) override;
  std::optional<ServerResponse> refuse(const ServerRequest& head) override;
  ServerResponse handle(ServerRequest& request) override;
  bool needs_turn(const ServerRequest& request) override;
  ServerResponse unreadable(const ServerRequest& request, int status, const std::string& why) override;
  void answered(const ServerRequest& request, int status, Duration took) override;

  const Router& router() const { return router_; }

 private:
  ServerResponse unauthorized(const ServerRequest& request) const;
  ServerResponse call(const RouteEntry& route, const ServerRequest& request);

  const ServerDeps deps_;
  const BearerAuth auth_;
  Router router_;
};

}  // namespace smmhost
