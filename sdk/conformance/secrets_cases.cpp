// Group secrets: a secret leaves only towards the hosts that were declared, and only where the host can put it in.
#include <algorithm>

#include "sdk/conformance/judgement.h"
#include "sdk/conformance/samples.h"
#include "sdk/conformance/suite.h"

namespace smm::conformance {
namespace {

constexpr const char* kCanary = "canary-7f3a9c";

std::vector<std::string> placeholders(const Subject& subject) {
  std::vector<std::string> out;
  for (const Json& setting : subject.manifest.value("config", Json::array())) {
    if (is_secret(setting)) out.push_back("${secret:" + setting.at("key").get<std::string>() + "}");
  }
  return out;
}

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

// Every reply to the first call, to answers that mean nothing, and to whatever the cassettes hold.
void each_reply(const Subject& subject, Verdict& verdict,
                const std::function<void(StrictHost&, const Settings&, const Operation&, const Reply&)>& visit) {
  std::vector<ScriptedEvent> events = ambiguous_events();
  events.push_back(sdk::testing::response(401, R"({"error":"Invalid API key"})"));
  events.push_back(sdk::testing::not_sent());
  each_operation(subject, [&](StrictHost& host, const Settings& settings, const Operation& operation) {
    for (const ScriptedEvent& event : events) {
      verdict.at(operation.name + " after " + describe(event));
      for (const Reply& reply : play(host, operation, event).replies) visit(host, settings, operation, reply);
    }
  });
  const smm_plugin* plugin = load(subject);
  for (const Cassette& cassette : subject.cassettes) {
    const Settings settings = sdk::testing::settings_for(subject.manifest, cassette.config);
    StrictHost host(plugin, settings);
    if (host.open_code() != SMM_OK) continue;
    std::vector<ScriptedEvent> history;
    for (const ScriptedEvent& event : history_of(cassette)) {
      visit(host, settings, operation_of(cassette), host.ask(operation_of(cassette), history));
      history.push_back(event);
    }
  }
}

bool has_any(const std::string& text, const std::vector<std::string>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const std::string& part) { return text.find(part) != std::string::npos; });
}

bool bears_secret(const sdk::HttpRequest& request, const std::vector<std::string>& secrets) {
  return has_any(request.url, secrets) || has_any(request.body, secrets) ||
         std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const auto& header) { return has_any(header.second, secrets); });
}

void secrets_go_where_declared(const Subject& subject, Verdict& verdict) {
  const auto secrets = placeholders(subject);
  if (secrets.empty()) return verdict.skip("it has no secret setting");
  each_reply(subject, verdict,
             [&](StrictHost&, const Settings& settings, const Operation& operation, const Reply& reply) {
               if (!reply.answer.request || !bears_secret(*reply.answer.request, secrets)) return;
               const sdk::HttpRequest& request = *reply.answer.request;
               if (allowed_places(subject.manifest, settings).count(place_of(request)) == 0) {
                 verdict.fail(operation.name + " sends a secret to " + request.url +
                              ", which neither `egress` nor a setting of type url names");
               }
             });
}

void secrets_stand_where_allowed(const Subject& subject, Verdict& verdict) {
  const auto secrets = placeholders(subject);
  if (secrets.empty()) return verdict.skip("it has no secret setting");
  each_reply(subject, verdict, [&](StrictHost&, const Settings&, const Operation& operation, const Reply& reply) {
    if (!reply.answer.request) return;
    const sdk::HttpRequest& request = *reply.answer.request;
    const UrlParts url = parts_of(request.url);
    if (has_any(url.host + url.path + request.method, secrets))
      verdict.fail(operation.name + " has a secret in its URL before the query: " + request.url);
    for (const auto& [name, value] : request.headers) {
      if (has_any(name, secrets)) verdict.fail(operation.name + " has a secret in a header's name");
    }
    for (const std::string& text : {url.query, request.body, [&] {
                                      std::string all;
                                      for (const auto& [name, value] : request.headers) all += value + "\n";
                                      return all;
                                    }()}) {
      size_t known = 0;
      for (const std::string& secret : secrets) known += count(text, secret);
      if (count(text, "${secret:") != known)
        verdict.fail(operation.name + " has a placeholder of no secret setting: " + text.substr(0, 200));
    }
  });
}

void secrets_are_not_told(const Subject& subject, Verdict& verdict) {
  const auto secrets = placeholders(subject);
  if (secrets.empty()) return verdict.skip("it has no secret setting");
  each_reply(subject, verdict, [&](StrictHost& host, const Settings&, const Operation& operation, const Reply& reply) {
    if (!reply.answer.request && has_any(bytes_of(reply), secrets))
      verdict.fail(operation.name + " tells a secret's placeholder: " + describe(operation, reply));
    for (const std::string& line : host.log_lines()) {
      if (has_any(line, secrets)) verdict.fail(operation.name + " logs a secret's placeholder: " + line);
    }
  });
}

void answers_are_not_logged(const Subject& subject, Verdict& verdict) {
  const std::string canary = kCanary;
  each_operation(subject, [&](StrictHost& host, const Settings&, const Operation& operation) {
    for (const ScriptedEvent& event :
         {sdk::testing::response(200, "{\"error\":\"" + canary + "\",\"order\":\"" + canary + "\"}",
                                 {{"set-cookie", canary}}),
          sdk::testing::response(500, canary), sdk::testing::response(401, canary)}) {
      verdict.at(operation.name + " after " + describe(event));
      play(host, operation, event);
    }
    for (const std::string& line : host.log_lines()) {
      if (line.find(canary) != std::string::npos)
        verdict.fail(operation.name + " logs what came from an upstream: " + line.substr(0, 200));
    }
  });
}

// The input with every text ending in the placeholder.
Json posing(const Json& input, const std::string& placeholder) {
  Json out = input;
  for (const char* field : {"service_id", "link", "reference", "username", "user_id"}) {
    if (out.contains(field)) out[field] = out[field].get<std::string>() + placeholder;
  }
  for (const char* field : {"ids", "extra"}) {
    if (!out.contains(field)) continue;
    for (Json& item : out[field]) item = item.get<std::string>() + placeholder;
  }
  return out;
}

std::string all_text(const sdk::HttpRequest& request) {
  std::string out = request.url + "\n" + request.body;
  for (const auto& [name, value] : request.headers) out += "\n" + value;
  return out;
}

void input_cannot_pose(const Subject& subject, Verdict& verdict) {
  std::vector<std::string> secrets = placeholders(subject);
  if (secrets.empty()) return verdict.skip("it has no secret setting");
  each_operation(subject, [&](StrictHost& host, const Settings&, const Operation& operation) {
    const Reply plain = host.ask(operation, {});
    if (!plain.answer.request) return;
    for (const std::string& secret : secrets) {
      Operation posed = operation;
      posed.input = posing(operation.input, secret);
      verdict.at(operation.name + " with an input that holds " + secret);
      const Reply reply = host.ask(posed, {});
      if (!reply.answer.request) continue;
      if (count(all_text(*reply.answer.request), secret) > count(all_text(*plain.answer.request), secret)) {
        verdict.fail(operation.name + ": " + secret +
                     " in its input reaches the request unencoded, and the host would put the secret there: " +
                     all_text(*reply.answer.request).substr(0, 300));
      }
    }
  });
}

}  // namespace

std::vector<Case> secrets_cases() {
  return {
      {"secrets", "to_declared_hosts", "a secret is sent to declared hosts only", kNeedsAnswers,
       secrets_go_where_declared},
      {"secrets", "in_their_place", "in a query, a header's value or a body, and nowhere else", kNeedsAnswers,
       secrets_stand_where_allowed},
      {"secrets", "not_told", "in no result, failure or log line", kNeedsAnswers, secrets_are_not_told},
      {"secrets", "answers_not_logged", "what came from an upstream is not logged", kNeedsAnswers,
       answers_are_not_logged},
      {"secrets", "input_cannot_pose", "a customer's text cannot pose as a secret", kNeedsAnswers, input_cannot_pose},
  };
}

}  // namespace smm::conformance
