// Reads one HTTP/1 answer from the bytes as they come and knows whether it is whole.
// Framing is Boost.Beast's: Poco's streams take a cut head, a cut chunk or a cut body for a complete answer.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "host/net/http_transport.h"

namespace smmhost {

class ResponseReader {
 public:
  enum class State { kMore, kWhole, kCut, kTooLarge, kNotHttp };

  // Of the body; the head may have 64 KiB.
  explicit ResponseReader(std::size_t max_body_bytes);
  ~ResponseReader();

  State feed(std::string_view bytes);
  // The other side has ended the stream. An answer without a length is whole then; any other is cut.
  State end_of_stream();

  // Whether any byte came, be it of an interim (1xx) answer.
  bool begun() const;
  // Once whole: nothing came after it and the other side keeps the connection open.
  bool reusable() const;
  // Once whole: moves status, headers and body into `result`. The body is as it came, content coding included.
  void take(HttpResult& result);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace smmhost
