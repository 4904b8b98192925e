// Group money: nothing is bought twice, nothing unclear is called clear.
#include <algorithm>
#include <optional>

#include "sdk/conformance/judgement.h"
#include "sdk/conformance/samples.h"
#include "sdk/conformance/suite.h"

namespace smm::conformance {
namespace {

// A write that is about to be sent: what led there, and the request.
struct Purchase {
  Settings settings;
  Operation operation;
  std::vector<ScriptedEvent> history;
  sdk::HttpRequest request;
};

bool is_write(const Reply& reply) {
  return reply.answer.request && reply.answer.request->effect != SMM_READ;
}

bool is_place(const Operation& operation) {
  return operation.interface_id == SMM_PROVIDER_ID && operation.number == SMM_PROVIDER_PLACE;
}

// How the write of a cassette's operation is reached, if the recording comes to one.
std::optional<Purchase> recorded_purchase(const Subject& subject, const smm_plugin* plugin, const Cassette& cassette) {
  const Settings settings = sdk::testing::settings_for(subject.manifest, cassette.config);
  StrictHost host(plugin, settings);
  if (host.open_code() != SMM_OK) return std::nullopt;
  const Operation operation = operation_of(cassette);
  std::vector<ScriptedEvent> history;
  for (const ScriptedEvent& event : history_of(cassette)) {
    const Reply reply = host.ask(operation, history);
    if (is_write(reply)) return Purchase{settings, operation, history, *reply.answer.request};
    history.push_back(event);
  }
  return std::nullopt;
}

// One purchase for every operation that writes: from its first call, or from a cassette where reads come first.
std::vector<Purchase> purchases(const Subject& subject, bool once_only) {
  std::vector<Purchase> out;
  const smm_plugin* plugin = load(subject);
  each_operation(subject, [&](StrictHost& host, const Settings& settings, const Operation& operation) {
    const Reply reply = host.ask(operation, {});
    if (is_write(reply)) out.push_back({settings, operation, {}, *reply.answer.request});
  });
  for (const Cassette& cassette : subject.cassettes) {
    const bool known = std::any_of(out.begin(), out.end(), [&](const Purchase& p) {
      return p.operation.interface_id == cassette.interface_id && p.operation.number == cassette.operation;
    });
    if (known) continue;
    if (auto found = recorded_purchase(subject, plugin, cassette)) out.push_back(std::move(*found));
  }
  if (once_only) {
    out.erase(
        std::remove_if(out.begin(), out.end(), [](const Purchase& p) { return p.request.effect != SMM_WRITE_ONCE; }),
        out.end());
  }
  return out;
}

bool sells(const Subject& subject) {
  const Json& provides = subject.manifest.at("provides");
  return std::find(provides.begin(), provides.end(), SMM_PROVIDER_ID) != provides.end();
}

void skip_without_purchase(const Subject& subject, const char* what, Verdict& verdict) {
  const bool writes = sells(subject) && subject.manifest.at("operations").contains("place");
  verdict.skip(writes
                   ? std::string(what) + " is reached with the sample order; a cassette of `place` shows the way there"
                   : "it buys nothing");
}

void a_purchase_is_a_write(const Subject& subject, Verdict& verdict) {
  bool placed = false;
  for (const Purchase& purchase : purchases(subject, false)) placed = placed || is_place(purchase.operation);
  if (placed) return;
  bool can_place = false;
  bool answered = false;
  each_operation(subject, [&](StrictHost& host, const Settings&, const Operation& operation) {
    if (!is_place(operation)) return;
    can_place = true;
    const Reply reply = host.ask(operation, {});
    if (reply.answer.result) verdict.fail("a first call is answered as if an order had been placed");
    answered = answered || !reply.answer.request;
    const Play played =
        play(host, operation, sdk::testing::response(200, R"({"order":1,"id":"1","status":"success"})"));
    if (played.last().answer.result)
      verdict.fail("an order is reported as placed, and every request on the way was a READ");
  });
  if (!can_place || answered) skip_without_purchase(subject, "no purchase", verdict);
}

// Of rows and of whole results: nothing may be said to have been accepted or refused.
bool leaves_it_open(const Operation& operation, const Reply& reply) {
  if (code_of(reply) == SMM_OUTCOME_UNKNOWN) return true;
  if (!reply.answer.result || is_place(operation) || !reply.answer.result->contains("rows")) return false;
  const Json& rows = reply.answer.result->at("rows");
  return !rows.empty() && std::all_of(rows.begin(), rows.end(),
                                      [](const Json& row) { return row.value("code", "") == "OUTCOME_UNKNOWN"; });
}

void check_ambiguous(const smm_plugin* plugin, const Purchase& purchase, const ScriptedEvent& event, Verdict& verdict) {
  verdict.at(purchase.operation.name + " after " + describe(event));
  StrictHost host(plugin, purchase.settings);
  std::vector<ScriptedEvent> history = purchase.history;
  history.push_back(event);
  // Reads may follow, to find out; they are answered in the same way.
  for (int step = 0; step < 8; ++step) {
    const Reply reply = host.ask(purchase.operation, history);
    if (is_write(reply)) return;  // never_twice judges that
    if (!reply.answer.request && !reply.answer.wait_ms) {
      if (!leaves_it_open(purchase.operation, reply)) {
        verdict.fail("to " + describe(event) + ", " + describe(purchase.operation, reply) +
                     ": nobody can know, OUTCOME_UNKNOWN is the answer");
      }
      return;
    }
    history.push_back(reply.answer.request ? event : sdk::testing::timer());
  }
}

void unclear_is_unknown(const Subject& subject, Verdict& verdict) {
  const auto found = purchases(subject, true);
  if (found.empty()) return skip_without_purchase(subject, "no request of effect WRITE_ONCE", verdict);
  const smm_plugin* plugin = load(subject);
  for (const Purchase& purchase : found) {
    for (const ScriptedEvent& event : ambiguous_events()) check_ambiguous(plugin, purchase, event, verdict);
  }
}

void cut_acceptances_are_unknown(const Subject& subject, Verdict& verdict) {
  const smm_plugin* plugin = load(subject);
  int tried = 0;
  for (const Cassette& cassette : subject.cassettes) {
    const auto purchase = recorded_purchase(subject, plugin, cassette);
    if (!purchase || purchase->request.effect != SMM_WRITE_ONCE) continue;
    const ScriptedEvent whole = history_of(cassette).at(purchase->history.size());
    const std::string body(sdk::trim(whole.body));
    if (whole.kind != SMM_EVENT_RESPONSE || body.empty() || (body.front() != '{' && body.front() != '[')) continue;
    ++tried;
    ScriptedEvent cut = whole;
    for (size_t length = 0; length < body.size() && length < 600; ++length) {
      cut.status = 200;
      cut.body = body.substr(0, length);
      check_ambiguous(plugin, *purchase, cut, verdict);
    }
  }
  if (tried == 0) verdict.skip("needs cassettes of purchases that were answered: --cassettes DIR");
}

void is_not_bought_twice(const smm_plugin* plugin, const Purchase& purchase, const ScriptedEvent& event,
                         Verdict& verdict) {
  verdict.at(purchase.operation.name + " after " + describe(event));
  StrictHost host(plugin, purchase.settings);
  std::vector<ScriptedEvent> history = purchase.history;
  history.push_back(event);
  for (int step = 0; step < 15; ++step) {
    const Reply reply = host.ask(purchase.operation, history);
    if (!reply.answer.request && !reply.answer.wait_ms) return;
    if (is_write(reply)) {
      const bool again = purchase.request.effect == SMM_WRITE_IDEMPOTENT &&
                         reply.answer.request->url == purchase.request.url &&
                         reply.answer.request->body == purchase.request.body &&
                         reply.answer.request->headers == purchase.request.headers;
      if (again) return;
      return verdict.fail("to " + describe(event) + ", " + describe(purchase.operation, reply) +
                          (purchase.request.effect == SMM_WRITE_ONCE
                               ? ": a second purchase in one history"
                               : ": another request than before, whose repetition buys twice"));
    }
    history.push_back(reply.answer.request ? event : sdk::testing::timer());
  }
}

void never_buys_twice(const Subject& subject, Verdict& verdict) {
  const auto found = purchases(subject, false);
  if (found.empty()) return skip_without_purchase(subject, "no purchase", verdict);
  const smm_plugin* plugin = load(subject);
  std::vector<ScriptedEvent> events = ambiguous_events();
  for (const ScriptedEvent& event : answers_below(1U << 20)) {
    const bool nothing_left = event.kind == SMM_EVENT_TRANSPORT_FAILED && !event.maybe_sent;
    if (!nothing_left) events.push_back(event);
  }
  for (const Purchase& purchase : found) {
    for (const ScriptedEvent& event : events) is_not_bought_twice(plugin, purchase, event, verdict);
  }
}

void not_sent_is_not_bought(const Subject& subject, Verdict& verdict) {
  const auto found = purchases(subject, false);
  if (found.empty()) return skip_without_purchase(subject, "no purchase", verdict);
  const smm_plugin* plugin = load(subject);
  for (const Purchase& purchase : found) {
    verdict.at(purchase.operation.name);
    StrictHost host(plugin, purchase.settings);
    std::vector<ScriptedEvent> history = purchase.history;
    history.push_back(sdk::testing::not_sent());
    const Reply reply = host.ask(purchase.operation, history);
    if (reply.answer.request || reply.answer.wait_ms || code_of(reply) == SMM_UPSTREAM_DOWN) continue;
    verdict.fail("the request was certainly not sent, and " + describe(purchase.operation, reply) +
                 ": UPSTREAM_DOWN, or trying again, is right");
  }
}

std::string whole_text(const sdk::HttpRequest& request) {
  std::string out = request.method + " " + request.url + "\n" + request.body;
  for (const auto& [name, value] : request.headers) out += "\n" + name + ": " + value;
  return out;
}

std::optional<std::string> request_for(StrictHost& host, const Purchase& purchase, const Json& input,
                                       const Circumstances& rest) {
  Operation changed = purchase.operation;
  changed.input = input;
  changed.rest = rest;
  const Reply reply = host.ask(changed, purchase.history);
  if (!reply.answer.request) return std::nullopt;
  return whole_text(*reply.answer.request);
}

void the_request_says_what_is_bought(const Subject& subject, Verdict& verdict) {
  const smm_plugin* plugin = load(subject);
  bool tried = false;
  for (const Purchase& purchase : purchases(subject, false)) {
    const bool plain = is_place(purchase.operation) && purchase.operation.input.value("extra", Json::object()).empty();
    if (!plain) continue;
    tried = true;
    StrictHost host(plugin, purchase.settings);
    const std::string before = whole_text(purchase.request);
    const std::vector<std::pair<const char*, Json>> changes = {
        {"service_id", purchase.operation.input.at("service_id").get<std::string>() + "7"},
        {"link", "https://www.instagram.com/other.name/"},
        {"quantity", purchase.operation.input.at("quantity").get<int64_t>() + 1}};
    for (const auto& [field, value] : changes) {
      Json input = purchase.operation.input;
      input[field] = value;
      if (request_for(host, purchase, input, purchase.operation.rest) == before)
        verdict.fail(std::string("another ") + field + " makes the same request");
    }
  }
  if (!tried) skip_without_purchase(subject, "no purchase", verdict);
}

void an_idempotency_key_stays(const Subject& subject, Verdict& verdict) {
  const smm_plugin* plugin = load(subject);
  bool tried = false;
  for (const Purchase& purchase : purchases(subject, false)) {
    if (!is_place(purchase.operation) || purchase.request.effect != SMM_WRITE_IDEMPOTENT) continue;
    tried = true;
    StrictHost host(plugin, purchase.settings);
    const Circumstances later{1'760'000'900'000, 4711, 2};
    const std::string before = whole_text(purchase.request);
    if (request_for(host, purchase, purchase.operation.input, later) != before) {
      verdict.fail("the second attempt of a purchase makes another request: its key must come from `reference` alone");
    }
    Json other = purchase.operation.input;
    other["reference"] = "conformance-2/0";
    if (request_for(host, purchase, other, purchase.operation.rest) == before)
      verdict.fail("two purchases have the same key: the upstream would take the second for the first");
  }
  if (!tried) verdict.skip("no PLACE of effect WRITE_IDEMPOTENT");
}

}  // namespace

std::vector<Case> money_cases() {
  return {
      {"money", "a_purchase_is_a_write", "an order is placed by a request that is no READ", kNeedsAnswers,
       a_purchase_is_a_write},
      {"money", "unclear_is_unknown", "after a WRITE_ONCE, an unclear answer is OUTCOME_UNKNOWN", kNeedsAnswers,
       unclear_is_unknown},
      {"money", "cut_is_unknown", "and so is a recorded answer that was cut", kNeedsAnswers,
       cut_acceptances_are_unknown},
      {"money", "never_twice", "no second purchase in one history", kNeedsAnswers, never_buys_twice},
      {"money", "not_sent_is_not_bought", "what was certainly not sent may be tried again", kNeedsAnswers,
       not_sent_is_not_bought},
      {"money", "request_says_what", "service, link and quantity reach the request", kNeedsAnswers,
       the_request_says_what_is_bought},
      {"money", "idempotency_key", "a WRITE_IDEMPOTENT purchase is the same request in every attempt", kNeedsAnswers,
       an_idempotency_key_stays},
  };
}

}  // namespace smm::conformance
