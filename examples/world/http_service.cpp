// One HTTP server of the simulated world, on Poco.
#include "examples/world/http_service.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>
#include <Poco/ThreadPool.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace smmhost::world {

namespace {

constexpr int kMostThreads = 48;
constexpr int kMostQueued = 256;

// Ends every hanging answer at once when the service goes down.
class StopSign {
 public:
  void wait(std::chrono::milliseconds longest) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, longest, [this] { return up_; });
  }
  void raise(bool up) {
    const std::lock_guard lock(mutex_);
    up_ = up;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool up_ = false;
};

Request read_request(Poco::Net::HTTPServerRequest& from) {
  Request request;
  request.method = from.getMethod();
  request.target = from.getURI();
  const auto question = request.target.find('?');
  Poco::URI::decode(request.target.substr(0, question), request.path);
  if (question != std::string::npos) request.query = parse_form(request.target.substr(question + 1));
  for (const auto& [name, value] : from) request.headers.emplace_back(Poco::toLower(name), value);
  Poco::StreamCopier::copyToString(from.stream(), request.body);
  return request;
}

void cut(Poco::Net::HTTPServerRequest& request) {
  auto& socket = static_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket();
  try {
    socket.shutdown();
  } catch (const Poco::Exception&) {
    // The other side was faster; the connection is gone, which is what was asked for.
  }
}

void send_answer(const Answer& answer, Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) {
  response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
  response.setReason(Poco::Net::HTTPResponse::getReasonForStatus(response.getStatus()));
  response.setContentType(answer.content_type);
  for (const auto& [name, value] : answer.headers) response.set(name, value);
  if (answer.sending == Sending::kWhole) {
    response.sendBuffer(answer.body.data(), answer.body.size());  // with its headers, as web servers do
    return;
  }
  response.setContentLength64(static_cast<Poco::Int64>(answer.body.size()));
  response.setKeepAlive(false);
  auto& out = response.send();
  out << answer.body.substr(0, answer.body.size() / 2);
  out.flush();
  cut(request);
}

class CallHandler : public Poco::Net::HTTPRequestHandler {
 public:
  CallHandler(const Handler& handler, StopSign& stop) : handler_(handler), stop_(stop) {}

  void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
    const Answer answer = handler_(read_request(request));
    if (answer.hang.count() > 0) stop_.wait(answer.hang);
    if (answer.sending == Sending::kWhole || answer.sending == Sending::kCutShort) {
      send_answer(answer, request, response);
      return;
    }
    response.setKeepAlive(false);
    cut(request);
  }

 private:
  const Handler& handler_;
  StopSign& stop_;
};

class CallHandlerFactory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  CallHandlerFactory(const Handler& handler, StopSign& stop) : handler_(handler), stop_(stop) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
    return new CallHandler(handler_, stop_);  // Poco deletes it
  }

 private:
  const Handler& handler_;
  StopSign& stop_;
};

class CountedRefusal : public Poco::Net::TCPServerConnectionFilter {
 public:
  explicit CountedRefusal(std::atomic<int>& left) : left_(left) {}
  bool accept(const Poco::Net::StreamSocket&) override {
    int left = left_.load();
    while (left > 0) {
      if (left_.compare_exchange_weak(left, left - 1)) return false;
    }
    return true;
  }

 private:
  std::atomic<int>& left_;
};

Poco::Net::ServerSocket bound_socket(int port) {
  Poco::Net::ServerSocket socket;
  socket.bind(Poco::Net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(port)), true, false);
  return socket;
}

}  // namespace

std::string value_of(const Pairs& pairs, const std::string& name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return {};
}

Pairs parse_form(const std::string& text) {
  Pairs pairs;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('&', from), text.size());
    const std::string part = text.substr(from, end - from);
    const std::size_t equals = part.find('=');
    std::string name;
    std::string value;
    Poco::URI::decode(part.substr(0, equals), name, true);
    if (equals != std::string::npos) Poco::URI::decode(part.substr(equals + 1), value, true);
    pairs.emplace_back(std::move(name), std::move(value));
    from = end + 1;
  }
  return pairs;
}

class HttpService::Impl {
 public:
  explicit Impl(Handler handler) : handler_(std::move(handler)), threads_(4, kMostThreads) {
    Poco::Net::ServerSocket socket = bound_socket(0);
    port_ = socket.address().port();
    listen(socket);
  }

  ~Impl() {
    if (server_) stop();
  }

  void go_down() {
    if (!server_) return;
    stop();
    // Holds the port without listening, so that nobody else is given it and every connection is refused.
    placeholder_ = std::make_unique<Poco::Net::ServerSocket>(bound_socket(port_));
  }

  void come_up() {
    if (server_) return;
    Poco::Net::ServerSocket socket = bound_socket(port_);
    listen(socket);
    placeholder_.reset();
  }

  int port() const { return port_; }
  std::atomic<int> refusals_left{0};

 private:
  void listen(Poco::Net::ServerSocket& socket) {
    socket.listen(kMostQueued);
    stop_sign_.raise(false);
    Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
    params->setKeepAlive(true);
    params->setMaxThreads(kMostThreads);
    params->setMaxQueued(kMostQueued);
    params->setKeepAliveTimeout(Poco::Timespan(30, 0));
    server_ =
        std::make_unique<Poco::Net::HTTPServer>(new CallHandlerFactory(handler_, stop_sign_), threads_, socket, params);
    server_->setConnectionFilter(new CountedRefusal(refusals_left));
    server_->start();
  }

  void stop() {
    stop_sign_.raise(true);
    server_->stopAll(true);
    threads_.joinAll();
    server_.reset();
  }

  const Handler handler_;
  StopSign stop_sign_;
  Poco::ThreadPool threads_;
  int port_ = 0;
  std::unique_ptr<Poco::Net::HTTPServer> server_;
  std::unique_ptr<Poco::Net::ServerSocket> placeholder_;
};

HttpService::HttpService(Handler handler) : impl_(std::make_unique<Impl>(std::move(handler))) {}
HttpService::~HttpService() = default;
int HttpService::port() const {
  return impl_->port();
}
std::string HttpService::url() const {
  return "http://127.0.0.1:" + std::to_string(port());
}
void HttpService::go_down() {
  impl_->go_down();
}
void HttpService::come_up() {
  impl_->come_up();
}
void HttpService::close_next_connections(int count) {
  impl_->refusals_left = count;
}

}  // namespace smmhost::world
