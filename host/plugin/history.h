// What became of a plugin's earlier steps in one operation, owned by the host and lent to the plugin at each call.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "host/net/http_transport.h"
#include "host/plugin/secrets.h"
#include "smm/abi.h"

namespace smmhost {

class History {
 public:
  // The answer with lower-case header names and without secret values, or the transport's failure.
  void add_result(const HttpResult& result, const Secrets& secrets, Time at);
  void add_timer(Time at);

  // Valid until the next change.
  const std::vector<smm_event>& events();

 private:
  struct Step {
    std::uint32_t kind = 0;
    std::uint32_t http_status = 0;
    std::uint32_t sent = 0;
    HttpHeaders headers;
    std::string body;
    std::string text;
    Time at{};
    std::vector<smm_pair> pairs;  // borrowed from `headers`
  };

  std::deque<Step> steps_;
  std::vector<smm_event> events_;
};

}  // namespace smmhost
