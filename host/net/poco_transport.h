// HttpTransport over Poco sockets: HTTP/1.1 with kept connections, TLS, one deadline for the whole request.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "host/net/http_transport.h"

namespace smmhost {

struct PocoTransportOptions {
  std::string user_agent = "smmhost";
  // A PEM file of certificate authorities to trust instead of the system's.
  std::string ca_file;
  std::size_t idle_per_peer = 8;  // kept connections to one scheme, host and port
  std::size_t idle_in_all = 64;
  Duration idle_limit = std::chrono::seconds{30};       // a kept connection older than this is not used again
  Duration write_idle_limit = std::chrono::seconds{1};  // the same for requests that are not kRead
};

// What it promises beyond HttpTransport:
//  - Certificates and host names are verified; TLS 1.2 or later.
//  - A request that is not kRead takes a kept connection only within write_idle_limit and while it is quiet and open.
//  - A kRead on a kept connection that ends before the first byte of an answer is sent once more, on a new one.
//  - An answer counts as kAnswered only when it is whole: a cut head, body or chunk is kMaybeSent.
//  - gzip is not asked for; where a server sends it all the same, the body is decoded, within max_response_bytes.
// Constructing one makes the process ignore SIGPIPE: OpenSSL writes to sockets without MSG_NOSIGNAL.
class PocoTransport : public HttpTransport {
 public:
  // Throws where the CA file cannot be read.
  explicit PocoTransport(PocoTransportOptions options = {});
  ~PocoTransport() override;

  HttpResult send(const HttpRequest& request) override;

  // Kept connections at the moment, for metrics and tests.
  std::size_t idle_connections() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace smmhost
