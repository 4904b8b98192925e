// The edge between C++ and the ABI: runs one step of an operation, catches everything, answers exactly once, and keeps
// a purchase of uncertain outcome from being reported as anything else.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "smm/sdk/result.hpp"

namespace smm::sdk::detail {

inline constexpr size_t kMaxMessage = 500;
inline constexpr size_t kMaxUpstreamText = 1000;

inline void emit_failure(const smm_out* out, const Failure& failure) {
  auto raw = make_struct<smm_failure>();
  raw.code = failure.code == SMM_OK ? SMM_INTERNAL : failure.code;
  raw.retry_after_ms = failure.retry_after_ms;
  const std::string message = as_utf8(cut(failure.message, kMaxMessage));
  const std::string upstream_text = as_utf8(cut(failure.upstream_text, kMaxUpstreamText));
  raw.message = to_str(cut(message, kMaxMessage));
  raw.upstream_text = to_str(cut(upstream_text, kMaxUpstreamText));
  out->fail(out, &raw);
}

inline void emit_request(const smm_out* out, const HttpRequest& request) {
  std::vector<smm_pair> headers;
  headers.reserve(request.headers.size());
  for (const auto& [name, value] : request.headers) headers.push_back({to_str(name), to_str(value)});
  auto raw = make_struct<smm_http_request>();
  raw.effect = request.effect;
  raw.method = to_str(request.method);
  raw.url = to_str(request.url);
  raw.headers = headers.data();
  raw.header_count = headers.size();
  raw.body = to_str(request.body);
  raw.max_response_bytes = request.max_response_bytes;
  raw.timeout_ms = request.timeout_ms;
  out->http(out, &raw);
}

/// Runs `step` and turns whatever it throws into a Failure.
template <class T, class StepFunction>
Step<T> step_or_failure(const Call& call, const StepFunction& step) noexcept {
  try {
    return step(call);
  } catch (const std::bad_alloc&) {
    return Step<T>(Failure{SMM_OUT_OF_MEMORY, {}, {}, 0});
  } catch (const std::exception& error) {
    try {
      return Step<T>(Failure{SMM_INTERNAL, std::string("exception: ") + error.what(), {}, 0});
    } catch (...) {
      return Step<T>(Failure{SMM_OUT_OF_MEMORY, {}, {}, 0});
    }
  } catch (...) {
    return Step<T>(Failure{SMM_INTERNAL, {}, {}, 0});
  }
}

/// Whether a WRITE_ONCE request of this history may have reached the upstream. A plugin is a pure function, so asking
/// it again with the beginning of the history tells what it sent then.
template <class T, class StepFunction>
bool write_was_possibly_sent(const Call& call, const StepFunction& step) {
  Call earlier = call;
  for (size_t i = call.history.size(); i > 0; --i) {
    const Event& outcome = call.history[i - 1];
    if (outcome.failed() && !outcome.maybe_sent) continue;
    earlier.history.resize(i - 1);
    const Step<T> sent = step_or_failure<T>(earlier, step);
    const auto* request = std::get_if<HttpRequest>(&sent);
    const bool unclear = std::holds_alternative<Failure>(sent);
    if (unclear || (request != nullptr && request->effect == SMM_WRITE_ONCE)) return true;
  }
  return false;
}

/// Codes that say nothing about whether a write happened.
inline bool leaves_write_open(smm_code code) {
  return code == SMM_BAD_RESPONSE || code == SMM_UPSTREAM_DOWN || code == SMM_INTERNAL || code == SMM_OUT_OF_MEMORY;
}

/// The step to answer with: after a WRITE_ONCE was possibly sent, an unclear failure is OUTCOME_UNKNOWN and a second
/// WRITE_ONCE is not sent.
template <class T, class StepFunction>
Step<T> guarded_step(const Call& call, const StepFunction& step) {
  Step<T> next = step_or_failure<T>(call, step);
  const auto* failure = std::get_if<Failure>(&next);
  const auto* request = std::get_if<HttpRequest>(&next);
  const bool open = failure != nullptr && leaves_write_open(failure->code);
  const bool second = request != nullptr && request->effect == SMM_WRITE_ONCE && !call.history.empty();
  if ((!open && !second) || !write_was_possibly_sent<T>(call, step)) return next;
  if (second) return Step<T>(Failure{SMM_OUTCOME_UNKNOWN, "the plugin wanted to send a write a second time", {}, 0});
  Failure unknown = *failure;
  unknown.code = SMM_OUTCOME_UNKNOWN;
  return Step<T>(std::move(unknown));
}

/// Answers one call. `step(call)` is the author's function; `emit(value, out)` calls out->done once, last of all.
template <class T, class StepFunction, class Emit>
void answer(const Call& call, const smm_out* out, const StepFunction& step, const Emit& emit) {
  const Step<T> next = guarded_step<T>(call, step);
  if (const auto* request = std::get_if<HttpRequest>(&next)) return emit_request(out, *request);
  if (const auto* wait = std::get_if<Wait>(&next)) return out->wait(out, wait->milliseconds);
  if (const auto* failure = std::get_if<Failure>(&next)) return emit_failure(out, *failure);
  emit(std::get<T>(next), out);
}

/// Runs `body`, which answers as its last act; if it throws before that, answers with a failure. With a history, a
/// request was sent, and memory that ran out while its answer was read leaves a write's outcome unknown.
template <class Body>
void at_edge(const smm_call* raw, const smm_out* out, bool writes, const Body& body) noexcept {
  try {
    body();
  } catch (...) {
    auto failure = make_struct<smm_failure>();
    failure.code = writes && raw->history_count > 0 ? SMM_OUTCOME_UNKNOWN : SMM_OUT_OF_MEMORY;
    out->fail(out, &failure);
  }
}

inline bool has_operation(uint64_t capabilities, uint32_t operation) {
  return operation < 64 && (capabilities & SMM_CAPABILITY(operation)) != 0;
}

inline uint64_t capability_bits(const std::vector<uint32_t>& operations) {
  uint64_t bits = 0;
  for (const uint32_t operation : operations) bits |= SMM_CAPABILITY(operation);
  return bits;
}

}  // namespace smm::sdk::detail
