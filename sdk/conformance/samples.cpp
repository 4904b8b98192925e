#include "sdk/conformance/samples.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace smm::conformance {
namespace {

using sdk::testing::maybe_sent;
using sdk::testing::not_sent;
using sdk::testing::response;

const Settings kHtmlHeaders = {{"content-type", "text/html; charset=utf-8"}};
const Settings kJsonHeaders = {{"content-type", "application/json"}};

constexpr const char* kHtml =
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h1>Checking your "
    "browser</h1></body></html>";

Json sample_input(std::string_view interface_id, uint32_t operation) {
  if (interface_id == SMM_PROFILE_CHECKER_ID) {
    if (operation == SMM_CHECKER_CHECK) return {{"username", "some.name"}};
    return {{"username", "some.name"}, {"user_id", "12345678901"}, {"kind", "any"}, {"limit", 4}};
  }
  if (operation == SMM_PROVIDER_PLACE) {
    return {{"service_id", "2476"},
            {"link", "https://www.instagram.com/some.name/"},
            {"quantity", 137},
            {"reference", "conformance-1/0"}};
  }
  if (operation == SMM_PROVIDER_RECONCILE) {
    return {{"service_id", "2476"},
            {"link", "https://www.instagram.com/some.name/"},
            {"quantity", 137},
            {"sent_after", 1'759'999'000'000}};
  }
  if (operation == SMM_PROVIDER_BALANCE || operation == SMM_PROVIDER_SERVICES) return Json::object();
  return {{"ids", {"1001", "1002", "1003"}}};
}

Json recorded_input(const Subject& subject, std::string_view interface_id, uint32_t operation) {
  for (const Cassette& cassette : subject.cassettes) {
    const bool fits = cassette.interface_id == interface_id && cassette.operation == operation;
    if (fits && !cassette.exchanges.empty()) return cassette.input;
  }
  return {};
}

template <class Names>
void add_operations(const Subject& subject, std::string_view id, const Names& names, std::vector<Operation>& to) {
  for (const sdk::Name& name : names) {
    Json input = recorded_input(subject, id, name.value);
    if (input.is_null()) input = sample_input(id, name.value);
    to.push_back({std::string(id), name.value, std::string(name.name), std::move(input)});
  }
}

std::string large_body() {
  const std::string row = "{\"id\": 123456789, \"name\": \"" + std::string(300, 'n') + "\", \"on\": true}, ";
  std::string body = "{\"data\": [";
  body.reserve(6U << 20);
  while (body.size() < (5U << 20)) body += row;
  return body + "{}]}";
}

std::string deep_body() {
  constexpr size_t kDepth = 100'000;
  return std::string(kDepth, '[') + std::string(kDepth, ']');
}

std::string deep_object() {
  std::string body;
  for (int i = 0; i < 50'000; ++i) body += "{\"data\":";
  return body;
}

}  // namespace

const std::vector<std::string>& interface_ids() {
  static const std::vector<std::string> ids = {SMM_PROVIDER_ID, SMM_PROFILE_CHECKER_ID};
  return ids;
}

std::vector<Operation> all_operations(const Subject& subject, std::string_view interface_id) {
  std::vector<Operation> out;
  if (interface_id == SMM_PROVIDER_ID) add_operations(subject, interface_id, sdk::kProviderOperationNames, out);
  if (interface_id == SMM_PROFILE_CHECKER_ID) add_operations(subject, interface_id, sdk::kCheckerOperationNames, out);
  return out;
}

std::vector<Operation> capable_operations(const Subject& subject, const StrictHost& host) {
  std::vector<Operation> out;
  for (const std::string& id : interface_ids()) {
    const uint64_t capabilities = host.capabilities(id);
    for (Operation& operation : all_operations(subject, id)) {
      if ((capabilities & SMM_CAPABILITY(operation.number)) != 0) out.push_back(std::move(operation));
    }
  }
  return out;
}

void each_operation(const Subject& subject, const VisitOperation& visit) {
  const smm_plugin* plugin = load(subject);
  std::set<std::string> seen;
  for (const Settings& settings : settings_variants(subject)) {
    StrictHost host(plugin, settings);
    if (host.open_code() != SMM_OK) continue;
    for (const Operation& operation : capable_operations(subject, host)) {
      if (seen.insert(operation.interface_id + operation.name).second) visit(host, settings, operation);
    }
  }
}

Operation operation_of(const Cassette& cassette) {
  const bool provider = cassette.interface_id == SMM_PROVIDER_ID;
  const std::string_view name = provider ? sdk::name_of(sdk::kProviderOperationNames, cassette.operation)
                                         : sdk::name_of(sdk::kCheckerOperationNames, cassette.operation);
  return {cassette.interface_id, cassette.operation, std::string(name), cassette.input, cassette.call};
}

std::vector<ScriptedEvent> history_of(const Cassette& cassette) {
  std::vector<ScriptedEvent> out;
  for (const Json& exchange : cassette.exchanges) out.push_back(sdk::testing::event_of(exchange));
  return out;
}

std::vector<ScriptedEvent> answers_named(std::string_view name) {
  if (name == "empty") {
    return {response(200, ""), response(200, "   \r\n"), response(204, "")};
  }
  if (name == "truncated") {
    return {response(200, "{\"order\": 23", kJsonHeaders),
            response(200, "[{\"service\":1,\"name\":\"Fo", kJsonHeaders)};
  }
  if (name == "html") {
    return {response(200, kHtml, kHtmlHeaders), response(403, kHtml, kHtmlHeaders), response(503, kHtml, kHtmlHeaders)};
  }
  if (name == "deep_nesting") {
    return {response(200, deep_body(), kJsonHeaders), response(200, deep_object(), kJsonHeaders)};
  }
  if (name == "invalid_utf8") {
    return {response(200, "\xff\xfe\x80{\"order\":1}\xc3", kJsonHeaders),
            response(200, "{\"error\":\"\xc3\x28 \xed\xa0\x80\"}", kJsonHeaders),
            response(500, "\xf0\x28\x8c\xbc", kHtmlHeaders)};
  }
  if (name == "server_error") {
    return {response(500, "Internal Server Error"), response(502, kHtml, kHtmlHeaders),
            response(503, "", {{"retry-after", "30"}}),
            response(504, "{\"message\":\"Endpoint request timed out\"}", kJsonHeaders)};
  }
  if (name == "redirect") {
    return {response(301, "", {{"location", "https://elsewhere.example/"}}),
            response(302, "{\"order\":1}", {{"location", "/login"}})};
  }
  if (name == "maybe_sent") {
    return {maybe_sent("timed out after 30 s"), maybe_sent("")};
  }
  if (name == "large_answer") {
    return {response(200, large_body(), kJsonHeaders), response(200, std::string(5U << 20, 'x'))};
  }
  if (name == "numbers_as_strings") {
    return {
        response(200,
                 R"({"order":"23501","charge":"0.27","balance":"100.84","status":"Pending","remains":"157","id":"1"})",
                 kJsonHeaders),
        response(200, R"([{"service":"1","rate":"0.90","min":"50","max":"10000","refill":"true","cancel":"0"}])",
                 kJsonHeaders)};
  }
  if (name == "unexpected_types") {
    return {response(200, "null", kJsonHeaders),
            response(200, "7", kJsonHeaders),
            response(200, "\"text\"", kJsonHeaders),
            response(200, "[]", kJsonHeaders),
            response(200, "{}", kJsonHeaders),
            response(200, "[[],{},null,-1]", kJsonHeaders),
            response(200, R"({"order":{},"error":[],"balance":null,"data":7,"1001":[],"user":"x","status":{"a":1}})",
                     kJsonHeaders),
            response(200, R"({"order":99999999999999999999999999,"balance":1e999,"charge":-0.0})", kJsonHeaders)};
  }
  if (name == "error_in_200") {
    return {response(200, R"({"error":"Incorrect request"})", kJsonHeaders),
            response(200, R"({"status":false,"errorMessage":"Something went wrong"})", kJsonHeaders)};
  }
  if (name == "too_many_requests") {
    return {response(429, R"({"message":"Too many requests"})", kJsonHeaders),
            response(429, "", {{"retry-after", "60"}}),
            response(429, kHtml, {{"retry-after", "Wed, 21 Oct 2037 07:28:00 GMT"}})};
  }
  if (name == "not_sent") {
    return {not_sent("connection refused"), not_sent("the name cannot be resolved")};
  }
  throw std::logic_error("no answers are called " + std::string(name));
}

std::vector<ScriptedEvent> answers_below(size_t bytes) {
  std::vector<ScriptedEvent> out;
  const auto add = [&](std::string_view name) {
    for (ScriptedEvent& event : answers_named(name)) {
      if (event.body.size() < bytes) out.push_back(std::move(event));
    }
  };
  std::for_each(std::begin(kMeaningless), std::end(kMeaningless), add);
  std::for_each(std::begin(kStrange), std::end(kStrange), add);
  return out;
}

std::vector<ScriptedEvent> ambiguous_events() {
  return {maybe_sent("timed out after 30 s"),
          response(200, ""),
          response(200, "{}", kJsonHeaders),
          response(200, "[]", kJsonHeaders),
          response(200, "null", kJsonHeaders),
          response(200, "{\"order\": 23", kJsonHeaders),
          response(200, kHtml, kHtmlHeaders),
          response(204, ""),
          response(302, "", {{"location", "/login"}}),
          response(500, "Internal Server Error"),
          response(502, kHtml, kHtmlHeaders),
          response(503, ""),
          response(504, "{\"message\":\"Endpoint request timed out\"}", kJsonHeaders)};
}

std::string describe(const ScriptedEvent& event) {
  if (event.kind == SMM_EVENT_TIMER) return "a timer";
  if (event.kind == SMM_EVENT_TRANSPORT_FAILED) return event.maybe_sent ? "no answer, maybe sent" : "not sent";
  constexpr size_t kShown = 70;
  const std::string body = event.body.size() > kShown ? event.body.substr(0, kShown) + "..." : event.body;
  return "HTTP " + std::to_string(event.status) + ", " + std::to_string(event.body.size()) + " bytes: " + body;
}

}  // namespace smm::conformance
