#include "host/yampi/yampi_api.h"

#include <charconv>
#include <cstdio>

#include "host/yampi/scrub.h"

namespace smmhost {
namespace {

constexpr std::size_t kLongestAnswer = 24U << 20;  // a hundred orders of the size observed are 1.5 MB
constexpr std::size_t kLongestWords = 500;
constexpr Duration kMinute = std::chrono::minutes{1};

bool is_write(const ApiCall& call) {
  return call.method != "GET";
}
bool is_success(int status) {
  return status >= 200 && status < 300;
}

// Cloudflare stands in front of the API and answers in HTML.
bool is_html(std::string_view body) {
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '<';
}

std::optional<std::int64_t> seconds_in(std::string_view header) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), value);
  if (error != std::errc{} || end != header.data() + header.size() || value < 0) return std::nullopt;
  return value;
}

Time next_minute(Time now) {
  return std::chrono::floor<std::chrono::minutes>(now) + kMinute;
}

Time retry_at(const HttpResult& result, Time now) {
  constexpr std::int64_t kLongest = 3600;
  if (const auto wait = seconds_in(result.header("Retry-After")); wait && *wait > 0 && *wait <= kLongest)
    return now + std::chrono::seconds{*wait};
  if (const auto reset = seconds_in(result.header("X-RateLimit-Reset"))) {
    const std::int64_t wait = *reset - std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    if (wait > 0 && wait <= kLongest) return now + std::chrono::seconds{wait};
  }
  return next_minute(now);
}

// {"message":"...","errors":{"field":["..."]}} -> "..., field: ...".
std::string words_of(const std::optional<Json>& root) {
  std::string words = text_of(member(root, "message"));
  simdjson::dom::object errors;
  if (const auto found = member(root, "errors"); found && found->get(errors) == simdjson::SUCCESS) {
    for (const simdjson::dom::key_value_pair field : errors) {
      words += ", " + std::string(field.key) + ": ";
      simdjson::dom::array texts;
      if (field.value.get(texts) != simdjson::SUCCESS) {
        words += text_of(field.value);
        continue;
      }
      for (const Json text : texts) words += text_of(text) + " ";
    }
  }
  return scrubbed_excerpt(words, kLongestWords);
}

Failure fail(FailureCode code, std::string message) {
  return {.code = code, .message = std::move(message)};
}

Failure failure_without_answer(const ApiCall& call, const HttpResult& result) {
  const std::string words = scrubbed_excerpt(result.error_text, kLongestWords);
  if (result.error == HttpError::kBadUrl) return fail(FailureCode::kConfig, "Yampi's base_url is not a URL: " + words);
  if (result.outcome == TransportOutcome::kNotSent)
    return fail(FailureCode::kUpstreamDown, "Yampi could not be reached: " + words);
  if (is_write(call))
    return fail(FailureCode::kOutcomeUnknown, "The change was possibly sent, and Yampi gave no answer: " + words);
  const bool broken = result.error == HttpError::kTooLarge || result.error == HttpError::kBadResponse;
  return fail(broken ? FailureCode::kBadResponse : FailureCode::kUpstreamDown, "Yampi gave no usable answer: " + words);
}

Failure failure_of_server_error(const ApiCall& call, const HttpResult& result) {
  const std::string status = std::to_string(result.status);
  if (is_write(call))
    return fail(FailureCode::kOutcomeUnknown, "Yampi answered the change with " + status + "; it may have happened.");
  return fail(FailureCode::kUpstreamDown, "Yampi answered " + status + ".");
}

Failure failure_of_client_error(const HttpResult& result) {
  const std::string status = std::to_string(result.status);
  if (result.status == 401)
    return fail(FailureCode::kAuth, "Yampi refused the API credentials (401). They change with their user's password.");
  if (is_html(result.body))
    return fail(result.status == 403 ? FailureCode::kUpstreamDown : FailureCode::kBadResponse,
                "What answered was not Yampi's API but a page in front of it (" + status + ").");
  if (result.status == 403)
    return fail(FailureCode::kAuth, "Yampi refused the API credentials (403), or the shop is not active.");
  if (result.status == 404) return fail(FailureCode::kNotFound, "Yampi does not know it (404).");
  return fail(FailureCode::kRejected, "Yampi refused it (" + status + ").");
}

// nullopt for a success.
std::optional<Failure> failure_of_answer(const ApiCall& call, const HttpResult& result, const JsonDocument* json) {
  const int status = result.status;
  if (is_success(status)) {
    const bool readable = json && json->root();
    const bool nothing_to_read = is_write(call) && result.body.empty();
    if (readable || nothing_to_read) return std::nullopt;
    return fail(FailureCode::kBadResponse,
                "Yampi answered " + std::to_string(status) + " with something that is not JSON.");
  }
  if (status >= 500 || status == 408) return failure_of_server_error(call, result);
  if (status >= 400) return failure_of_client_error(result);
  return fail(FailureCode::kBadResponse, "Yampi answered " + std::to_string(status) + "; is base_url right?");
}

}  // namespace

Failure rate_limited(Duration wait) {
  return {
      .code = FailureCode::kRateLimited, .retry_after = wait, .message = "Yampi's limit of calls a minute is reached."};
}

YampiApi::YampiApi(const YampiConfig& config, HttpTransport& transport, std::function<std::uint64_t()> entropy,
                   SharedBudgets shared)
    : config_(config),
      transport_(transport),
      entropy_(std::move(entropy)),
      reads_(config.reads_per_minute, std::move(shared.reads)),
      writes_(config.writes_per_minute, std::move(shared.writes)) {}

HttpRequest YampiApi::request_for(const ApiCall& call) const {
  HttpRequest request;
  request.method = call.method;
  request.url = config_.base_url + call.path;
  request.headers = {{"User-Token", config_.api_key.reveal()},
                     {"User-Secret-Key", config_.secret_key.reveal()},
                     {"Content-Type", "application/json"},
                     {"Accept", "application/json"}};
  request.body = call.body;
  request.effect = is_write(call) ? HttpEffect::kWriteIdempotent : HttpEffect::kRead;
  request.timeout = config_.timeout;
  request.max_response_bytes = kLongestAnswer;
  return request;
}

Exchange YampiApi::exchange_for(const ApiCall& call, const HttpResult& result) const {
  char id[40];
  std::snprintf(id, sizeof id, "%016llx%016llx", static_cast<unsigned long long>(entropy_()),
                static_cast<unsigned long long>(entropy_()));
  Exchange exchange;
  exchange.id = id;
  exchange.peer = "yampi";
  exchange.operation = call.operation;
  exchange.method = call.method;
  exchange.url = config_.base_url + call.path;
  exchange.request_body = call.body;
  exchange.outcome = result.outcome;
  exchange.status = result.status;
  exchange.error = scrubbed_excerpt(result.error_text, kLongestWords);
  exchange.started_at = call.at;
  exchange.ended_at = call.at + result.elapsed;
  return exchange;
}

ApiAnswer YampiApi::call(const ApiCall& call) {
  ApiAnswer answer;
  if (!is_write(call)) {
    if (const auto wait = reads_.take(call.at)) {
      answer.failure = rate_limited(*wait);
      return answer;
    }
  }
  const HttpResult result = transport_.send(request_for(call));
  answer.exchange = exchange_for(call, result);
  if (result.outcome != TransportOutcome::kAnswered) {
    answer.failure = failure_without_answer(call, result);
    return answer;
  }

  if (!result.body.empty()) answer.json = std::make_unique<JsonDocument>(result.body);
  const Time answered_at = call.at + result.elapsed;
  CallBudget& budget = is_write(call) ? writes_ : reads_;
  if (result.status == 429) {
    const Time until = retry_at(result, answered_at);
    budget.block_until(until, answered_at);
    answer.failure = rate_limited(until - call.at);
  } else {
    answer.failure = failure_of_answer(call, result, answer.json.get());
    if (result.header("X-RateLimit-Remaining") == "0") budget.block_until(next_minute(answered_at), answered_at);
  }
  if (answer.failure) {
    answer.failure->upstream = answer.root() ? words_of(answer.root()) : scrubbed_excerpt(result.body, kLongestWords);
    answer.exchange->response_body = answer.failure->upstream;
  }
  return answer;
}

}  // namespace smmhost
