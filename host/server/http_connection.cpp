// One connection of the HTTP server.
#include "host/server/http_connection.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Exception.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timestamp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "host/net/socket_wait.h"

namespace smmhost {
namespace {

// How often a waiting connection looks whether it must make room or the server stops.
constexpr Duration kSlice{100};
// After a refusal the client may still be sending; closing at once would reset the connection and lose the answer.
constexpr Duration kDrainTime{1000};
constexpr std::size_t kDrainBytes = 8 << 20;
// What a slow reader gets of the server's time once it stops.
constexpr Duration kWriteTimeWhileStopping{1000};

std::string head_of(const ServerRequest& request, const ServerResponse& response, bool keep_alive) {
  std::string head =
      "HTTP/1.1 " + std::to_string(response.status) + " " +
      Poco::Net::HTTPResponse::getReasonForStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status)) +
      "\r\nDate: " + Poco::DateTimeFormatter::format(Poco::Timestamp(), Poco::DateTimeFormat::HTTP_FORMAT) + "\r\n";
  if (!response.content_type.empty()) head += "Content-Type: " + response.content_type + "\r\n";
  if (response.status != 204) head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
  if (!request.id.empty()) head += "X-Request-Id: " + request.id + "\r\n";
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace

HttpConnection::HttpConnection(const Poco::Net::StreamSocket& socket, ConnectionContext& context)
    : TCPServerConnection(socket), context_(context) {}

void HttpConnection::run() {
  try {
    address_ = socket().peerAddress().host().toString();
    const ConnectionLimit::Place place(context_.connections, address_);
    if (!place.granted()) return;
    socket().setNoDelay(true);
    socket().setBlocking(false);
    serve();
  } catch (const Poco::Exception&) {
    // The other side went away; what it had asked for is done or was never read whole.
  }
}

void HttpConnection::serve() {
  while (serve_one() == Next::kAnother) first_ = false;
}

HttpConnection::Got HttpConnection::read_some(Clock::time_point since, Duration allowed,
                                              Duration allowed_when_crowded) {
  std::array<char, 16384> buffer;
  for (;;) {
    if (context_.stopping) return Got::kStopping;
    const Duration limit = context_.crowded() ? std::min(allowed, allowed_when_crowded) : allowed;
    const auto left = std::chrono::duration_cast<Duration>(since + limit - Clock::now());
    if (left <= Duration::zero()) return Got::kTooSlow;
    if (!wait_for(socket(), WaitFor::kBytes, std::min(left, kSlice))) continue;
    const int got = socket().receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
    if (got == 0) return Got::kClosed;
    if (got < 0) continue;
    input_.append(buffer.data(), static_cast<std::size_t>(got));
    return Got::kBytes;
  }
}

HttpConnection::Got HttpConnection::wait_for_request() {
  if (!input_.empty()) return Got::kBytes;
  const auto& s = context_.settings;
  if (first_) return read_some(Clock::now(), s.request_deadline, s.crowded_deadline);
  return read_some(Clock::now(), s.idle_deadline, Duration::zero());
}

HttpConnection::Next HttpConnection::serve_one() {
  if (wait_for_request() != Got::kBytes) return Next::kClose;
  const auto began = Clock::now();
  RequestParser parser(context_.settings.limits);
  parser.request().remote_address = address_;
  if (const auto ended = read_head(parser, began)) return *ended;
  return read_and_answer(parser, began);
}

// Slow heads are cut off without an answer: whoever trickles them reads none.
std::optional<HttpConnection::Next> HttpConnection::read_head(RequestParser& parser, Clock::time_point began) {
  const auto& s = context_.settings;
  while (parser.consume(input_) == RequestParser::State::kHead)
    if (read_some(began, s.request_deadline, s.crowded_deadline) != Got::kBytes) return Next::kClose;
  parser.request().id = context_.handler.request_id(parser.request());
  if (parser.state() == RequestParser::State::kFailed)
    return refuse(parser, parser.error_status(), parser.error_text(), began);
  return std::nullopt;
}

HttpConnection::Next HttpConnection::read_and_answer(RequestParser& parser, Clock::time_point began) {
  ServerRequest& request = parser.request();
  if (const auto refused = context_.handler.refuse(request)) {
    const bool body_follows = parser.has_body();
    const Next next =
        reply(request, *refused, began, request.keep_alive && !body_follows ? Next::kAnother : Next::kClose);
    if (body_follows) drain();
    return next;
  }
  BufferedBytes held(context_.buffered);
  if (const auto ended = read_body(parser, began, held)) return *ended;
  const ServerResponse response = take_turn(request);
  return reply(request, response, began, request.keep_alive && !context_.stopping ? Next::kAnother : Next::kClose);
}

std::optional<HttpConnection::Next> HttpConnection::read_body(RequestParser& parser, Clock::time_point began,
                                                              BufferedBytes& held) {
  const auto& s = context_.settings;
  if (parser.accept_body() == RequestParser::State::kBody && parser.expects_continue() &&
      !write("HTTP/1.1 100 Continue\r\n\r\n"))
    return Next::kClose;
  while (parser.consume(input_) == RequestParser::State::kBody) {
    if (held.grow_to(parser.request().body.size()) > s.buffered_bytes)
      return refuse(parser, 503, "too much is being received at once", began);
    const Got got = read_some(began, s.request_deadline, s.crowded_deadline);
    if (got == Got::kTooSlow) return refuse(parser, 408, "the body came too slowly", began);
    if (got != Got::kBytes) return Next::kClose;
  }
  if (parser.state() == RequestParser::State::kFailed)
    return refuse(parser, parser.error_status(), parser.error_text(), began);
  held.grow_to(parser.request().body.size());
  return std::nullopt;
}

ServerResponse HttpConnection::take_turn(ServerRequest& request) {
  if (!context_.handler.needs_turn(request)) return context_.handler.handle(request);
  if (!context_.turns.tryWait(context_.settings.queue_deadline.count()))
    return context_.handler.unreadable(request, 503, "too many requests are in progress");
  struct Turn {
    Poco::Semaphore& turns;
    ~Turn() { turns.set(); }
  } const turn{context_.turns};
  return context_.handler.handle(request);
}

HttpConnection::Next HttpConnection::refuse(RequestParser& parser, int status, const std::string& why,
                                            Clock::time_point began) {
  reply(parser.request(), context_.handler.unreadable(parser.request(), status, why), began, Next::kClose);
  drain();
  return Next::kClose;
}

HttpConnection::Next HttpConnection::reply(const ServerRequest& request, const ServerResponse& response,
                                           Clock::time_point began, Next next) {
  std::string bytes = head_of(request, response, next == Next::kAnother);
  if (request.method != "HEAD" && response.status != 204) bytes += response.body;
  const bool written = write(bytes);
  context_.handler.answered(request, response.status, std::chrono::duration_cast<Duration>(Clock::now() - began));
  return written ? next : Next::kClose;
}

bool HttpConnection::write(std::string_view bytes) {
  auto deadline = Clock::now() + context_.settings.write_deadline;
  bool hurried = false;
  while (!bytes.empty()) {
    const int sent =
        socket().sendBytes(bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20)), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    const auto now = Clock::now();
    if (context_.stopping && !hurried) {
      hurried = true;
      deadline = std::min<Clock::time_point>(deadline, now + kWriteTimeWhileStopping);
    }
    const auto left = std::chrono::duration_cast<Duration>(deadline - now);
    if (left <= Duration::zero()) return false;
    wait_for(socket(), WaitFor::kRoom, std::min(left, kSlice));
  }
  return true;
}

void HttpConnection::drain() {
  socket().shutdownSend();
  const auto began = Clock::now();
  std::size_t read = 0;
  for (;;) {
    input_.clear();
    if (read_some(began, kDrainTime, Duration{100}) != Got::kBytes) return;
    read += input_.size();
    if (read > kDrainBytes) return;
  }
}

}  // namespace smmhost
