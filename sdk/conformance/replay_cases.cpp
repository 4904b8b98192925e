// Group replay: every cassette, played as it was recorded.
#include "sdk/conformance/judgement.h"
#include "sdk/conformance/samples.h"
#include "sdk/conformance/suite.h"

namespace smm::conformance {
namespace {

void expect(const Json& expected, const Reply& reply, const std::string& when, Verdict& verdict) {
  const Json actual = sdk::testing::answer_json(reply.answer);
  if (sdk::testing::only_members_of(expected, actual) == expected) return;
  verdict.fail(when + ": recorded " + text_of(expected) + "\nanswered " + text_of(actual));
}

void replay(const Subject& subject, const Cassette& cassette, Verdict& verdict) {
  StrictHost host(load(subject), sdk::testing::settings_for(subject.manifest, cassette.config));
  if (host.open_code() != SMM_OK) return verdict.fail("no instance opens with the cassette's settings");
  const Operation operation = operation_of(cassette);
  std::vector<ScriptedEvent> history;
  const auto ask = [&](const std::string& when) {
    verdict.at(when);
    Reply reply = host.ask(operation, history);
    for (const std::string& fault : faults(operation, reply)) verdict.fail(when + ": " + fault);
    return reply;
  };
  for (const Json& exchange : cassette.exchanges) {
    const std::string when = "step " + std::to_string(history.size() + 1);
    const char* part = exchange.contains("wait_ms") ? "wait_ms" : "request";
    expect({{part, exchange.value(part, Json::object())}}, ask(when), when, verdict);
    history.push_back(sdk::testing::event_of(exchange));
  }
  expect(cassette.outcome, ask("the end"), "the end", verdict);
}

}  // namespace

std::vector<Case> replay_cases(const Subject& subject) {
  std::vector<Case> out;
  for (const Cassette& cassette : subject.cassettes) {
    out.push_back({"replay", cassette.name, "plays as recorded", kNeedsAnswers,
                   [cassette](const Subject& s, Verdict& verdict) { replay(s, cassette, verdict); }});
  }
  if (out.empty()) {
    out.push_back({"replay", "cassettes", "plays as recorded", {}, [](const Subject& s, Verdict& verdict) {
                     verdict.skip(s.cassette_folder.empty() ? "no cassettes: --cassettes DIR"
                                                            : "no cassettes in " + s.cassette_folder);
                   }});
  }
  return out;
}

}  // namespace smm::conformance
