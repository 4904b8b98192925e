// What the server's tests share: raw connections and whole requests against a server on loopback.
#pragma once

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>

#include <chrono>
#include <map>
#include <string>

#include "host/server/json_body.h"

namespace smmhost::server_test {

struct Answer {
  int status = 0;                              // 0: the connection ended without an answer
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
  Json json() const { return Json::parse(body, nullptr, false); }
};

// A connection that sends exactly what it is told to.
class RawClient {
 public:
  explicit RawClient(int port) : socket_(Poco::Net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(port))) {
    socket_.setReceiveTimeout(Poco::Timespan(20, 0));
  }

  // False where the other side has gone.
  bool send(const std::string& bytes) {
    try {
      std::size_t sent = 0;
      while (sent < bytes.size())
        sent += static_cast<std::size_t>(
            socket_.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent), 0x4000 /* no SIGPIPE */));
      return true;
    } catch (const Poco::Exception&) {
      return false;
    }
  }

  // One answer; `head_only` for answers to HEAD. Status 0 where the connection ended before.
  Answer read(bool head_only = false) {
    Answer answer;
    while (buffer_.find("\r\n\r\n") == std::string::npos)
      if (!fill()) return answer;
    const auto end = buffer_.find("\r\n\r\n");
    read_head(buffer_.substr(0, end + 2), answer);
    buffer_.erase(0, end + 4);
    if (answer.status == 100) return read(head_only);
    const std::size_t size =
        answer.headers.count("content-length") && !head_only ? std::stoul(answer.headers["content-length"]) : 0;
    while (buffer_.size() < size)
      if (!fill()) break;
    answer.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return answer;
  }

  // Whether the other side closes within the time; data that comes before is skipped.
  bool closed_within(std::chrono::milliseconds time) {
    const auto deadline = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < deadline) {
      if (!socket_.poll(Poco::Timespan(0, 20'000), Poco::Net::Socket::SELECT_READ)) continue;
      if (!fill()) return true;
    }
    return false;
  }

  void close() { socket_.close(); }

 private:
  bool fill() {
    char bytes[8192];
    try {
      const int got = socket_.receiveBytes(bytes, sizeof bytes);
      if (got > 0) buffer_.append(bytes, static_cast<std::size_t>(got));
      return got > 0;
    } catch (const Poco::Exception&) {
      return false;
    }
  }

  static void read_head(const std::string& head, Answer& answer) {
    answer.status = std::stoi(head.substr(9, 3));
    std::size_t at = head.find("\r\n") + 2;
    while (at < head.size()) {
      const auto end = head.find("\r\n", at);
      const auto colon = head.find(':', at);
      std::string name = head.substr(at, colon - at);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      answer.headers[name] = head.substr(colon + 2, end - colon - 2);
      at = end + 2;
    }
  }

  Poco::Net::StreamSocket socket_;
  std::string buffer_;
};

inline Answer ask(int port, const std::string& method, const std::string& target, const std::string& body = {},
                  const HeaderList& headers = {}) {
  RawClient client(port);
  std::string request = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  client.send(request + "\r\n" + body);
  return client.read(method == "HEAD");
}

}  // namespace smmhost::server_test
