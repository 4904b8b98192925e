#include "host/net/poco_transport.h"

#include <Poco/Exception.h>
#include <Poco/InflatingStream.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/String.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>
#include <sstream>
#include <utility>

#include "host/net/connection_pool.h"
#include "host/net/connector.h"
#include "host/net/response_reader.h"
#include "host/net/socket_deadlines.h"
#include "host/net/url.h"

namespace smmhost {
namespace {

using SteadyClock = SocketDeadlines::Clock;

// One TLS record: a write of at most this many bytes that fails left nothing the other side could decrypt and act on.
constexpr std::size_t kWriteChunk = 16 << 10;

HttpResult not_sent(HttpError error, std::string text) {
  HttpResult result;
  result.outcome = TransportOutcome::kNotSent;
  result.error = error;
  result.error_text = std::move(text);
  return result;
}

HttpResult maybe_sent(HttpError error, std::string text) {
  HttpResult result = not_sent(error, std::move(text));
  result.outcome = TransportOutcome::kMaybeSent;
  return result;
}

HttpResult too_large(std::size_t limit) {
  return maybe_sent(HttpError::kTooLarge, "the answer is longer than " + std::to_string(limit) + " bytes");
}

bool is_token(std::string_view text) {
  constexpr std::string_view kSymbols = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kSymbols.find(c) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) || c == '\t'; });
}

// What this class decides itself, whatever the caller says.
bool is_own_header(const std::string& name) {
  static const std::array<std::string, 9> kOwn{
      "host", "connection",      "content-length", "transfer-encoding", "upgrade", "trailer",
      "te",   "accept-encoding", "expect"};
  return std::find(kOwn.begin(), kOwn.end(), Poco::toLower(name)) != kOwn.end();
}

// nullopt where a header or the method would change the message's shape.
std::optional<std::string> request_text(const HttpRequest& request, const Url& url, const std::string& user_agent) {
  if (!is_token(request.method)) return std::nullopt;
  Poco::Net::HTTPRequest head(request.method, url.target, Poco::Net::HTTPMessage::HTTP_1_1);
  head.set("Host", url.authority());
  head.set("User-Agent", user_agent);
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) || !is_header_value(value)) return std::nullopt;
    if (Poco::icompare(name, "user-agent") == 0)
      head.set("User-Agent", value);
    else if (!is_own_header(name))
      head.add(name, value);
  }
  head.set("Accept-Encoding", "identity");
  head.set("Connection", "keep-alive");
  const bool has_body = !request.body.empty() || (request.method != "GET" && request.method != "HEAD");
  if (has_body) head.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
  std::ostringstream text;
  head.write(text);
  return std::move(text).str() + request.body;
}

HttpResult unpacked(HttpResult result, std::size_t limit) {
  std::istringstream source(result.body);
  Poco::InflatingInputStream stream(source, Poco::InflatingStreamBuf::STREAM_GZIP);
  std::string plain;
  std::array<char, 16 << 10> buffer{};
  while (stream.good()) {
    stream.read(buffer.data(), buffer.size());
    plain.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
    if (plain.size() > limit) return too_large(limit);
  }
  // Poco turns zlib's complaint into the bad bit.
  if (stream.bad()) return maybe_sent(HttpError::kBadResponse, "the compressed answer cannot be unpacked");
  result.body = std::move(plain);
  return result;
}

void ignore_sigpipe() {
  static const auto previous = std::signal(SIGPIPE, SIG_IGN);
  static_cast<void>(previous);
}

struct Attempt {
  HttpResult result;
  bool reused = false;
  std::size_t bytes_written = 0;
  bool answer_begun = false;
};

// Whether a second, fresh connection may carry the same request.
bool may_try_again(const Attempt& attempt, HttpEffect effect) {
  if (!attempt.reused || attempt.result.error != HttpError::kClosed) return false;
  return attempt.bytes_written == 0 || (effect == HttpEffect::kRead && !attempt.answer_begun);
}

}  // namespace

class PocoTransport::Impl {
 public:
  explicit Impl(PocoTransportOptions options)
      : options_(std::move(options)),
        connector_(deadlines_, options_.ca_file),
        pool_(options_.idle_per_peer, options_.idle_in_all, options_.idle_limit) {
    ignore_sigpipe();
  }

  HttpResult send(const HttpRequest& request) {
    const auto started = SteadyClock::now();
    HttpResult result = send_by(request, started + request.timeout);
    result.elapsed = std::chrono::duration_cast<Duration>(SteadyClock::now() - started);
    return result;
  }

  std::size_t idle_connections() const { return pool_.size(); }

 private:
  HttpResult send_by(const HttpRequest& request, SteadyClock::time_point deadline) {
    const auto url = parse_url(request.url);
    if (!url) return not_sent(HttpError::kBadUrl, "not an absolute http or https URL");
    const auto text = request_text(request, *url, options_.user_agent);
    if (!text) return not_sent(HttpError::kBadUrl, "the method or a header has characters that HTTP does not allow");

    const std::string peer = url->scheme + "://" + url->authority();
    const Duration max_idle = request.effect == HttpEffect::kRead
                                  ? options_.idle_limit
                                  : std::min(options_.write_idle_limit, options_.idle_limit);
    if (auto kept = pool_.take(peer, max_idle)) {
      Attempt attempt = exchange(*kept, peer, *text, request, deadline);
      attempt.reused = true;
      if (!may_try_again(attempt, request.effect)) return std::move(attempt.result);
    }

    auto opened = connector_.open(*url, deadline);
    if (auto* failure = std::get_if<ConnectFailure>(&opened)) return not_sent(failure->error, std::move(failure->text));
    return exchange(std::get<Poco::Net::StreamSocket>(opened), peer, *text, request, deadline).result;
  }

  Attempt exchange(Poco::Net::StreamSocket& socket, const std::string& peer, std::string_view text,
                   const HttpRequest& request, SteadyClock::time_point deadline) {
    Attempt attempt;
    ResponseReader reader(request.max_response_bytes);
    bool reusable = false;
    {
      const SocketDeadline watch(deadlines_, socket, deadline);
      const bool written = write(socket, text, attempt.bytes_written);
      // A server may answer (413, 401) and close before it has read everything: the answer counts.
      if (attempt.bytes_written > 0)
        attempt.result = read(socket, reader, request.max_response_bytes);
      else
        attempt.result = not_sent(HttpError::kClosed, "the connection was closed before anything was sent");
      attempt.answer_begun = reader.begun();
      const bool answered = attempt.result.outcome == TransportOutcome::kAnswered;
      reusable = written && answered && reader.reusable() && SteadyClock::now() < deadline;
      if (!answered && SteadyClock::now() >= deadline) {
        attempt.result.error = HttpError::kTimeout;
        attempt.result.error_text = "no complete answer from " + peer + " in time";
      }
      // Below TLS, so that closing has nothing to wait for.
      if (!reusable) ::shutdown(socket.impl()->sockfd(), SHUT_RDWR);
    }
    if (reusable) pool_.keep(peer, socket);
    return attempt;
  }

  static bool write(Poco::Net::StreamSocket& socket, std::string_view text, std::size_t& bytes_written) {
    try {
      while (!text.empty()) {
        const auto size = static_cast<int>(std::min(text.size(), kWriteChunk));
        const int count = socket.sendBytes(text.data(), size);
        if (count <= 0) return false;
        bytes_written += static_cast<std::size_t>(count);
        text.remove_prefix(static_cast<std::size_t>(count));
      }
      return true;
    } catch (const Poco::Exception&) {
      return false;
    }
  }

  static HttpResult read(Poco::Net::StreamSocket& socket, ResponseReader& reader, std::size_t limit) {
    std::array<char, 16 << 10> buffer;
    auto state = ResponseReader::State::kMore;
    while (state == ResponseReader::State::kMore) {
      int count = 0;
      try {
        count = socket.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
      } catch (const Poco::Exception&) {
        state = ResponseReader::State::kCut;
        break;
      }
      state = count > 0 ? reader.feed({buffer.data(), static_cast<std::size_t>(count)}) : reader.end_of_stream();
    }
    return result_of(state, reader, limit);
  }

  static HttpResult result_of(ResponseReader::State state, ResponseReader& reader, std::size_t limit) {
    switch (state) {
      case ResponseReader::State::kTooLarge:
        return too_large(limit);
      case ResponseReader::State::kNotHttp:
        return maybe_sent(HttpError::kBadResponse, "the answer is not HTTP");
      case ResponseReader::State::kMore:
      case ResponseReader::State::kCut:
        return maybe_sent(HttpError::kClosed, reader.begun() ? "the connection ended in the middle of the answer"
                                                             : "the connection ended without an answer");
      case ResponseReader::State::kWhole:
        break;
    }
    HttpResult result;
    reader.take(result);
    result.outcome = TransportOutcome::kAnswered;
    const bool packed = Poco::icompare(std::string(result.header("Content-Encoding")), "gzip") == 0;
    return packed ? unpacked(std::move(result), limit) : result;
  }

  const PocoTransportOptions options_;
  SocketDeadlines deadlines_;
  Connector connector_;
  ConnectionPool pool_;
};

PocoTransport::PocoTransport(PocoTransportOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
PocoTransport::~PocoTransport() = default;
HttpResult PocoTransport::send(const HttpRequest& request) {
  return impl_->send(request);
}
std::size_t PocoTransport::idle_connections() const {
  return impl_->idle_connections();
}

}  // namespace smmhost
