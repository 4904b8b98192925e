// Opens connections: name look-up, TCP, TLS with verification. Each step fails before a byte of a request is written.
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <mutex>
#include <string>
#include <variant>

#include "host/net/http_transport.h"
#include "host/net/socket_deadlines.h"
#include "host/net/url.h"

namespace smmhost {

struct ConnectFailure {
  HttpError error = HttpError::kConnect;
  std::string text;
};

// Thread safe.
class Connector {
 public:
  // `ca_file` empty: the system's certificate authorities, which are read when the first TLS connection is opened.
  // Throws where the file cannot be read.
  Connector(SocketDeadlines& deadlines, const std::string& ca_file);
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  // The addresses of the name are tried in turn until one accepts.
  std::variant<Poco::Net::StreamSocket, ConnectFailure> open(const Url& url,
                                                             SocketDeadlines::Clock::time_point deadline);

 private:
  std::variant<Poco::Net::StreamSocket, ConnectFailure> start_tls(const Poco::Net::StreamSocket& tcp, const Url& url,
                                                                  SocketDeadlines::Clock::time_point deadline);

  Poco::Net::Context::Ptr tls();

  SocketDeadlines& deadlines_;
  std::mutex tls_mutex_;
  Poco::Net::Context::Ptr tls_;
};

}  // namespace smmhost
