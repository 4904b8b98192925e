#include "sdk/conformance/strict_host.h"

#include <time.h>

#include <cstring>
#include <deque>

#include "sdk/conformance/reading.h"

namespace smm::conformance {
namespace {

using sdk::make_struct;
using sdk::to_str;

constexpr size_t kGrowth = 24;

// A struct as a host of that age lends it: a newer one has bytes at its end that mean something to nobody here.
std::vector<std::byte> lend_bytes(const void* source, size_t size, HostAge age) {
  const size_t grown = size + (age == HostAge::kNewer ? kGrowth : 0);
  std::vector<std::byte> out(grown, std::byte{0xA5});
  std::memcpy(out.data(), source, size);
  const auto struct_size = static_cast<uint32_t>(grown);
  std::memcpy(out.data(), &struct_size, sizeof struct_size);
  return out;
}

template <class T>
std::vector<std::byte> lend(const T& value, HostAge age) {
  return lend_bytes(&value, sizeof value, age);
}

template <class T>
const T* as(const std::vector<std::byte>& bytes) {
  return reinterpret_cast<const T*>(bytes.data());
}

int64_t thread_cpu_us() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<int64_t>(time.tv_sec) * 1'000'000 + time.tv_nsec / 1000;
}

std::string text(smm_str value) {
  return value.data == nullptr ? std::string() : std::string(value.data, value.size);
}

smm_event raw_event(const ScriptedEvent& event, const Circumstances& rest, std::deque<std::vector<smm_pair>>& headers) {
  auto& pairs = headers.emplace_back();
  for (const auto& [key, value] : event.headers) pairs.push_back({to_str(key), to_str(value)});
  auto raw = make_struct<smm_event>();
  raw.kind = event.kind;
  raw.http_status = event.kind == SMM_EVENT_RESPONSE ? event.status : 0;
  raw.sent = event.kind == SMM_EVENT_TRANSPORT_FAILED && event.maybe_sent ? SMM_SENT_MAYBE : SMM_SENT_NO;
  raw.headers = pairs.data();
  raw.header_count = pairs.size();
  raw.body = to_str(event.body);
  raw.text = to_str(event.text);
  raw.at = rest.events_at();
  return raw;
}

void overwrite(std::string& text) {
  std::fill(text.begin(), text.end(), '#');
}

}  // namespace

void lend_config(const Settings& settings, HostAge age, const std::function<void(const smm_config&)>& use) {
  std::string name = "conformance";
  Settings lent = settings;
  std::vector<smm_pair> values;
  for (const auto& [key, value] : lent) values.push_back({to_str(key), to_str(value)});
  auto config = make_struct<smm_config>();
  config.name = to_str(name);
  config.values = values.data();
  config.value_count = values.size();
  const auto lent_config = lend(config, age);
  use(*as<smm_config>(lent_config));
  overwrite(name);
  for (auto& [key, value] : lent) {
    overwrite(key);
    overwrite(value);
  }
}

StrictHost::StrictHost(const smm_plugin* plugin, const Settings& settings, HostAge age) : plugin_(plugin), age_(age) {
  auto host = make_struct<smm_host>();
  host.abi_minor = SMM_ABI_MINOR + (age == HostAge::kNewer ? 1 : 0);
  host.context = this;
  host.version = to_str("0.0.0");
  host.log = &keep_log;
  host_ = lend(host, age);

  auto errors = make_struct<smm_errors>();
  errors.context = &errors_;
  errors.add = &keep_error;
  const auto lent_errors = lend(errors, age);
  lend_config(settings, age, [&](const smm_config& config) {
    open_code_ = plugin_->open(as<smm_host>(host_), &config, as<smm_errors>(lent_errors), &instance_);
  });
}

StrictHost::~StrictHost() {
  if (instance_ != nullptr) plugin_->close(instance_);
}

void StrictHost::keep_error(const smm_errors* errors, smm_str key, smm_str message) noexcept {
  static_cast<Settings*>(errors->context)->emplace_back(text(key), text(message));
}

void StrictHost::keep_log(const smm_host* host, uint32_t, smm_str message) noexcept {
  static_cast<StrictHost*>(host->context)->log_lines_.push_back(text(message));
}

const smm_interface* StrictHost::find_interface(std::string_view id) const {
  return instance_ == nullptr ? nullptr : plugin_->get_interface(instance_, to_str(id));
}

uint64_t StrictHost::capabilities(std::string_view id) const {
  const smm_interface* found = find_interface(id);
  return found == nullptr ? 0 : found->capabilities;
}

Reply StrictHost::ask(const Operation& operation, const std::vector<ScriptedEvent>& history) {
  const smm_interface* interface = find_interface(operation.interface_id);
  if (interface == nullptr) throw std::runtime_error("the instance has no interface " + operation.interface_id);
  const auto next = [&](const smm_call& call, const smm_out& out) { interface->next(instance_, &call, &out); };
  return ask_through(next, operation, history, age_);
}

Reply ask_through(const Next& next, const Operation& operation, const std::vector<ScriptedEvent>& history,
                  HostAge age) {
  const sdk::testing::Input input(operation.interface_id, operation.number, operation.input);
  std::vector<std::byte> lent_input;
  if (input.get() != nullptr) {
    uint32_t size = 0;
    std::memcpy(&size, input.get(), sizeof size);
    lent_input = lend_bytes(input.get(), size, age);
  }
  std::deque<std::vector<smm_pair>> headers;
  std::vector<std::byte> events;
  for (const ScriptedEvent& event : history) {
    const auto row = lend(raw_event(event, operation.rest, headers), age);
    events.insert(events.end(), row.begin(), row.end());
  }
  auto call = make_struct<smm_call>();
  call.operation = operation.number;
  call.input = lent_input.empty() ? nullptr : lent_input.data();
  call.history = history.empty() ? nullptr : as<smm_event>(events);
  call.history_count = history.size();
  call.now = operation.rest.now;
  call.entropy = operation.rest.entropy;
  call.attempt = operation.rest.attempt;
  call.deadline_left_ms = 60'000;
  call.cpu_budget_us = 200'000;
  const auto lent_call = lend(call, age);

  Reading reading{operation.interface_id, operation.number, {}, {}};
  const auto lent_out = lend(reading_out(reading), age);
  const int64_t before = thread_cpu_us();
  next(*as<smm_call>(lent_call), *as<smm_out>(lent_out));
  const int64_t used = thread_cpu_us() - before;
  return {std::move(reading.answer), std::move(reading.breaches), used};
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string bytes_of(const Reply& reply) {
  std::string out = std::to_string(reply.answer.times) + " " + text_of(sdk::testing::answer_json(reply.answer));
  if (!reply.answer.request) return out;
  const sdk::HttpRequest& request = *reply.answer.request;
  for (const auto& [name, value] : request.headers) out += "\n" + name + ": " + value;
  return out + "\n" + std::to_string(request.timeout_ms) + " " + std::to_string(request.max_response_bytes);
}

Play play(StrictHost& host, const Operation& operation, const ScriptedEvent& event) {
  Play out;
  for (GrantedSteps steps; steps.left();) {
    out.replies.push_back(host.ask(operation, out.history));
    const Answer& answer = out.last().answer;
    steps.take(answer);
    if (!answer.request && !answer.wait_ms) {
      out.ended = true;
      return out;
    }
    out.history.push_back(answer.request ? event : sdk::testing::timer());
  }
  return out;
}

}  // namespace smm::conformance
