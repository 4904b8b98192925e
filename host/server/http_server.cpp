// The HTTP server: Poco's TCP server with our connections.
#include "host/server/http_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>

#include <stdexcept>
#include <thread>

#include "host/server/http_connection.h"

namespace smmhost {
namespace {

class ConnectionFactory : public Poco::Net::TCPServerConnectionFactory {
 public:
  explicit ConnectionFactory(ConnectionContext& context) : context_(context) {}
  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
    return new HttpConnection(socket, context_);
  }

 private:
  ConnectionContext& context_;
};

// Turns an address away before it costs a thread.
class AddressFilter : public Poco::Net::TCPServerConnectionFilter {
 public:
  explicit AddressFilter(ConnectionContext& context) : context_(context) {}
  bool accept(const Poco::Net::StreamSocket& socket) override {
    try {
      return context_.connections.has_room(socket.peerAddress().host().toString());
    } catch (const Poco::Exception&) {
      return false;  // gone already
    }
  }

 private:
  ConnectionContext& context_;
};

Poco::Net::ServerSocket listen_on(const HttpServerSettings& settings) {
  try {
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress(settings.host, static_cast<Poco::UInt16>(settings.port)), true, false);
    socket.listen(1024);
    return socket;
  } catch (const Poco::Exception& e) {
    throw std::runtime_error("cannot listen on " + settings.host + ":" + std::to_string(settings.port) + ": " +
                             e.displayText());
  }
}

Poco::Net::TCPServerParams::Ptr params_of(const HttpServerSettings& settings) {
  Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
  params->setMaxThreads(settings.max_connections);
  params->setMaxQueued(settings.max_waiting);
  // A thread that begins to wait while the server stops misses Poco's wake-up and waits this long.
  params->setThreadIdleTime(Poco::Timespan(0, 300'000));
  return params;
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(HttpServerSettings settings, RequestHandler& handler)
      : settings_(std::move(settings)),
        context_(settings_, handler),
        pool_(2, settings_.max_connections + 1),
        listening_(listen_on(settings_)),
        tcp_(new ConnectionFactory(context_), pool_, listening_, params_of(settings_)) {
    // Every connection waits for a moment; only without a free thread it waits for somebody else's.
    context_.crowded = [this] {
      return tcp_.currentThreads() >= settings_.max_connections && tcp_.queuedConnections() > 0;
    };
    tcp_.setConnectionFilter(new AddressFilter(context_));
  }

  ~Impl() { stop(); }

  int port() const { return port_; }
  int connections() const { return tcp_.currentConnections(); }
  void start() {
    started_ = true;
    tcp_.start();
  }

  void stop() {
    context_.stopping = true;
    if (!started_) return;
    started_ = false;
    tcp_.stop();
    listening_.close();  // otherwise the system goes on taking connections that nobody serves
    while (tcp_.currentConnections() > 0) std::this_thread::sleep_for(std::chrono::milliseconds{5});
    pool_.joinAll();
  }

 private:
  const HttpServerSettings settings_;
  ConnectionContext context_;
  Poco::ThreadPool pool_;
  Poco::Net::ServerSocket listening_;
  const int port_ = listening_.address().port();
  Poco::Net::TCPServer tcp_;
  bool started_ = false;
};

HttpServer::HttpServer(HttpServerSettings settings, RequestHandler& handler)
    : impl_(std::make_unique<Impl>(std::move(settings), handler)) {}
HttpServer::~HttpServer() = default;
int HttpServer::port() const {
  return impl_->port();
}
void HttpServer::start() {
  impl_->start();
}
void HttpServer::stop() {
  impl_->stop();
}
int HttpServer::connections() const {
  return impl_->connections();
}

}  // namespace smmhost
