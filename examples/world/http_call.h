// One plain HTTP request, for tests and tools that speak to the simulated world or to a host on loopback.
#pragma once

#include <chrono>
#include <string>

#include "examples/world/http_service.h"

namespace smmhost::world {

struct CallResult {
  int status = 0;  // 0: no complete answer; `body` says why
  std::string body;
  Pairs headers;  // names in lower case
};

// Blocks at most about `timeout` per step. Never throws.
CallResult call(const std::string& method, const std::string& url, const std::string& body = {},
                const Pairs& headers = {}, std::chrono::milliseconds timeout = std::chrono::seconds{10});

}  // namespace smmhost::world
