// Group fuzz: answers and inputs that nobody thought of, made from a seed, so that what is found can be found again.
#include <algorithm>
#include <random>

#include "sdk/conformance/judgement.h"
#include "sdk/conformance/samples.h"
#include "sdk/conformance/suite.h"

namespace smm::conformance {
namespace {

// The standard's distributions may differ from one library to the next; this does not.
class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  size_t below(size_t bound) { return bound == 0 ? 0 : static_cast<size_t>(engine_() % bound); }
  bool one_in(size_t n) { return below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& items) {
    return items[below(items.size())];
  }

 private:
  std::mt19937_64 engine_;
};

const std::vector<std::string>& fragments() {
  static const std::vector<std::string> out = {"{",
                                               "}",
                                               "[",
                                               "]",
                                               ",",
                                               ":",
                                               "\"",
                                               "null",
                                               "true",
                                               "false",
                                               "-1",
                                               "0",
                                               "1e999",
                                               "0.1",
                                               "99999999999999999999",
                                               "\"order\"",
                                               "\"error\"",
                                               "\"status\"",
                                               "\"id\"",
                                               "\\u0000",
                                               "\\ud800",
                                               "\xff",
                                               "\xc3",
                                               "\r\n",
                                               "<html>",
                                               "Completed",
                                               "\"Partial\"",
                                               "\"is_private\"",
                                               "\"data\"",
                                               "\"user\"",
                                               "${secret:api_key}",
                                               std::string(1, '\0')};
  return out;
}

std::string mutated(std::string text, Random& random) {
  const size_t changes = 1 + random.below(6);
  for (size_t i = 0; i < changes; ++i) {
    const size_t at = random.below(text.size() + 1);
    switch (random.below(6)) {
      case 0:
        text.insert(at, random.of(fragments()));
        break;
      case 1:
        text.erase(at, 1 + random.below(8));
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(random.below(256));
        break;
      case 3:
        text.resize(at);
        break;
      case 4:
        text.insert(at, text.substr(random.below(text.size() + 1), random.below(40)));
        break;
      default:
        text.replace(at, std::min(text.size() - at, random.below(12)), random.of(fragments()));
    }
  }
  return text;
}

std::vector<std::string> corpus(const Subject& subject) {
  std::vector<std::string> out;
  for (const ScriptedEvent& event : answers_below(4096)) out.push_back(event.body);
  for (const Cassette& cassette : subject.cassettes) {
    for (const ScriptedEvent& event : history_of(cassette)) out.push_back(event.body);
  }
  return out;
}

ScriptedEvent made_up_event(const std::vector<std::string>& bodies, Random& random) {
  static const std::vector<uint32_t> statuses = {200, 200, 200, 200, 201, 204, 301, 400, 401, 402,
                                                 403, 404, 409, 422, 429, 500, 503, 0,   999};
  static const std::vector<std::string> types = {"application/json", "text/html", "",
                                                 "application/json; charset=latin-1"};
  if (random.one_in(12)) return random.one_in(2) ? sdk::testing::maybe_sent() : sdk::testing::not_sent();
  Settings headers = {{"content-type", random.of(types)}};
  if (random.one_in(4)) headers.emplace_back("retry-after", mutated("60", random));
  return sdk::testing::response(random.of(statuses), mutated(random.of(bodies), random), std::move(headers));
}

// The round's own generator: a round can be played again without those before it.
Random round_random(const Subject& subject, int round) {
  return Random(subject.seed * 1'000'003 + static_cast<uint64_t>(round));
}

std::string where(const Subject& subject, int round, const Operation& operation) {
  return "seed " + std::to_string(subject.seed) + ", round " + std::to_string(round) + ", " + operation.name;
}

// One operation through made-up answers, watched for what no answer can excuse.
void play_round(StrictHost& host, const Operation& operation, const std::vector<std::string>& bodies, Random& random,
                const std::string& name, Verdict& verdict) {
  std::vector<ScriptedEvent> history;
  bool once_sent = false;
  GrantedSteps steps;
  while (steps.left()) {
    verdict.at(name + (history.empty() ? "" : " after " + describe(history.back())));
    const Reply reply = host.ask(operation, history);
    steps.take(reply.answer);
    for (const std::string& fault : faults(operation, reply)) {
      verdict.fail(name + (history.empty() ? "" : " after " + describe(history.back())) + ": " + fault);
    }
    if (reply.answer.wait_ms) {
      history.push_back(sdk::testing::timer());
      continue;
    }
    if (!reply.answer.request) return;
    const bool once = reply.answer.request->effect == SMM_WRITE_ONCE;
    if (once && once_sent) return verdict.fail(name + ": a second purchase in one history");
    history.push_back(made_up_event(bodies, random));
    const bool left = history.back().kind == SMM_EVENT_RESPONSE || history.back().maybe_sent;
    once_sent = once_sent || (once && left);
  }
  verdict.fail(name + ": no end after " + std::to_string(steps.taken()) + " steps");
}

void survives_made_up_answers(const Subject& subject, Verdict& verdict) {
  const std::vector<std::string> bodies = corpus(subject);
  each_operation(subject, [&](StrictHost& host, const Settings&, const Operation& operation) {
    for (int round = 0; round < subject.fuzz_rounds; ++round) {
      Random random = round_random(subject, round);
      play_round(host, operation, bodies, random, where(subject, round, operation), verdict);
    }
  });
}

// The host passes on no other text.
std::string only_utf8(const std::string& text) {
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::ignore)).get<std::string>();
}

Json mutated_input(const Json& input, Random& random) {
  Json out = input;
  for (Json& value : out) {
    if (value.is_string() && random.one_in(2)) value = only_utf8(mutated(value.get<std::string>(), random));
    if (value.is_number() && random.one_in(2))
      value = static_cast<int64_t>(random.below(2) == 0 ? random.below(1000) : SIZE_MAX / 4);
    if (value.is_structured()) value = mutated_input(value, random);
  }
  return out;
}

// Texts of an order come from a customer: they may be anything, and must not break out of the request.
void survives_made_up_inputs(const Subject& subject, Verdict& verdict) {
  each_operation(subject, [&](StrictHost& host, const Settings& settings, const Operation& operation) {
    if (operation.input.empty()) return;
    const std::set<std::string> places = allowed_places(subject.manifest, settings);
    for (int round = 0; round < subject.fuzz_rounds; ++round) {
      Random random = round_random(subject, round);
      Operation changed = operation;
      changed.input = mutated_input(operation.input, random);
      const std::string name = where(subject, round, operation) + ", input " + text_of(changed.input).substr(0, 300);
      verdict.at(name);
      const Reply reply = host.ask(changed, {});
      for (const std::string& fault : faults(changed, reply)) verdict.fail(name + ": " + fault);
      const bool elsewhere = reply.answer.request && places.count(place_of(*reply.answer.request)) == 0;
      if (elsewhere) verdict.fail(name + ": a request to " + reply.answer.request->url);
    }
  });
}

}  // namespace

std::vector<Case> fuzz_cases() {
  return {
      {"fuzz", "answers", "made-up answers are survived", kNeedsAnswers, survives_made_up_answers},
      {"fuzz", "inputs", "made-up orders make sound requests or none", kNeedsAnswers, survives_made_up_inputs},
  };
}

}  // namespace smm::conformance
