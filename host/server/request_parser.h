// Reads HTTP/1.x requests from bytes, as they come, within limits. Knows no socket and no clock.
//
// Strict where leniency lets two readers of one stream disagree (request smuggling): lines end in CRLF, a length is
// given once, and Content-Length beside Transfer-Encoding is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "host/server/http_message.h"

namespace smmhost {

struct RequestLimits {
  std::size_t head_bytes = 32 << 10;  // request line and headers together
  int header_fields = 100;
  std::size_t body_bytes = 1 << 20;
};

class RequestParser {
 public:
  enum class State {
    kHead,      // more bytes of the request line and headers are needed
    kHeadDone,  // the head is complete and in request(); call accept_body() to go on
    kBody,      // more bytes of the body are needed
    kComplete,  // the request is whole; bytes left in the input belong to the next one
    kFailed,    // error_status() and error_text() say why; the connection cannot be used any more
  };

  explicit RequestParser(RequestLimits limits) : limits_(limits) {}

  // Takes from the front of `input` what belongs to this request.
  State consume(std::string& input);
  // After kHeadDone: the body is wanted. kFailed (413) at once where its declared length is over the limit.
  State accept_body();

  State state() const { return state_; }
  const ServerRequest& request() const { return request_; }
  ServerRequest& request() { return request_; }
  bool expects_continue() const { return expects_continue_; }
  // Whether a body follows the head.
  bool has_body() const { return chunked_ || content_length_ > 0; }
  int error_status() const { return error_status_; }
  const std::string& error_text() const { return error_text_; }

 private:
  enum class Chunk { kSize, kData, kDataEnd, kTrailer };

  State fail(int status, std::string text);
  State take_head(std::string& input);
  bool read_head(const std::string& head);
  bool read_target(const std::string& target);
  bool read_framing();
  State take_body(std::string& input);
  State take_chunks(std::string& input);

  RequestLimits limits_;
  State state_ = State::kHead;
  ServerRequest request_;
  bool chunked_ = false;
  bool expects_continue_ = false;
  std::uint64_t content_length_ = 0;
  Chunk chunk_ = Chunk::kSize;
  std::size_t chunk_left_ = 0;
  std::size_t trailer_bytes_ = 0;
  int error_status_ = 0;
  std::string error_text_;
};

}  // namespace smmhost
