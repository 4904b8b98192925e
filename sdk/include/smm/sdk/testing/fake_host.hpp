// A host in miniature, for tests: opens an instance of a plugin and asks it, with whatever history the test writes.
// It does no HTTP and reads no clock.
#pragma once

#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "smm/sdk/http.hpp"
#include "smm/sdk/result.hpp"
#include "smm/sdk/testing/call_json.hpp"

namespace smm::sdk::testing {

using Settings = std::vector<std::pair<std::string, std::string>>;

/// What a test says happened after an action.
struct ScriptedEvent {
  uint32_t kind = SMM_EVENT_RESPONSE;
  uint32_t status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool maybe_sent = true;
  std::string text;
};

inline ScriptedEvent response(uint32_t status, std::string body,
                              std::vector<std::pair<std::string, std::string>> headers = {}) {
  return {SMM_EVENT_RESPONSE, status, std::move(headers), std::move(body), true, {}};
}
inline ScriptedEvent not_sent(std::string text = "connection refused") {
  return {SMM_EVENT_TRANSPORT_FAILED, 0, {}, {}, false, std::move(text)};
}
inline ScriptedEvent maybe_sent(std::string text = "timed out") {
  return {SMM_EVENT_TRANSPORT_FAILED, 0, {}, {}, true, std::move(text)};
}
inline ScriptedEvent timer() {
  return {SMM_EVENT_TIMER, 0, {}, {}, false, {}};
}

/// The rest of a call: what a host brings to it from outside of the order.
struct Circumstances {
  int64_t now = 1'760'000'000'000;
  uint64_t entropy = 42;
  uint32_t attempt = 1;

  /// When the events of its history happened.
  int64_t events_at() const { return now + 1000; }
};

/// What a plugin answered to one call. Exactly one of the four is set if the plugin keeps the contract.
struct Answer {
  int times = 0;  ///< how often it answered; 1 if it keeps the contract
  std::optional<HttpRequest> request;
  std::optional<uint64_t> wait_ms;
  std::optional<Json> result;
  std::optional<Failure> failure;

  /// The failure's code, SMM_OK if there was none.
  smm_code code() const { return failure ? failure->code : SMM_OK; }
};

namespace detail {

struct Recorder {
  std::string_view interface_id;
  uint32_t operation = 0;
  Answer answer;
};

inline Recorder& recorder(const smm_out* out) {
  auto& self = *static_cast<Recorder*>(out->context);
  ++self.answer.times;
  return self;
}

inline void record_http(const smm_out* out, const smm_http_request* source) noexcept {
  const auto raw = read_struct<smm_http_request>(source);
  HttpRequest request;
  request.method = str(raw.method);
  request.url = str(raw.url);
  request.body = str(raw.body);
  request.effect = raw.effect;
  request.timeout_ms = raw.timeout_ms;
  request.max_response_bytes = raw.max_response_bytes;
  for (uint64_t i = 0; i < raw.header_count; ++i) {
    request.headers.emplace_back(str(raw.headers[i].key), str(raw.headers[i].value));
  }
  recorder(out).answer.request = std::move(request);
}

inline void record_wait(const smm_out* out, uint64_t milliseconds) noexcept {
  recorder(out).answer.wait_ms = milliseconds;
}

inline void record_done(const smm_out* out, const void* result) noexcept {
  Recorder& self = recorder(out);
  self.answer.result = result_json(self.interface_id, self.operation, result);
}

inline void record_fail(const smm_out* out, const smm_failure* source) noexcept {
  const auto raw = read_struct<smm_failure>(source);
  recorder(out).answer.failure = Failure{raw.code, str(raw.message), str(raw.upstream_text), raw.retry_after_ms};
}

inline void record_error(const smm_errors* errors, smm_str key, smm_str message) noexcept {
  static_cast<Settings*>(errors->context)->emplace_back(str(key), str(message));
}

inline void ignore_log(const smm_host*, uint32_t, smm_str) noexcept {}

}  // namespace detail

/// One open instance. Not thread-safe.
class FakeHost {
 public:
  FakeHost(const smm_plugin* plugin, Settings settings) : plugin_(plugin), settings_(std::move(settings)) {
    host_.abi_minor = SMM_ABI_MINOR;
    host_.version = to_str("0.0.0-fake");
    host_.log = &detail::ignore_log;
    std::vector<smm_pair> values;
    for (const auto& [key, value] : settings_) values.push_back({to_str(key), to_str(value)});
    auto config = make_struct<smm_config>();
    config.name = to_str("fake");
    config.values = values.data();
    config.value_count = values.size();
    auto errors = make_struct<smm_errors>();
    errors.context = &errors_;
    errors.add = &detail::record_error;
    code_ = plugin_->open(&host_, &config, &errors, &instance_);
  }
  ~FakeHost() { plugin_->close(instance_); }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  /// What open() answered, and what it found wrong (key, message).
  smm_code open_code() const { return code_; }
  const Settings& errors() const { return errors_; }
  smm_instance* instance() const { return instance_; }

  /// The interface of that id; nullptr if the instance has none.
  const smm_interface* find_interface(std::string_view id) const {
    return instance_ == nullptr ? nullptr : plugin_->get_interface(instance_, to_str(id));
  }
  bool can(std::string_view id, uint32_t operation) const {
    const smm_interface* found = find_interface(id);
    return found != nullptr && (found->capabilities & SMM_CAPABILITY(operation)) != 0;
  }

  /// Asks once, after the events of `history`.
  Answer ask(std::string_view id, uint32_t operation, const Json& input, const std::vector<ScriptedEvent>& history,
             const Circumstances& rest = {}) {
    const smm_interface* found = find_interface(id);
    if (found == nullptr) throw std::invalid_argument("the plugin has no interface " + std::string(id));
    const Input typed(id, operation, input);
    std::deque<std::vector<smm_pair>> headers;
    std::vector<smm_event> events;
    for (const ScriptedEvent& event : history) events.push_back(raw_event(event, rest, headers));
    auto call = make_struct<smm_call>();
    call.operation = operation;
    call.input = typed.get();
    call.history = events.data();
    call.history_count = events.size();
    call.now = rest.now;
    call.entropy = rest.entropy;
    call.attempt = rest.attempt;
    call.deadline_left_ms = 60'000;
    call.cpu_budget_us = 1'000'000;
    detail::Recorder recorder{id, operation, {}};
    auto out = make_struct<smm_out>();
    out.context = &recorder;
    out.http = &detail::record_http;
    out.wait = &detail::record_wait;
    out.done = &detail::record_done;
    out.fail = &detail::record_fail;
    found->next(instance_, &call, &out);
    return std::move(recorder.answer);
  }

 private:
  static smm_event raw_event(const ScriptedEvent& event, const Circumstances& rest,
                             std::deque<std::vector<smm_pair>>& headers) {
    auto& pairs = headers.emplace_back();
    for (const auto& [key, value] : event.headers) pairs.push_back({to_str(key), to_str(value)});
    auto raw = make_struct<smm_event>();
    raw.kind = event.kind;
    raw.http_status = event.status;
    raw.sent = event.maybe_sent ? SMM_SENT_MAYBE : SMM_SENT_NO;
    raw.headers = pairs.data();
    raw.header_count = pairs.size();
    raw.body = to_str(event.body);
    raw.text = to_str(event.text);
    raw.at = rest.events_at();
    return raw;
  }

  const smm_plugin* plugin_;
  Settings settings_;
  Settings errors_;
  smm_host host_ = make_struct<smm_host>();
  smm_instance* instance_ = nullptr;
  smm_code code_ = SMM_INTERNAL;
};

}  // namespace smm::sdk::testing
