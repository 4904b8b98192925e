// Group isolation: the plugin does the same in a process of its own as in the host's.
#include <fcntl.h>
#include <unistd.h>

#include "sdk/conformance/samples.h"
#include "sdk/conformance/suite.h"
#include "sdk/runner/process.h"

namespace smm::conformance {
namespace {

// One instance in a runner. Throws std::runtime_error where it does not come to be, or ends before its time.
class Jailed {
 public:
  Jailed(const Subject& subject, const Settings& settings)
      : plugin_(::open(subject.path.c_str(), O_RDONLY | O_CLOEXEC)) {
    runner::Options options;
    options.program = subject.runner;
    auto started = runner::Process::start(options, plugin_);
    if (auto* fault = std::get_if<runner::Fault>(&started)) throw std::runtime_error("the runner " + fault->what);
    process_ = std::move(std::get<std::unique_ptr<runner::Process>>(started));
    lend_config(settings, HostAge::kSame, [&](const smm_config& config) {
      auto opened = process_->open("0.0.0", config, ignore_log);
      if (auto* fault = std::get_if<runner::Fault>(&opened)) throw std::runtime_error("the runner " + fault->what);
      opened_ = std::get<runner::Opened>(std::move(opened));
    });
  }
  ~Jailed() { ::close(plugin_); }
  Jailed(const Jailed&) = delete;
  Jailed& operator=(const Jailed&) = delete;

  const runner::Opened& opened() const { return opened_; }

  Reply ask(const Operation& operation, const std::vector<ScriptedEvent>& history) {
    const auto next = [&](const smm_call& call, const smm_out& out) {
      auto answer = process_->call(operation.interface_id, call, ignore_log);
      if (auto* fault = std::get_if<runner::Fault>(&answer)) throw std::runtime_error("the runner " + fault->what);
      std::get<const runner::Answer*>(answer)->deliver(out);
    };
    return ask_through(next, operation, history);
  }

 private:
  static void ignore_log(uint32_t, std::string_view) {}

  int plugin_;
  std::unique_ptr<runner::Process> process_;
  runner::Opened opened_;
};

uint64_t capabilities(const Jailed& jailed, const std::string& id) {
  for (const runner::OfferedInterface& offered : jailed.opened().interfaces) {
    if (offered.id == id) return offered.capabilities;
  }
  return 0;
}

void compare(StrictHost& here, Jailed& there, const Operation& operation, const std::vector<ScriptedEvent>& history,
             Verdict& verdict) {
  verdict.at(operation.name + (history.empty() ? "" : " after " + describe(history.back())));
  const std::string same = bytes_of(here.ask(operation, history));
  const std::string other = bytes_of(there.ask(operation, history));
  if (same != other)
    verdict.fail(operation.name + " answers differently in a process of its own:\nhere:  " + same.substr(0, 400) +
                 "\nthere: " + other.substr(0, 400));
}

void does_the_same_in_a_runner(const Subject& subject, Verdict& verdict) {
  if (subject.runner.empty())
    return verdict.skip("needs the program that runs plugins apart, which is not beside this one: --runner PATH");
  const smm_plugin* plugin = load(subject);
  std::vector<ScriptedEvent> events = ambiguous_events();
  events.push_back(sdk::testing::response(200, R"({"error":"x"})"));
  events.push_back(sdk::testing::not_sent());
  for (const Settings& settings : settings_variants(subject)) {
    StrictHost here(plugin, settings);
    if (here.open_code() != SMM_OK) continue;
    verdict.at("opening an instance in the runner");
    Jailed there(subject, settings);
    if (there.opened().code != SMM_OK) return verdict.fail("it opens here, and not in a process of its own");
    for (const std::string& id : interface_ids()) {
      if (here.capabilities(id) != capabilities(there, id))
        verdict.fail(id + " has other capabilities in a process of its own");
    }
    for (const Operation& operation : capable_operations(subject, here)) {
      compare(here, there, operation, {}, verdict);
      for (const ScriptedEvent& event : events) compare(here, there, operation, {event}, verdict);
    }
    for (const Cassette& cassette : subject.cassettes) {
      const bool own = sdk::testing::settings_for(subject.manifest, cassette.config) == settings;
      if (own) compare(here, there, operation_of(cassette), history_of(cassette), verdict);
    }
  }
}

}  // namespace

std::vector<Case> isolation_cases() {
  return {{"isolation", "same_answers", "the same answers in a process of its own", kNeedsAnswers,
           does_the_same_in_a_runner}};
}

}  // namespace smm::conformance
