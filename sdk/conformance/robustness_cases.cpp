// Group robustness: whatever an upstream answers, the plugin answers once, cleanly, and claims nothing that was not
// said.
#include <algorithm>

#include "sdk/conformance/judgement.h"
#include "sdk/conformance/samples.h"
#include "sdk/conformance/suite.h"

namespace smm::conformance {
namespace {

void check_replies(const Play& played, const Operation& operation, const ScriptedEvent& event, Verdict& verdict) {
  const std::string where = operation.name + " after " + describe(event) + ": ";
  for (const Reply& reply : played.replies) {
    for (const std::string& fault : faults(operation, reply)) verdict.fail(where + fault);
  }
  if (!played.ended) verdict.fail(where + "no end after " + std::to_string(played.replies.size()) + " steps");
}

void survive(const Subject& subject, std::string_view answers, Verdict& verdict,
             const std::function<void(const Operation&, const Reply&, const ScriptedEvent&)>& judge) {
  const std::vector<ScriptedEvent> events = answers_named(answers);
  each_operation(subject, [&](StrictHost& host, const Settings&, const Operation& operation) {
    for (const ScriptedEvent& event : events) {
      verdict.at(operation.name + " after " + describe(event));
      const Play played = play(host, operation, event);
      check_replies(played, operation, event, verdict);
      judge(operation, played.last(), event);
    }
  });
}

void claims_nothing(const Subject& subject, std::string_view answers, Verdict& verdict) {
  survive(subject, answers, verdict, [&](const Operation& operation, const Reply& reply, const ScriptedEvent& event) {
    // A purchase without an acceptance is a matter of the group money.
    const bool purchase = operation.interface_id == SMM_PROVIDER_ID && operation.number == SMM_PROVIDER_PLACE;
    if (!purchase && claims_something(operation, reply)) {
      verdict.fail("to " + describe(event) + ", " + describe(operation, reply) + ": the answer does not say that");
    }
  });
}

void survives(const Subject& subject, std::string_view answers, Verdict& verdict) {
  survive(subject, answers, verdict, [](const Operation&, const Reply&, const ScriptedEvent&) {});
}

// Ten times what a call may usually compute is enough for 5 MB.
constexpr int64_t kLargeFactor = 10;

void survives_in_time(const Subject& subject, std::string_view answers, Verdict& verdict) {
  const int64_t limit_us = subject.budget_us * kLargeFactor;
  survive(subject, answers, verdict, [&](const Operation& operation, const Reply& reply, const ScriptedEvent& event) {
    if (reply.cpu_us > limit_us)
      verdict.fail(operation.name + " computed for " + std::to_string(reply.cpu_us / 1000) + " ms, " +
                   std::to_string(limit_us / 1000) + " ms are granted for " + describe(event));
  });
}

// Refused for now is not refused for good.
void knows_a_pause_from_a_refusal(const Subject& subject, std::string_view answers, Verdict& verdict) {
  survive(subject, answers, verdict, [&](const Operation& operation, const Reply& reply, const ScriptedEvent& event) {
    const smm_code code = code_of(reply);
    const bool final = code == SMM_REJECTED || code == SMM_AUTH || code == SMM_BAD_LINK || code == SMM_BAD_SERVICE ||
                       code == SMM_BAD_QUANTITY || code == SMM_NOT_FOUND || code == SMM_CONFIG;
    if (final || claims_something(operation, reply)) {
      verdict.fail("to " + describe(event) + ", " + describe(operation, reply) + ": RATE_LIMITED would be right");
    } else if (code != SMM_RATE_LIMITED) {
      verdict.warn("to " + describe(event) + ", " + describe(operation, reply) +
                   ": RATE_LIMITED tells the host to slow down");
    }
  });
}

void says_what_was_not_sent(const Subject& subject, std::string_view answers, Verdict& verdict) {
  survive(subject, answers, verdict, [&](const Operation& operation, const Reply& reply, const ScriptedEvent& event) {
    const bool gave_up = reply.answer.request.has_value() || code_of(reply) == SMM_UPSTREAM_DOWN;
    if (!gave_up && reply.answer.failure)
      verdict.warn("to " + describe(event) + ", " + describe(operation, reply) +
                   ": UPSTREAM_DOWN lets the host try again");
    if (claims_something(operation, reply)) verdict.fail("to " + describe(event) + ", " + describe(operation, reply));
  });
}

std::vector<Cassette> with_results(const Subject& subject) {
  std::vector<Cassette> out;
  for (const Cassette& cassette : subject.cassettes) {
    const bool answered = !cassette.exchanges.empty() && cassette.exchanges.back().contains("response");
    if (answered && cassette.outcome.contains("done")) out.push_back(cassette);
  }
  return out;
}

// What a recorded answer turns into when `change` is done to its last body.
void replay_changed(const Subject& subject, const Cassette& cassette, const std::string& body, Verdict& verdict,
                    const std::function<void(const Operation&, const Reply&)>& judge) {
  StrictHost host(load(subject), sdk::testing::settings_for(subject.manifest, cassette.config));
  if (host.open_code() != SMM_OK) return;
  const Operation operation = operation_of(cassette);
  std::vector<ScriptedEvent> history = history_of(cassette);
  history.back().body = body;
  verdict.at("cassette " + cassette.name + " with the body " + body.substr(0, 200));
  const Reply reply = host.ask(operation, history);
  for (const std::string& fault : faults(operation, reply))
    verdict.fail("cassette " + cassette.name + ", changed: " + fault);
  judge(operation, reply);
}

constexpr size_t kMostCuts = 400;

void claims_nothing_of_a_cut_recording(const Subject& subject, Verdict& verdict) {
  int tried = 0;
  for (const Cassette& cassette : with_results(subject)) {
    const std::string body(sdk::trim(history_of(cassette).back().body));
    if (body.empty() || (body.front() != '{' && body.front() != '[')) continue;  // a cut text may well be a whole one
    ++tried;
    const size_t stride = 1 + body.size() / kMostCuts;
    for (size_t length = 0; length < body.size(); length += stride) {
      replay_changed(subject, cassette, body.substr(0, length), verdict,
                     [&](const Operation& operation, const Reply& reply) {
                       if (claims_something(operation, reply))
                         verdict.fail("cassette " + cassette.name + " cut after " + std::to_string(length) +
                                      " bytes: " + describe(operation, reply));
                     });
    }
  }
  if (tried == 0) verdict.skip("needs cassettes with results: --cassettes DIR");
}

// The same JSON with every number as a string, or every string that looks like a number as one.
Json requoted(const Json& value, bool numbers_to_strings) {
  if (value.is_structured()) {
    Json out = value;
    for (Json& item : out) item = requoted(item, numbers_to_strings);
    return out;
  }
  if (numbers_to_strings && value.is_number()) return value.dump();
  if (!numbers_to_strings && value.is_string()) {
    const Json number = Json::parse(value.get<std::string>(), nullptr, false);
    if (number.is_number() && number.dump() == value.get<std::string>()) return number;
  }
  return value;
}

void takes_numbers_either_way(const Subject& subject, Verdict& verdict) {
  int tried = 0;
  for (const Cassette& cassette : with_results(subject)) {
    const Json body = Json::parse(history_of(cassette).back().body, nullptr, false);
    if (!body.is_structured()) continue;
    ++tried;
    for (const bool to_strings : {true, false}) {
      replay_changed(
          subject, cassette, text_of(requoted(body, to_strings)), verdict,
          [&](const Operation& operation, const Reply& reply) {
            const Json expected = cassette.outcome.at("done");
            const bool other_order = reply.answer.result && expected.contains("order_id") &&
                                     reply.answer.result->value("order_id", "") != expected.at("order_id");
            if (other_order)
              verdict.fail("cassette " + cassette.name +
                           " with numbers and strings exchanged: " + describe(operation, reply));
            if (!reply.answer.result)
              verdict.warn("cassette " + cassette.name +
                           " is not understood with numbers and strings exchanged: " + describe(operation, reply));
          });
    }
  }
  if (tried == 0) verdict.skip("needs cassettes with results: --cassettes DIR");
}

using Judge = void (*)(const Subject&, std::string_view, Verdict&);

Case robustness_case(std::string_view answers, const std::string& shows, Judge judge) {
  return {"robustness", std::string(answers), shows, kNeedsAnswers,
          [answers, judge](const Subject& subject, Verdict& verdict) { judge(subject, answers, verdict); }};
}

Judge judge_of(std::string_view name) {
  if (name == "large_answer") return survives_in_time;
  if (name == "too_many_requests") return knows_a_pause_from_a_refusal;
  if (name == "not_sent") return says_what_was_not_sent;
  if (name == "error_in_200") return claims_nothing;
  return survives;
}

}  // namespace

std::vector<Case> robustness_cases() {
  std::vector<Case> out;
  for (const std::string_view answers : kMeaningless) {
    out.push_back(robustness_case(answers, "such an answer is survived and no result", claims_nothing));
  }
  for (const std::string_view answers : kStrange) {
    out.push_back(robustness_case(answers, "such an answer is survived", judge_of(answers)));
  }
  out.push_back({"robustness", "recordings_cut", "a recorded answer, cut anywhere, is no result", kNeedsAnswers,
                 claims_nothing_of_a_cut_recording});
  out.push_back({"robustness", "recordings_requoted",
                 "numbers as strings, and strings as numbers, change no order's id", kNeedsAnswers,
                 takes_numbers_either_way});
  return out;
}

}  // namespace smm::conformance
