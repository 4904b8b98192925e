// Reads HTTP/1.x requests from bytes. The head's fields are read by Poco; framing and limits are decided here.
#include "host/server/request_parser.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/URI.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace smmhost {
namespace {

constexpr std::size_t kLongestChunkLine = 256;
constexpr std::string_view kEndOfHead = "\r\n\r\n";

bool has_bare_line_break(std::string_view head) {
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '\n' && (i == 0 || head[i - 1] != '\r')) return true;
    if (head[i] == '\r' && (i + 1 == head.size() || head[i + 1] != '\n')) return true;
  }
  return false;
}

bool is_token(std::string_view text) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

template <class T>
bool read_number(std::string_view text, int base, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

std::string decoded(std::string_view text) {
  std::string out;
  Poco::URI::decode(std::string(text), out);
  return out;
}

// As forms are encoded: a plus is a blank.
std::string form_decoded(std::string_view text) {
  std::string blanks(text);
  std::replace(blanks.begin(), blanks.end(), '+', ' ');
  return decoded(blanks);
}

// Calls `use` with each piece of `text` between `separator`s.
template <class Use>
void split(std::string_view text, char separator, Use use) {
  for (;;) {
    const auto at = text.find(separator);
    use(text.substr(0, at));
    if (at == std::string_view::npos) return;
    text.remove_prefix(at + 1);
  }
}

}  // namespace

RequestParser::State RequestParser::fail(int status, std::string text) {
  error_status_ = status;
  error_text_ = std::move(text);
  return state_ = State::kFailed;
}

RequestParser::State RequestParser::consume(std::string& input) {
  if (state_ == State::kHead) return take_head(input);
  if (state_ == State::kBody) return chunked_ ? take_chunks(input) : take_body(input);
  return state_;
}

RequestParser::State RequestParser::take_head(std::string& input) {
  // Blank lines before a request line are allowed by RFC 9112, 2.2.
  while (input.starts_with("\r\n")) input.erase(0, 2);
  const auto end = input.find(kEndOfHead);
  const std::size_t size = end == std::string::npos ? input.size() : end + kEndOfHead.size();
  if (size > limits_.head_bytes) return fail(431, "the request's headers are too large");
  if (end == std::string::npos) return state_;
  const std::string head = input.substr(0, size);
  input.erase(0, size);
  if (!read_head(head)) return state_;
  return state_ = State::kHeadDone;
}

bool RequestParser::read_head(const std::string& head) {
  if (has_bare_line_break(head)) return fail(400, "a header line does not end in CRLF"), false;
  Poco::Net::HTTPRequest parsed;
  parsed.setFieldLimit(limits_.header_fields);
  try {
    std::istringstream stream(head);
    parsed.read(stream);
  } catch (const Poco::Exception&) {
    return fail(400, "the request line or a header cannot be read"), false;
  }
  if (!is_token(parsed.getMethod())) return fail(400, "the method is not a word"), false;
  if (parsed.getVersion() != "HTTP/1.1" && parsed.getVersion() != "HTTP/1.0")
    return fail(505, "only HTTP/1.0 and HTTP/1.1 are spoken here"), false;
  request_.method = parsed.getMethod();
  for (const auto& [name, value] : parsed) {
    if (!is_token(name)) return fail(400, "a header's name is not a word"), false;
    request_.headers.emplace_back(name, std::string(trimmed(value)));
  }
  const auto connection = request_.header("Connection").value_or("");
  request_.keep_alive = parsed.getVersion() == "HTTP/1.1" ? !equal_ignoring_case(connection, "close")
                                                          : equal_ignoring_case(connection, "keep-alive");
  expects_continue_ = equal_ignoring_case(request_.header("Expect").value_or(""), "100-continue");
  return read_target(parsed.getURI()) && read_framing();
}

bool RequestParser::read_target(const std::string& target) {
  std::string_view rest = target;
  if (rest.starts_with("http://") || rest.starts_with("https://")) {
    const auto path = rest.find('/', rest.find("//") + 2);
    rest = path == std::string_view::npos ? std::string_view("/") : rest.substr(path);
  }
  if (rest == "*" && request_.method == "OPTIONS") rest = "/";
  if (!rest.starts_with('/')) return fail(400, "the request's target is not a path"), false;
  const auto question = rest.find('?');
  const auto path = rest.substr(0, question);
  try {
    request_.path = path;
    split(path.substr(1), '/', [&](std::string_view piece) { request_.segments.push_back(decoded(piece)); });
    if (request_.segments.back().empty()) request_.segments.pop_back();
    if (question == std::string_view::npos) return true;
    split(rest.substr(question + 1), '&', [&](std::string_view piece) {
      if (piece.empty()) return;
      const auto equals = piece.find('=');
      const auto value = equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1);
      request_.query.emplace_back(form_decoded(piece.substr(0, equals)), form_decoded(value));
    });
  } catch (const Poco::Exception&) {
    return fail(400, "the request's target has a malformed percent-encoding"), false;
  }
  return true;
}

bool RequestParser::read_framing() {
  int lengths = 0;
  int encodings = 0;
  for (const auto& [name, value] : request_.headers) {
    if (equal_ignoring_case(name, "Transfer-Encoding")) {
      ++encodings;
      if (!equal_ignoring_case(value, "chunked"))
        return fail(501, "only the chunked transfer encoding is understood"), false;
    }
    if (equal_ignoring_case(name, "Content-Length")) {
      ++lengths;
      const bool digits = std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (digits && value.size() > 18) return fail(413, "the body is too large"), false;
      if (!digits || !read_number(value, 10, content_length_))
        return fail(400, "Content-Length is not a number"), false;
    }
  }
  if (lengths + encodings > 1) return fail(400, "the body's length is given more than once"), false;
  chunked_ = encodings == 1;
  return true;
}

RequestParser::State RequestParser::accept_body() {
  if (state_ != State::kHeadDone) return state_;
  if (content_length_ > limits_.body_bytes)
    return fail(413, "the body is larger than " + std::to_string(limits_.body_bytes) + " bytes");
  return state_ = has_body() ? State::kBody : State::kComplete;
}

RequestParser::State RequestParser::take_body(std::string& input) {
  const std::size_t take = std::min(input.size(), static_cast<std::size_t>(content_length_) - request_.body.size());
  request_.body.append(input, 0, take);
  input.erase(0, take);
  if (request_.body.size() == content_length_) state_ = State::kComplete;
  return state_;
}

RequestParser::State RequestParser::take_chunks(std::string& input) {
  std::size_t at =
      0;  // bytes of the input that are used up; erased once, so that many small chunks cost no quadratic time
  while (state_ == State::kBody) {
    if (chunk_ == Chunk::kData) {
      const std::size_t take = std::min(input.size() - at, chunk_left_);
      if (take == 0) break;
      request_.body.append(input, at, take);
      at += take;
      chunk_left_ -= take;
      if (chunk_left_ == 0) chunk_ = Chunk::kDataEnd;
      continue;
    }
    const auto end = input.find("\r\n", at);
    if (end == std::string::npos) {
      if (input.size() - at > kLongestChunkLine) fail(400, "a line of the chunked body is too long");
      break;
    }
    const std::string_view line(input.data() + at, end - at);
    if (line.size() > kLongestChunkLine) {
      fail(400, "a line of the chunked body is too long");
      break;
    }
    at = end + 2;
    if (chunk_ == Chunk::kTrailer) {
      trailer_bytes_ += line.size() + 2;
      if (line.empty())
        state_ = State::kComplete;
      else if (trailer_bytes_ > limits_.head_bytes)
        fail(431, "the chunked body's trailer is too large");
    } else if (chunk_ == Chunk::kDataEnd) {
      if (!line.empty()) fail(400, "a chunk is longer than it says");
      chunk_ = Chunk::kSize;
    } else {
      const auto digits = trimmed(line.substr(0, line.find(';')));
      if (digits.size() > 8 || !read_number(digits, 16, chunk_left_))
        fail(400, "a chunk's size is not a number");
      else if (chunk_left_ > limits_.body_bytes - request_.body.size())
        fail(413, "the body is larger than " + std::to_string(limits_.body_bytes) + " bytes");
      else
        chunk_ = chunk_left_ == 0 ? Chunk::kTrailer : Chunk::kData;
    }
  }
  input.erase(0, at);
  return state_;
}

}  // namespace smmhost
