// Who may ask: the administrator's bearer token.
#pragma once

#include <array>
#include <string>

#include "host/config/config.h"
#include "host/server/http_message.h"

namespace smmhost {

class BearerAuth {
 public:
  // An empty token lets nobody in.
  explicit BearerAuth(const Secret& token);

  // Whether the request bears the token. The time it takes says nothing about the token, nor about its length.
  bool admits(const ServerRequest& request) const;

 private:
  std::array<unsigned char, 32> digest_{};
  bool closed_ = true;
};

}  // namespace smmhost
