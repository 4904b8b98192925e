#include "tests/support/raw_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/String.h>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace smmhost::testing {
namespace {

thread_local std::vector<std::string>* requests_of_thread = nullptr;
thread_local std::mutex* mutex_of_thread = nullptr;

std::size_t content_length(const std::string& head) {
  const std::string lower = Poco::toLower(head);
  const auto at = lower.find("\r\ncontent-length:");
  return at == std::string::npos ? 0 : std::stoul(lower.substr(at + 17));
}

}  // namespace

std::string RawConnection::read_request() {
  std::string text;
  std::array<char, 4096> buffer{};
  std::size_t wanted = std::string::npos;
  while (text.size() < wanted) {
    int count = 0;
    try {
      count = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
    } catch (const Poco::Exception&) {
    }
    if (count <= 0) return {};
    text.append(buffer.data(), static_cast<std::size_t>(count));
    const auto end = text.find("\r\n\r\n");
    if (end != std::string::npos) wanted = end + 4 + content_length(text.substr(0, end + 2));
  }
  if (requests_of_thread != nullptr) {
    const std::lock_guard lock(*mutex_of_thread);
    requests_of_thread->push_back(text);
  }
  return text;
}

bool RawConnection::write(std::string_view bytes) {
  try {
    while (!bytes.empty()) {
      const int count = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  } catch (const Poco::Exception&) {
    return false;
  }
}

bool RawConnection::answer(std::string_view body, int status) {
  return write("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
}

void RawConnection::reset() {
  socket_.setLinger(true, 0);
}

RawServer::RawServer(Script script, Poco::Net::Context::Ptr tls)
    : script_(std::move(script)),
      tls_(std::move(tls)),
      listener_(Poco::Net::SocketAddress("127.0.0.1", 0)),
      acceptor_([this] { accept_loop(); }) {}

RawServer::~RawServer() {
  stopping_ = true;
  ::shutdown(listener_.impl()->sockfd(), SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (auto& socket : open_) ::shutdown(socket.impl()->sockfd(), SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
}

std::uint16_t RawServer::port() const {
  return listener_.address().port();
}

std::string RawServer::url(std::string_view path) const {
  const std::string base = tls_ ? "https://localhost:" : "http://127.0.0.1:";
  return base + std::to_string(port()) + std::string(path);
}

std::vector<std::string> RawServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void RawServer::accept_loop() {
  while (!stopping_) {
    try {
      Poco::Net::StreamSocket socket = listener_.acceptConnection();
      const int number = connections_++;
      const std::lock_guard lock(mutex_);
      open_.push_back(socket);
      threads_.emplace_back([this, socket, number] { serve(socket, number); });
    } catch (const Poco::Exception&) {
      if (stopping_) return;
    }
  }
}

void RawServer::serve(Poco::Net::StreamSocket socket, int number) {
  requests_of_thread = &requests_;
  mutex_of_thread = &mutex_;
  try {
    Poco::Net::StreamSocket served = socket;
    if (tls_) served = Poco::Net::SecureStreamSocket::attach(socket, tls_);
    RawConnection connection(served, number);
    script_(connection);
  } catch (const Poco::Exception&) {
    // The client refused our certificate or went away.
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, socket);
  socket.close();
}

std::uint16_t closed_port() {
  const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
  return socket.address().port();
}

}  // namespace smmhost::testing
