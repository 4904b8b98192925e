// Group purity: the same call gives the same answer, byte for byte, whenever and however often it is asked.
#include <algorithm>
#include <chrono>
#include <thread>

#include "sdk/conformance/judgement.h"
#include "sdk/conformance/samples.h"
#include "sdk/conformance/suite.h"

namespace smm::conformance {
namespace {

// Longer than the coarsest clock a plugin could look at.
constexpr std::chrono::milliseconds kLater{1050};

struct Question {
  Settings settings;
  Operation operation;
  std::vector<ScriptedEvent> history;
};

std::vector<Question> questions(const Subject& subject) {
  std::vector<Question> out;
  const std::vector<ScriptedEvent> events = {
      sdk::testing::response(200, "{}"), sdk::testing::response(200, R"({"error":"no"})"),
      sdk::testing::response(502, "x"), sdk::testing::maybe_sent(), sdk::testing::not_sent()};
  each_operation(subject, [&](StrictHost&, const Settings& settings, const Operation& operation) {
    out.push_back({settings, operation, {}});
    for (const ScriptedEvent& event : events) out.push_back({settings, operation, {event}});
  });
  for (const Cassette& cassette : subject.cassettes) {
    const Settings settings = sdk::testing::settings_for(subject.manifest, cassette.config);
    out.push_back({settings, operation_of(cassette), history_of(cassette)});
  }
  return out;
}

// One instance for every distinct settings, asked in the given order.
std::vector<std::string> answers(const smm_plugin* plugin, const std::vector<Question>& asked, bool backwards) {
  std::vector<std::string> out(asked.size());
  std::vector<std::pair<Settings, std::unique_ptr<StrictHost>>> hosts;
  const auto host_for = [&](const Settings& settings) -> StrictHost& {
    for (const auto& [known, host] : hosts) {
      if (known == settings) return *host;
    }
    return *hosts.emplace_back(settings, std::make_unique<StrictHost>(plugin, settings)).second;
  };
  for (size_t i = 0; i < asked.size(); ++i) {
    const size_t at = backwards ? asked.size() - 1 - i : i;
    StrictHost& host = host_for(asked[at].settings);
    if (host.open_code() != SMM_OK) continue;
    out[at] = bytes_of(host.ask(asked[at].operation, asked[at].history));
  }
  return out;
}

void gives_the_same_answer(const Subject& subject, Verdict& verdict) {
  const smm_plugin* plugin = load(subject);
  const std::vector<Question> asked = questions(subject);
  const std::vector<std::string> first = answers(plugin, asked, false);
  std::this_thread::sleep_for(kLater);
  const std::vector<std::string> again = answers(plugin, asked, true);
  for (size_t i = 0; i < asked.size(); ++i) {
    if (first[i] == again[i]) continue;
    verdict.fail(asked[i].operation.name +
                 " answered the same call in two ways. Time and randomness come in the call, and nothing is kept "
                 "between calls.\nfirst: " +
                 first[i].substr(0, 400) + "\nthen:  " + again[i].substr(0, 400));
  }
}

}  // namespace

std::vector<Case> purity_cases() {
  return {{"purity", "same_call_same_answer",
           "asked again later, in another order, of another instance: the same bytes", kNeedsAnswers,
           gives_the_same_answer}};
}

}  // namespace smm::conformance
