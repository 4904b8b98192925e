// Cassettes: recorded exchanges of a plugin with its upstream, as JSON files, replayed without a network.
//
//   { "about": "what this shows",
//     "config": {"url": "https://..."},             settings besides the manifest's defaults, in canonical form
//     "interface": "smm.provider/1", "operation": "place",
//     "input": {"service_id": "1", ...},            see call_json.hpp
//     "call": {"now", "entropy", "attempt"},         what else the plugin was told; each has a default (Circumstances)
//     "exchanges": [
//       {"request": {"method", "url", "effect", "headers": {}, "body"},
//        "response": {"status", "headers": {}, "body" or "json"}},
//       {"request": {...}, "failure": {"sent": "no" or "maybe", "text"}},
//       {"wait_ms": 1000} ],
//     "outcome": {"done": {...}} or {"fail": {"code", "upstream_text", "retry_after_ms"}} }
//
// Of a request only the fields given are compared, of headers, whose names stand in lower case, only those named; of a
// failure likewise. Secrets stand as placeholders; a cassette never holds one.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "smm/sdk/testing/fake_host.hpp"
#include "smm/sdk/testing/settings.hpp"
#include "smm/sdk/text.hpp"

namespace smm::sdk::testing {

struct Cassette {
  std::string name;
  std::string interface_id;
  uint32_t operation = 0;
  Json input;
  Circumstances call;
  Settings config;
  Json exchanges;
  Json outcome;
};

inline uint32_t operation_of(std::string_view interface_id, std::string_view name) {
  const auto value = interface_id == SMM_PROVIDER_ID ? value_of(kProviderOperationNames, name)
                                                     : value_of(kCheckerOperationNames, name);
  if (!value) throw std::invalid_argument("no operation " + std::string(name) + " in " + std::string(interface_id));
  return *value;
}

inline Circumstances read_circumstances(const Json& json) {
  Circumstances out;
  out.now = json.value("now", out.now);
  out.entropy = json.value("entropy", out.entropy);
  out.attempt = json.value("attempt", out.attempt);
  return out;
}

inline Cassette read_cassette(const std::filesystem::path& path) {
  std::ifstream file(path);
  const Json json = Json::parse(file);
  Cassette out;
  out.name = path.stem().string();
  out.interface_id = json.at("interface").get<std::string>();
  out.operation = operation_of(out.interface_id, json.at("operation").get<std::string>());
  out.input = json.value("input", Json::object());
  out.call = read_circumstances(json.value("call", Json::object()));
  const Json settings = json.value("config", Json::object());
  for (const auto& [key, value] : settings.items()) out.config.emplace_back(key, value.get<std::string>());
  out.exchanges = json.value("exchanges", Json::array());
  out.outcome = json.at("outcome");
  return out;
}

inline std::vector<Cassette> read_cassettes(const std::filesystem::path& folder) {
  std::vector<Cassette> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    try {
      out.push_back(read_cassette(entry.path()));
    } catch (const std::exception& error) {
      throw std::runtime_error(entry.path().string() + ": " + error.what());
    }
  }
  std::sort(out.begin(), out.end(), [](const Cassette& a, const Cassette& b) { return a.name < b.name; });
  return out;
}

/// The event that an exchange of a cassette records.
inline ScriptedEvent event_of(const Json& exchange) {
  if (exchange.contains("wait_ms")) return timer();
  if (exchange.contains("failure")) {
    const Json& failure = exchange.at("failure");
    const std::string text = failure.value("text", std::string{});
    return failure.at("sent") == "no" ? not_sent(text) : maybe_sent(text);
  }
  const Json& recorded = exchange.at("response");
  ScriptedEvent out = response(recorded.at("status").get<uint32_t>(), {});
  out.body = recorded.contains("json") ? recorded.at("json").dump() : recorded.value("body", std::string{});
  const Json headers = recorded.value("headers", Json::object());
  for (const auto& [name, value] : headers.items()) out.headers.emplace_back(name, value.get<std::string>());
  return out;
}

inline Json request_json(const HttpRequest& request) {
  Json headers = Json::object();
  for (const auto& [name, value] : request.headers) headers[to_lower(name)] = value;
  return {{"method", request.method},
          {"url", request.url},
          {"effect", name_of(kEffectNames, request.effect)},
          {"headers", headers},
          {"body", request.body}};
}

inline Json answer_json(const Answer& answer) {
  if (answer.request) return {{"request", request_json(*answer.request)}};
  if (answer.wait_ms) return {{"wait_ms", *answer.wait_ms}};
  if (answer.result) return {{"done", *answer.result}};
  if (!answer.failure) return {{"none", true}};
  return {{"fail",
           {{"code", code_name(answer.failure->code)},
            {"message", answer.failure->message},
            {"upstream_text", answer.failure->upstream_text},
            {"retry_after_ms", answer.failure->retry_after_ms}}}};
}

/// `actual` reduced to the members that `expected` has: in a request, its headers and a failure.
inline Json only_members_of(const Json& expected, const Json& actual) {
  if (!expected.is_object() || !actual.is_object()) return actual;
  Json out = Json::object();
  for (const auto& [key, value] : expected.items()) {
    if (actual.contains(key)) out[key] = key == "done" ? actual.at(key) : only_members_of(value, actual.at(key));
  }
  return out;
}

}  // namespace smm::sdk::testing
