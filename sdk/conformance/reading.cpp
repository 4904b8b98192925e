#include "sdk/conformance/reading.h"

#include "sdk/runner/given_struct.h"

namespace smm::conformance {
namespace {

using sdk::read_row;
using sdk::read_struct;

constexpr uint64_t kMaxText = 16 << 20;
constexpr uint64_t kMaxHeaders = 100;
constexpr uint64_t kMaxRows = 1'000'000;
constexpr uint64_t kMaxUpstreamText = 1000;

class Checker {
 public:
  explicit Checker(Reading& reading) : reading_(reading) {}

  void breach(const std::string& what) { reading_.breaches.push_back(what); }

  // Whether a struct may be read: it is at least as large as in ABI 1.0, which a later minor leaves right.
  template <class T>
  bool has_struct(const T* value, const char* name) {
    if (value == nullptr) {
      breach(std::string(name) + " is NULL");
      return false;
    }
    const uint32_t size = runner::stated_size(value);
    if (size >= runner::kLeastSize<T>) return true;
    breach(std::string(name) + ".struct_size is " + std::to_string(size) + ", ABI 1.0 has " +
           std::to_string(runner::kLeastSize<T>));
    return false;
  }

  bool has_text(smm_str text, const char* name) {
    if (text.size > kMaxText || (text.data == nullptr && text.size > 0)) {
      breach(std::string(name) + " is no text: data is NULL or size is beyond reason");
      return false;
    }
    if (is_utf8(sdk::to_view(text))) return true;
    breach(std::string(name) + " is not UTF-8");
    return true;
  }

  // Whether the rows of an array may be read: the same size each, at least that of ABI 1.0.
  template <class Row>
  bool has_rows(const Row* rows, uint64_t count, const char* name) {
    if (count == 0) return true;
    if (count > kMaxRows || !has_struct(rows, name)) return false;
    const uint32_t first = read_row(rows, 0).struct_size;
    for (uint64_t i = 1; i < count; ++i) {
      if (read_row(rows, i).struct_size == first) continue;
      breach(std::string(name) + ": rows of one array have different struct_size");
      return false;
    }
    return true;
  }

  void reserved(uint32_t value, const char* name) {
    if (value != 0) breach(std::string(name) + ".reserved is not 0");
  }

  void one_or_zero(uint32_t value, const char* name) {
    if (value > 1) breach(std::string(name) + " is " + std::to_string(value) + ", neither 0 nor 1");
  }

 private:
  Reading& reading_;
};

Reading& begin(const smm_out* out) {
  auto& reading = *static_cast<Reading*>(out->context);
  ++reading.answer.times;
  return reading;
}

void on_http(const smm_out* out, const smm_http_request* source) noexcept {
  Reading& reading = begin(out);
  Checker check(reading);
  if (!check.has_struct(source, "smm_http_request")) return;
  const auto raw = read_struct<smm_http_request>(source);
  check.reserved(raw.reserved, "smm_http_request");
  const bool readable =
      check.has_text(raw.method, "method") && check.has_text(raw.url, "url") && check.has_text(raw.body, "body");
  if (!readable) return;
  if (raw.header_count > kMaxHeaders || (raw.headers == nullptr && raw.header_count > 0)) {
    return check.breach("headers cannot be read, or are more than 100");
  }
  sdk::HttpRequest request;
  request.method = sdk::to_view(raw.method);
  request.url = sdk::to_view(raw.url);
  request.body = sdk::to_view(raw.body);
  request.effect = raw.effect;
  request.timeout_ms = raw.timeout_ms;
  request.max_response_bytes = raw.max_response_bytes;
  for (uint64_t i = 0; i < raw.header_count; ++i) {
    const smm_pair& header = raw.headers[i];
    if (!check.has_text(header.key, "a header's name") || !check.has_text(header.value, "a header's value")) return;
    request.headers.emplace_back(sdk::to_view(header.key), sdk::to_view(header.value));
  }
  if (reading.answer.times == 1) reading.answer.request = std::move(request);
}

void on_wait(const smm_out* out, uint64_t milliseconds) noexcept {
  Reading& reading = begin(out);
  if (reading.answer.times == 1) reading.answer.wait_ms = milliseconds;
}

void on_fail(const smm_out* out, const smm_failure* source) noexcept {
  Reading& reading = begin(out);
  Checker check(reading);
  if (!check.has_struct(source, "smm_failure")) return;
  const auto raw = read_struct<smm_failure>(source);
  if (raw.code == SMM_OK || sdk::code_name(raw.code) == "?") {
    check.breach("fail() with the code " + std::to_string(raw.code) + ", which is no failure");
  }
  if (!check.has_text(raw.message, "message") || !check.has_text(raw.upstream_text, "upstream_text")) return;
  if (raw.upstream_text.size > kMaxUpstreamText) check.breach("upstream_text is longer than 1000 bytes");
  if (reading.answer.times > 1) return;
  reading.answer.failure = sdk::Failure{raw.code, std::string(sdk::to_view(raw.message)),
                                        std::string(sdk::to_view(raw.upstream_text)), raw.retry_after_ms};
}

template <class Result>
bool readable_rows(Checker& check, const void* source, const char* name) {
  if (!check.has_struct(static_cast<const Result*>(source), name)) return false;
  const auto raw = read_struct<Result>(source);
  return check.has_rows(raw.rows, raw.row_count, name);
}

bool readable_check_result(Checker& check, const void* source) {
  if (!check.has_struct(static_cast<const smm_check_result*>(source), "smm_check_result")) return false;
  const auto raw = read_struct<smm_check_result>(source);
  check.one_or_zero(raw.exists, "smm_check_result.exists");
  if (raw.exists == 1) check.one_or_zero(raw.is_private, "smm_check_result.is_private");
  return check.has_rows(raw.posts, raw.post_count, "smm_check_result.posts");
}

bool readable_provider_result(Checker& check, uint32_t operation, const void* source) {
  switch (operation) {
    case SMM_PROVIDER_PLACE:
      return check.has_struct(static_cast<const smm_place_result*>(source), "smm_place_result");
    case SMM_PROVIDER_STATUS:
    case SMM_PROVIDER_REFILL_STATUS:
      return readable_rows<smm_status_result>(check, source, "smm_status_result");
    case SMM_PROVIDER_CANCEL:
    case SMM_PROVIDER_REFILL:
      return readable_rows<smm_action_result>(check, source, "smm_action_result");
    case SMM_PROVIDER_BALANCE:
      return check.has_struct(static_cast<const smm_balance_result*>(source), "smm_balance_result");
    case SMM_PROVIDER_SERVICES:
      return readable_rows<smm_services_result>(check, source, "smm_services_result");
    case SMM_PROVIDER_RECONCILE:
      return readable_rows<smm_reconcile_result>(check, source, "smm_reconcile_result");
    default:
      check.breach("done() for an operation that does not exist");
      return false;
  }
}

void on_done(const smm_out* out, const void* result) noexcept {
  Reading& reading = begin(out);
  Checker check(reading);
  bool readable = false;
  if (reading.interface_id == SMM_PROVIDER_ID) {
    readable = readable_provider_result(check, reading.operation, result);
  } else if (reading.operation == SMM_CHECKER_MEDIA) {
    readable = readable_rows<smm_media_result>(check, result, "smm_media_result");
  } else {
    readable = readable_check_result(check, result);
  }
  if (!readable) return;
  sdk::testing::Json json = sdk::testing::result_json(reading.interface_id, reading.operation, result);
  const std::string text = json.dump(-1, ' ', false, sdk::testing::Json::error_handler_t::ignore);
  if (text != json.dump(-1, ' ', false, sdk::testing::Json::error_handler_t::replace)) {
    check.breach("the result holds text that is not UTF-8");
  }
  if (reading.answer.times == 1) reading.answer.result = std::move(json);
}

}  // namespace

smm_out reading_out(Reading& reading) {
  auto out = sdk::make_struct<smm_out>();
  out.context = &reading;
  out.http = &on_http;
  out.wait = &on_wait;
  out.done = &on_done;
  out.fail = &on_fail;
  return out;
}

bool is_utf8(std::string_view text) {
  const sdk::testing::Json json = text;
  return json.dump(-1, ' ', false, sdk::testing::Json::error_handler_t::ignore) ==
         json.dump(-1, ' ', false, sdk::testing::Json::error_handler_t::replace);
}

}  // namespace smm::conformance
