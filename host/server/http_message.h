// A request as the server read it and the answer a route gives: plain values, so that routes are tested without a
// socket.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smmhost {

using HeaderList = std::vector<std::pair<std::string, std::string>>;
using QueryList = std::vector<std::pair<std::string, std::string>>;

struct ServerRequest {
  std::string id;              // of this request, in the log and in X-Request-Id
  std::string remote_address;  // the other end of the connection, without its port; a reverse proxy's own behind one
  std::string method;          // as sent: GET, POST, ...
  std::string path;            // as sent, still percent-encoded, without the query
  std::vector<std::string> segments;  // the path, split at '/', each percent-decoded; "/" has none
  QueryList query;                    // decoded, in order
  HeaderList headers;                 // in order, values trimmed
  std::string body;                   // the raw bytes
  bool keep_alive = true;
  std::string route;                                        // the matched route's pattern; empty where none matched
  std::vector<std::pair<std::string, std::string>> params;  // of the matched route: {"id", "170000001_1"}

  // The first header of that name, case-insensitively; nullopt where there is none.
  std::optional<std::string_view> header(std::string_view name) const;
  std::optional<std::string_view> query_value(std::string_view name) const;
  // A parameter of the route's pattern. Asking for one that the pattern does not have is a programmer error: it throws.
  const std::string& param(std::string_view name) const;
};

struct ServerResponse {
  int status = 200;
  std::string content_type;  // empty: no body is described
  std::string body;
  HeaderList headers;  // beside Date, Content-Type, Content-Length, Connection, X-Request-Id, which the server writes

  ServerResponse& with(std::string name, std::string value);
};

// Equal but for the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace smmhost
