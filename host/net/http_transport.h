// One outgoing HTTP request and what is certain about it afterwards. Plugins and the Yampi client speak through this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/domain/exchange.h"
#include "core/domain/time.h"

namespace smmhost {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// How bad a second arrival of the request would be.
enum class HttpEffect {
  kRead,
  kWriteIdempotent,
  kWriteOnce,  // spends money: a used connection is taken only while it is certainly still open
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // absolute, http or https
  HttpHeaders headers;
  std::string body;
  HttpEffect effect = HttpEffect::kRead;
  Duration timeout = std::chrono::seconds{30};  // for everything: name look-up, connect, TLS, sending, the whole answer
  std::size_t max_response_bytes = 8 << 20;
};

enum class HttpError {
  kNone,
  kBadUrl,
  kNameLookup,
  kConnect,
  kTls,
  kTimeout,
  kClosed,       // the other side closed before a complete answer
  kTooLarge,     // the answer exceeded max_response_bytes
  kBadResponse,  // not HTTP
};

struct HttpResult {
  TransportOutcome outcome = TransportOutcome::kNotSent;
  // kAnswered only:
  int status = 0;
  HttpHeaders headers;
  std::string body;
  // otherwise:
  HttpError error = HttpError::kNone;
  std::string error_text;  // for a person, no secret
  Duration elapsed{};

  // The first header of that name, case-insensitively; empty where there is none.
  std::string_view header(std::string_view name) const;
};

// Redirects are never followed: a 3xx is an answer like any other. Nothing is sent twice by itself, except that a kRead
// on a kept connection may be sent once more when that connection turns out to be closed before any answer.
// Thread safe. Blocks at most `timeout` (a name look-up that hangs in the resolver may add its own).
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual HttpResult send(const HttpRequest& request) = 0;
};

}  // namespace smmhost
