#include "host/plugin/action.h"

#include <algorithm>
#include <utility>

#include "host/plugin/abi_text.h"
#include "sdk/runner/given_struct.h"

namespace smmhost {
namespace {

using smm::runner::read_struct;

constexpr std::size_t kMaxUrlBytes = 16 << 10;
constexpr std::size_t kMaxBodyBytes = 1 << 20;
constexpr std::size_t kMaxHeaders = 100;
constexpr std::size_t kMaxHeaderBytes = 16 << 10;
constexpr std::size_t kMaxTextBytes = 1000;
constexpr std::uint64_t kMaxMilliseconds = 366ULL * 24 * 60 * 60 * 1000;

struct Collector {
  const TakeResult& take;
  int answers = 0;
  Action action = Breach{"did not answer"};
};

// Notes an answer; whatever goes wrong while it is read is this answer, never an exception in the plugin's frames.
template <class Read>
void note(const smm_out* out, Read read) noexcept {
  auto& collector = *static_cast<Collector*>(out->context);
  if (++collector.answers > 1) {
    collector.action = Breach{"answered more than once"};
    return;
  }
  try {
    collector.action = read(collector);
  } catch (const std::exception& e) {
    collector.action = Breach{std::string("gave an answer that could not be read: ") + e.what()};
  }
}

std::optional<HttpEffect> effect_of(std::uint32_t effect) {
  switch (effect) {
    case SMM_READ:
      return HttpEffect::kRead;
    case SMM_WRITE_IDEMPOTENT:
      return HttpEffect::kWriteIdempotent;
    case SMM_WRITE_ONCE:
      return HttpEffect::kWriteOnce;
    default:
      return std::nullopt;
  }
}

Action read_http(const smm_http_request* given) {
  const auto request = read_struct<smm_http_request>(given);
  if (!request) return Breach{"gave an incomplete request"};
  const auto effect = effect_of(request->effect);
  if (!effect) return Breach{"gave a request without an effect"};
  if (request->url.size > kMaxUrlBytes || request->body.size > kMaxBodyBytes || request->header_count > kMaxHeaders)
    return Breach{"gave a request that is too large"};
  HttpAction action;
  action.request.method = copy(request->method);
  action.request.url = copy(request->url);
  action.request.body = copy(request->body);
  action.request.effect = *effect;
  action.request.timeout = Duration{request->timeout_ms};
  action.request.max_response_bytes = request->max_response_bytes;
  for (std::uint64_t i = 0; i < request->header_count; ++i) {
    const smm_pair& header = request->headers[i];
    if (header.key.size + header.value.size > kMaxHeaderBytes) return Breach{"gave a request that is too large"};
    action.request.headers.emplace_back(copy(header.key), copy(header.value));
  }
  return action;
}

Action read_failure(const smm_failure* given) {
  const auto failure = read_struct<smm_failure>(given);
  if (!failure) return Breach{"gave an incomplete failure"};
  const auto code = failure_code(failure->code);
  if (!code) return Breach{"failed with the code " + std::to_string(failure->code) + ", which is none"};
  FailAction action;
  action.failure.code = *code;
  if (failure->retry_after_ms > 0)
    action.failure.retry_after =
        Duration{static_cast<std::int64_t>(std::min(failure->retry_after_ms, kMaxMilliseconds))};
  action.failure.message = presentable(view(failure->message), kMaxTextBytes);
  action.failure.upstream = presentable(view(failure->upstream_text), kMaxTextBytes);
  return action;
}

void on_http(const smm_out* out, const smm_http_request* request) noexcept {
  note(out, [&](Collector&) { return read_http(request); });
}

void on_wait(const smm_out* out, std::uint64_t milliseconds) noexcept {
  note(out, [&](Collector&) -> Action {
    return WaitAction{Duration{static_cast<std::int64_t>(std::min(milliseconds, kMaxMilliseconds))}};
  });
}

void on_done(const smm_out* out, const void* result) noexcept {
  note(out, [&](Collector& collector) -> Action {
    if (result == nullptr) return Breach{"gave no result"};
    return DoneAction{collector.take(result)};
  });
}

void on_fail(const smm_out* out, const smm_failure* failure) noexcept {
  note(out, [&](Collector&) { return read_failure(failure); });
}

}  // namespace

Asked ask(const PluginInstance& instance, std::string_view interface_id, const smm_call& call, const TakeResult& take) {
  Collector collector{take};
  smm_out out{};
  out.struct_size = sizeof out;
  out.context = &collector;
  out.http = on_http;
  out.wait = on_wait;
  out.done = on_done;
  out.fail = on_fail;
  CodeReturn came = instance.next(interface_id, call, out);
  if (came.fault) return {Breach{std::move(*came.fault)}, came.cpu_us};
  return {std::move(collector.action), came.cpu_us, std::move(came.recovered_from)};
}

std::optional<FailureCode> failure_code(smm_code code) {
  switch (code) {
    case SMM_REJECTED:
      return FailureCode::kRejected;
    case SMM_AUTH:
      return FailureCode::kAuth;
    case SMM_RATE_LIMITED:
      return FailureCode::kRateLimited;
    case SMM_NO_FUNDS:
      return FailureCode::kNoFunds;
    case SMM_BUSY_LINK:
      return FailureCode::kBusyLink;
    case SMM_BAD_LINK:
      return FailureCode::kBadLink;
    case SMM_BAD_SERVICE:
      return FailureCode::kBadService;
    case SMM_BAD_QUANTITY:
      return FailureCode::kBadQuantity;
    case SMM_NOT_FOUND:
      return FailureCode::kNotFound;
    case SMM_UPSTREAM_DOWN:
      return FailureCode::kUpstreamDown;
    case SMM_BAD_RESPONSE:
      return FailureCode::kBadResponse;
    case SMM_OUTCOME_UNKNOWN:
      return FailureCode::kOutcomeUnknown;
    case SMM_UNSUPPORTED:
      return FailureCode::kUnsupported;
    case SMM_CONFIG:
      return FailureCode::kConfig;
    case SMM_OUT_OF_MEMORY:
    case SMM_INTERNAL:
      return FailureCode::kInternal;
    default:
      return std::nullopt;
  }
}

}  // namespace smmhost
