// One HTTP server of the simulated world: on loopback, on a port the system chooses, able to misbehave like a real one.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace smmhost::world {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// The first value of that name, or "".
std::string value_of(const Pairs& pairs, const std::string& name);

// Reads "a=1&b=x%20y", '+' being a space. Used for query strings and for form bodies.
Pairs parse_form(const std::string& text);

struct Request {
  std::string method;
  std::string path;    // decoded, without the query
  std::string target;  // as it came: path and query
  Pairs query;
  Pairs headers;  // names in lower case
  std::string body;

  std::string header(const std::string& lower_case_name) const { return value_of(headers, lower_case_name); }
};

enum class Sending {
  kWhole,
  kCutShort,  // announces the whole length, sends half of the body and closes
  kClose,     // closes without an answer
};

struct Answer {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  Pairs headers;
  Sending sending = Sending::kWhole;
  std::chrono::milliseconds hang{0};  // before anything of the above happens
};

// Called from several threads at once.
using Handler = std::function<Answer(const Request&)>;

// Thread safe but for go_down() and come_up(), which one thread calls. Starts listening in the constructor; throws
// Poco::Exception where it cannot.
class HttpService {
 public:
  explicit HttpService(Handler handler);
  ~HttpService();
  HttpService(const HttpService&) = delete;
  HttpService& operator=(const HttpService&) = delete;

  int port() const;
  std::string url() const;  // http://127.0.0.1:PORT, no slash at the end

  // Connections are refused until come_up(); open ones are cut. The port stays ours.
  void go_down();
  void come_up();
  // The next `count` new connections are closed before a byte is read from them.
  void close_next_connections(int count);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace smmhost::world
