#include "host/net/response_reader.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>
#include <utility>

namespace smmhost {
namespace http = boost::beast::http;
namespace {

constexpr std::uint32_t kMaxHeadBytes = 64 << 10;
constexpr int kMaxInterimAnswers = 8;

bool is_interim(http::status_class status) {
  return status == http::status_class::informational;
}

}  // namespace

class ResponseReader::Impl {
 public:
  explicit Impl(std::size_t max_body_bytes) : max_body_bytes_(max_body_bytes) { start(); }

  State feed(std::string_view bytes) {
    begun_ = begun_ || !bytes.empty();
    pending_.append(bytes);
    for (;;) {
      boost::beast::error_code error;
      const std::size_t used = parser_->put(boost::asio::buffer(pending_), error);
      pending_.erase(0, used);
      if (error && error != http::error::need_more) return state_of(error);
      if (!parser_->is_done()) return State::kMore;
      if (!is_interim(http::to_status_class(parser_->get().result_int()))) return State::kWhole;
      if (++interim_answers_ > kMaxInterimAnswers) return State::kNotHttp;
      start();
      if (pending_.empty()) return State::kMore;
    }
  }

  State end_of_stream() {
    if (!parser_->got_some()) return State::kCut;
    boost::beast::error_code error;
    parser_->put_eof(error);
    return error ? State::kCut : State::kWhole;
  }

  bool begun() const { return begun_; }
  bool reusable() const { return pending_.empty() && parser_->keep_alive(); }

  void take(HttpResult& result) {
    auto message = parser_->release();
    result.status = static_cast<int>(message.result_int());
    result.headers.clear();
    for (const auto& field : message)
      result.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    result.body = std::move(message.body());
  }

 private:
  void start() {
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(kMaxHeadBytes);
    parser_->body_limit(max_body_bytes_);
  }

  static State state_of(const boost::beast::error_code& error) {
    return error == http::error::body_limit || error == http::error::buffer_overflow ? State::kTooLarge
                                                                                     : State::kNotHttp;
  }

  std::size_t max_body_bytes_;
  std::optional<http::response_parser<http::string_body>> parser_;
  std::string pending_;
  bool begun_ = false;
  int interim_answers_ = 0;
};

ResponseReader::ResponseReader(std::size_t max_body_bytes) : impl_(std::make_unique<Impl>(max_body_bytes)) {}
ResponseReader::~ResponseReader() = default;
ResponseReader::State ResponseReader::feed(std::string_view bytes) {
  return impl_->feed(bytes);
}
ResponseReader::State ResponseReader::end_of_stream() {
  return impl_->end_of_stream();
}
bool ResponseReader::begun() const {
  return impl_->begun();
}
bool ResponseReader::reusable() const {
  return impl_->reusable();
}
void ResponseReader::take(HttpResult& result) {
  impl_->take(result);
}

}  // namespace smmhost
