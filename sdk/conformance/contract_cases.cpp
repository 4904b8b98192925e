// The rest of the group contract: capabilities, requests, memory, newer hosts, and what a plugin must leave alone.
#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstring>
#include <set>

#include "sdk/conformance/judgement.h"
#include "sdk/conformance/samples.h"
#include "sdk/conformance/suite.h"

extern char** environ;

namespace smm::conformance {
namespace {

void capabilities_work(const Subject& subject, Verdict& verdict) {
  each_operation(subject, [&](StrictHost& host, const Settings&, const Operation& operation) {
    verdict.at(operation.name);
    const Reply reply = host.ask(operation, {});
    if (code_of(reply) == SMM_UNSUPPORTED) {
      verdict.fail("the instance says it has " + operation.name +
                   " and answers UNSUPPORTED: " + reply.answer.failure->message);
    }
  });
}

void expect_unsupported(StrictHost& host, const Operation& operation, Verdict& verdict) {
  verdict.at(operation.name + ", which the instance does not have");
  const Reply reply = host.ask(operation, {});
  const bool once = reply.answer.times == 1 && reply.breaches.empty();
  if (!once || code_of(reply) != SMM_UNSUPPORTED) {
    verdict.fail("the instance does not have " + operation.name +
                 " and does not answer UNSUPPORTED: " + describe(operation, reply));
  }
}

void the_rest_is_unsupported(const Subject& subject, Verdict& verdict) {
  const smm_plugin* plugin = load(subject);
  for (const Settings& settings : settings_variants(subject)) {
    StrictHost host(plugin, settings);
    if (host.open_code() != SMM_OK) continue;
    for (const std::string& id : interface_ids()) {
      if (host.find_interface(id) == nullptr) continue;
      const uint64_t capabilities = host.capabilities(id);
      for (const Operation& operation : all_operations(subject, id)) {
        if ((capabilities & SMM_CAPABILITY(operation.number)) == 0) expect_unsupported(host, operation, verdict);
      }
      // Operations that only a later ABI will have; they come without an input that this one could know.
      for (const uint32_t number : {0U, 40U, 63U, 64U, 4'000'000'000U}) {
        expect_unsupported(host, {id, number, "operation " + std::to_string(number), Json::object()}, verdict);
      }
    }
  }
}

void all_operations_can_be_had(const Subject& subject, Verdict& verdict) {
  std::set<std::string> had;
  each_operation(subject,
                 [&](StrictHost&, const Settings&, const Operation& operation) { had.insert(operation.name); });
  for (const auto& [name, effect] : subject.manifest.at("operations").items()) {
    if (had.count(name) == 0)
      verdict.warn("no instance opened here has " + name +
                   ": --set or a cassette with the settings that it needs would let it be tested");
  }
}

// Visits every request of every operation: the first one, and those that follow answers that mean nothing.
void each_request(const Subject& subject, Verdict& verdict,
                  const std::function<void(const sdk::HttpRequest&, const Settings&, const Operation&)>& visit) {
  std::vector<ScriptedEvent> events = {sdk::testing::response(200, "{}"), sdk::testing::not_sent()};
  each_operation(subject, [&](StrictHost& host, const Settings& settings, const Operation& operation) {
    for (const ScriptedEvent& event : events) {
      verdict.at(operation.name + " after " + describe(event));
      for (const Reply& reply : play(host, operation, event).replies) {
        if (reply.answer.request) visit(*reply.answer.request, settings, operation);
      }
    }
  });
  const smm_plugin* plugin = load(subject);
  for (const Cassette& cassette : subject.cassettes) {
    verdict.at("cassette " + cassette.name);
    const Settings settings = sdk::testing::settings_for(subject.manifest, cassette.config);
    StrictHost host(plugin, settings);
    if (host.open_code() != SMM_OK) continue;
    std::vector<ScriptedEvent> history;
    for (const ScriptedEvent& event : history_of(cassette)) {
      const Reply reply = host.ask(operation_of(cassette), history);
      if (reply.answer.request) visit(*reply.answer.request, settings, operation_of(cassette));
      history.push_back(event);
    }
  }
}

bool holds_secret(const sdk::HttpRequest& request) {
  const auto has = [](const std::string& text) { return text.find("${secret:") != std::string::npos; };
  return has(request.url) || has(request.body) ||
         std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const auto& header) { return has(header.second); });
}

void requests_go_where_declared(const Subject& subject, Verdict& verdict) {
  each_request(subject, verdict,
               [&](const sdk::HttpRequest& request, const Settings& settings, const Operation& operation) {
                 if (holds_secret(request)) return;  // the group secrets judges those
                 if (allowed_places(subject.manifest, settings).count(place_of(request)) == 1) return;
                 verdict.fail(operation.name + " sends to " + request.url +
                              ", which neither `egress` nor a setting of type url names");
               });
}

void requests_are_https(const Subject& subject, Verdict& verdict) {
  each_request(subject, verdict,
               [&](const sdk::HttpRequest& request, const Settings& settings, const Operation& operation) {
                 if (parts_of(request.url).scheme == "https") return;
                 if (sdk::testing::may_go_in_clear(request.url, subject.manifest, settings)) return;
                 verdict.fail(operation.name + " sends without https to " + request.url);
               });
}

void requests_keep_their_effect(const Subject& subject, Verdict& verdict) {
  each_request(subject, verdict, [&](const sdk::HttpRequest& request, const Settings&, const Operation& operation) {
    const std::string declared = subject.manifest.at("operations").value(operation.name, "");
    const uint32_t strongest = sdk::value_of(sdk::kEffectNames, declared).value_or(0);
    if (request.effect > strongest) {
      verdict.fail(operation.name + " makes a request of effect " +
                   std::string(sdk::name_of(sdk::kEffectNames, request.effect)) + ", its manifest says " + declared);
    }
  });
}

// The reads that a host makes for many orders at once.
bool reads_a_batch(const Operation& operation) {
  return operation.interface_id == SMM_PROVIDER_ID &&
         (operation.number == SMM_PROVIDER_STATUS || operation.number == SMM_PROVIDER_REFILL_STATUS);
}

// What may keep a batch going: answers that the plugin's recordings hold, and the emptiest ones.
std::vector<ScriptedEvent> answers_for_a_batch(const Subject& subject, const Operation& operation) {
  std::vector<ScriptedEvent> out = {sdk::testing::response(200, "{}"), sdk::testing::response(200, "[]")};
  for (const Cassette& cassette : subject.cassettes) {
    if (cassette.interface_id != operation.interface_id || cassette.operation != operation.number) continue;
    for (const ScriptedEvent& event : history_of(cassette)) {
      if (event.kind == SMM_EVENT_RESPONSE) out.push_back(event);
    }
  }
  return out;
}

Json most_ids() {
  Json out = Json::array();
  for (int i = 0; i < 100; ++i) out.push_back(std::to_string(700'001 + i));
  return out;
}

// True if one of the answers led to a result.
bool ends_a_full_batch(const Subject& subject, StrictHost& host, Operation operation, Verdict& verdict) {
  bool ended_well = false;
  for (const ScriptedEvent& event : answers_for_a_batch(subject, operation)) {
    verdict.at(operation.name + " of 100 ids after " + describe(event));
    const Play played = play(host, operation, event);
    if (!played.ended) {
      verdict.fail(operation.name + " of 100 ids, of which a host asks up to 100 at once, had no end after " +
                   std::to_string(played.replies.size()) + " steps: more ids belong into one request");
      continue;
    }
    for (const std::string& fault : faults(operation, played.last()))
      verdict.fail(operation.name + " of 100 ids: " + fault);
    ended_well = ended_well || played.last().answer.result.has_value();
  }
  return ended_well;
}

void full_batches_end(const Subject& subject, Verdict& verdict) {
  std::string unseen;
  each_operation(subject, [&](StrictHost& host, const Settings&, const Operation& operation) {
    if (!reads_a_batch(operation)) return;
    Operation full = operation;
    full.input = {{"ids", most_ids()}};
    if (!ends_a_full_batch(subject, host, full, verdict)) unseen = operation.name;
  });
  if (!unseen.empty())
    verdict.skip("no answer known here leads " + unseen + " to a result; a cassette of it shows one");
}

void newer_hosts_are_served(const Subject& subject, Verdict& verdict) {
  const smm_plugin* plugin = load(subject);
  for (const Settings& settings : settings_variants(subject)) {
    StrictHost host(plugin, settings);
    StrictHost newer(plugin, settings, HostAge::kNewer);
    if (host.open_code() != newer.open_code())
      return verdict.fail("it does not open in a host of a newer minor version, whose structs are longer");
    if (host.open_code() != SMM_OK) continue;
    for (const Operation& operation : capable_operations(subject, host)) {
      for (const auto& history : {std::vector<ScriptedEvent>{},
                                  {sdk::testing::response(200, R"({"error":"x"})")},
                                  {sdk::testing::not_sent(), sdk::testing::maybe_sent()},
                                  {sdk::testing::not_sent(), sdk::testing::response(429, "")}}) {
        verdict.at(operation.name + " in a newer host");
        const std::string here = bytes_of(host.ask(operation, history));
        const std::string there = bytes_of(newer.ask(operation, history));
        if (here != there)
          verdict.fail(operation.name +
                       " answers differently when structs are longer than it knows (struct_size is the distance "
                       "between rows):\n" +
                       here + "\n" + there);
      }
    }
  }
}

size_t count_entries(const char* folder) {
  size_t count = 0;
  DIR* open = ::opendir(folder);
  if (open == nullptr) return 0;
  while (::readdir(open) != nullptr) ++count;
  ::closedir(open);
  return count;
}

// What a plugin could change in the process that it is a guest of.
std::vector<std::pair<std::string, std::string>> state_of_process() {
  std::string environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment += std::string(*entry) + "\n";
  std::string signals;
  for (int number = 1; number < 32; ++number) {
    struct sigaction action {};
    ::sigaction(number, nullptr, &action);
    signals += std::to_string(reinterpret_cast<uintptr_t>(action.sa_handler)) + " ";
  }
  sigset_t blocked;
  ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
  for (int number = 1; number < 32; ++number) signals += ::sigismember(&blocked, number) == 1 ? "b" : "-";
  const mode_t mask = ::umask(0);
  ::umask(mask);
  char folder[4096] = {};
  const char* here = ::getcwd(folder, sizeof folder);
  return {{"the number of threads", std::to_string(count_entries("/proc/self/task"))},
          {"the number of open files", std::to_string(count_entries("/proc/self/fd"))},
          {"the environment", environment},
          {"the locale", std::setlocale(LC_ALL, nullptr)},
          {"signals", signals},
          {"the umask", std::to_string(mask)},
          {"the working folder", here == nullptr ? "" : here},
          {"the output", std::to_string(::lseek(STDOUT_FILENO, 0, SEEK_END))}};
}

void leaves_the_process_alone(const Subject& subject, Verdict& verdict) {
  const auto before = state_of_process();
  each_operation(subject, [&](StrictHost& host, const Settings&, const Operation& operation) {
    verdict.at(operation.name);
    play(host, operation, sdk::testing::response(200, "{}"));
    play(host, operation, sdk::testing::maybe_sent());
  });
  const auto after = state_of_process();
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i].second != after[i].second) verdict.fail("it changed " + before[i].first);
  }
}

}  // namespace

std::vector<Case> contract_cases() {
  std::vector<std::string> steady = kNeedsAnswers;
  steady.push_back("purity.same_call_same_answer");
  return {
      {"contract", "capabilities_work", "what an instance says it has, it has", kNeedsAnswers, capabilities_work},
      {"contract", "the_rest_is_unsupported", "what it does not have is answered with UNSUPPORTED", kNeedsAnswers,
       the_rest_is_unsupported},
      {"contract", "operations_reached", "every operation of the manifest could be tested", kNeedsAnswers,
       all_operations_can_be_had},
      {"contract", "declared_hosts", "requests go to declared hosts only", kNeedsAnswers, requests_go_where_declared},
      {"contract", "https", "requests are https, unless `url` is a simulator on this machine", kNeedsAnswers,
       requests_are_https},
      {"contract", "declared_effects", "no request has a stronger effect than declared", kNeedsAnswers,
       requests_keep_their_effect},
      {"contract", "full_batches", "the state of 100 orders is found out in the steps that a host grants",
       kNeedsAnswers, full_batches_end},
      {"contract", "newer_host", "structs that have grown are read by their size", steady, newer_hosts_are_served},
      {"contract", "leaves_process_alone",
       "no thread, file, signal, environment or locale is left changed, nothing is printed", kNeedsAnswers,
       leaves_the_process_alone},
  };
}

}  // namespace smm::conformance
