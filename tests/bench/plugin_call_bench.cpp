// One plugin call, the bundled machinesmm deciding on a purchase: in this process, and jailed in smm-plugin-runner.
// The counters are microseconds for one call; "after a pause" is what a call costs when the last one was a while ago.
#include <benchmark/benchmark.h>
#include <dlfcn.h>
#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "sdk/runner/process.h"

namespace {

namespace runner = smm::runner;
using Clock = std::chrono::steady_clock;

constexpr const char* kPlugin = PLUGIN_FILE;
constexpr std::string_view kAnswer = R"({"order":23501})";

// A purchase, before it is sent and when its answer is there.
struct Purchase {
  Purchase() {
    input.struct_size = sizeof input;
    input.service_id = runner::lend("2476");
    input.link = runner::lend("https://www.instagram.com/user.name/");
    input.quantity = 1000;
    input.reference = runner::lend("0123456789abcdef0123456789abcdef");
    event.struct_size = sizeof event;
    event.kind = SMM_EVENT_RESPONSE;
    event.http_status = 200;
    event.body = runner::lend(kAnswer);
    call.struct_size = sizeof call;
    call.operation = SMM_PROVIDER_PLACE;
    call.input = &input;
    call.history = &event;
    call.attempt = 1;
    call.deadline_left_ms = 60'000;
    call.cpu_budget_us = 200'000;
  }

  smm_place_input input{};
  smm_event event{};
  smm_call call{};
};

const smm_pair kSettings[] = {{runner::lend("url"), runner::lend("https://machinesmm.com/api/v2")},
                              {runner::lend("api_key"), runner::lend("${secret:api_key}")}};

smm_config config() {
  smm_config config{};
  config.struct_size = sizeof config;
  config.name = runner::lend("machinesmm");
  config.values = kSettings;
  config.value_count = std::size(kSettings);
  return config;
}

void ignore_log(const smm_host*, std::uint32_t, smm_str) noexcept {}
void ignore_error(const smm_errors*, smm_str, smm_str) noexcept {}

// Counts answers, so that none can be left out by the optimiser or the plugin.
smm_out counting(int& answers) {
  smm_out out{};
  out.struct_size = sizeof out;
  out.context = &answers;
  out.http = [](const smm_out* o, const smm_http_request*) noexcept { ++*static_cast<int*>(o->context); };
  out.wait = [](const smm_out* o, std::uint64_t) noexcept { ++*static_cast<int*>(o->context); };
  out.done = [](const smm_out* o, const void*) noexcept { ++*static_cast<int*>(o->context); };
  out.fail = [](const smm_out* o, const smm_failure*) noexcept { ++*static_cast<int*>(o->context); };
  return out;
}

class InProcess {
 public:
  InProcess() {
    void* library = ::dlopen(kPlugin, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(::dlerror());
    const auto* plugin = reinterpret_cast<decltype(&smm_plugin_entry_v1)>(::dlsym(library, "smm_plugin_entry_v1"))();
    host_.struct_size = sizeof host_;
    host_.log = ignore_log;
    smm_errors errors{};
    errors.struct_size = sizeof errors;
    errors.add = ignore_error;
    const smm_config settings = config();
    if (plugin->open(&host_, &settings, &errors, &instance_) != SMM_OK) throw std::runtime_error("cannot be opened");
    interface_ = plugin->get_interface(instance_, runner::lend(SMM_PROVIDER_ID));
  }
  void operator()(const smm_call& call, const smm_out& out) { interface_->next(instance_, &call, &out); }

 private:
  smm_host host_{};
  smm_instance* instance_ = nullptr;
  const smm_interface* interface_ = nullptr;
};

class Jailed {
 public:
  Jailed() {
    runner::Options options;
    options.program = RUNNER_FILE;
    auto started = runner::Process::start(options, ::open(kPlugin, O_RDONLY | O_CLOEXEC));
    if (auto* fault = std::get_if<runner::Fault>(&started)) throw std::runtime_error(fault->what);
    process_ = std::move(std::get<0>(started));
    const auto opened = process_->open("bench", config(), {});
    if (!std::holds_alternative<runner::Opened>(opened)) throw std::runtime_error("cannot be opened");
  }
  void operator()(const smm_call& call, const smm_out& out) {
    auto asked = process_->call(SMM_PROVIDER_ID, call, {});
    if (auto* fault = std::get_if<runner::Fault>(&asked)) throw std::runtime_error(fault->what);
    std::get<const runner::Answer*>(asked)->deliver(out);
  }

 private:
  std::unique_ptr<runner::Process> process_;
};

void report(benchmark::State& state, std::vector<double>& micros) {
  if (micros.empty()) return;
  std::sort(micros.begin(), micros.end());
  state.counters["p50_us"] = micros[micros.size() / 2];
  state.counters["p99_us"] = micros[micros.size() * 99 / 100];
}

template <class Ask>
void measure(benchmark::State& state, std::uint64_t answered, std::chrono::microseconds pause) {
  Ask ask;
  Purchase purchase;
  purchase.call.history_count = answered;
  int answers = 0;
  const smm_out out = counting(answers);
  std::vector<double> micros;
  for (auto _ : state) {
    if (pause.count() > 0) std::this_thread::sleep_for(pause);
    const auto begun = Clock::now();
    ask(purchase.call, out);
    const std::chrono::duration<double, std::micro> took = Clock::now() - begun;
    micros.push_back(took.count());
    state.SetIterationTime(took.count() / 1e6);
  }
  if (answers != static_cast<int>(micros.size())) state.SkipWithError("a call was not answered");
  report(state, micros);
}

void build_in_process(benchmark::State& state) {
  measure<InProcess>(state, 0, {});
}
void build_jailed(benchmark::State& state) {
  measure<Jailed>(state, 0, {});
}
void parse_in_process(benchmark::State& state) {
  measure<InProcess>(state, 1, {});
}
void parse_jailed(benchmark::State& state) {
  measure<Jailed>(state, 1, {});
}
void parse_jailed_after_a_pause(benchmark::State& state) {
  measure<Jailed>(state, 1, std::chrono::milliseconds{2});
}

BENCHMARK(build_in_process)->UseManualTime()->Iterations(20'000);
BENCHMARK(build_jailed)->UseManualTime()->Iterations(20'000);
BENCHMARK(parse_in_process)->UseManualTime()->Iterations(20'000);
BENCHMARK(parse_jailed)->UseManualTime()->Iterations(20'000);
BENCHMARK(parse_jailed_after_a_pause)->UseManualTime()->Iterations(1'000);

}  // namespace
