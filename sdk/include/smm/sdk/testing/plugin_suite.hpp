// The tests every plugin gets: its binary and manifest keep the contract, each cassette replays as recorded, and a
// purchase whose answer is cut or lost is never reported as refused or accepted. For use with GoogleTest.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "smm/sdk/testing/cassette.hpp"
#include "smm/sdk/testing/loaded_plugin.hpp"

namespace smm::sdk::testing {

/// "machinesmm.com" of "https://machinesmm.com/api/v2".
inline std::string url_host(const std::string& url) {
  const size_t start = url.find("://");
  const std::string rest = start == std::string::npos ? url : url.substr(start + 3);
  return rest.substr(0, rest.find_first_of(":/?#"));
}

/// A request must go to a declared host, over https or to a simulator on this machine, with an effect that the manifest
/// allows the operation.
inline void expect_allowed(const HttpRequest& request, const Json& manifest, const Settings& settings,
                           std::string_view operation) {
  std::set<std::string> hosts;
  const Json egress = manifest.value("egress", Json::array());
  for (const Json& host : egress) hosts.insert(host.get<std::string>());
  for (const auto& [key, value] : settings) {
    if (value.find("://") != std::string::npos) hosts.insert(url_host(value));
  }
  EXPECT_TRUE(hosts.count(url_host(request.url)) == 1) << request.url;
  EXPECT_TRUE(request.url.substr(0, 8) == "https://" || may_go_in_clear(request.url, manifest, settings))
      << request.url;
  const Json& operations = manifest.at("operations");
  ASSERT_TRUE(operations.contains(std::string(operation))) << "not in the manifest: " << operation;
  const auto declared = value_of(kEffectNames, operations.at(std::string(operation)).get<std::string>());
  EXPECT_LE(request.effect, declared.value_or(0));
}

inline std::string_view operation_name(const Cassette& cassette) {
  return cassette.interface_id == SMM_PROVIDER_ID ? name_of(kProviderOperationNames, cassette.operation)
                                                  : name_of(kCheckerOperationNames, cassette.operation);
}

inline Answer ask(FakeHost& host, const Cassette& cassette, const std::vector<ScriptedEvent>& history) {
  return host.ask(cassette.interface_id, cassette.operation, cassette.input, history, cassette.call);
}

/// Asks twice and expects the same answer both times, given exactly once.
inline Answer ask_twice(FakeHost& host, const Cassette& cassette, const std::vector<ScriptedEvent>& history) {
  Answer first = ask(host, cassette, history);
  const Answer second = ask(host, cassette, history);
  EXPECT_EQ(first.times, 1) << "the plugin must answer exactly once";
  EXPECT_EQ(answer_json(first), answer_json(second)) << "the same call must give the same answer";
  return first;
}

inline void expect_recorded(const Json& expected, const Answer& answer) {
  const Json actual = answer_json(answer);
  EXPECT_EQ(expected, only_members_of(expected, actual))
      << "expected " << expected.dump(2) << "\nanswered " << actual.dump(2);
}

inline void replay(const LoadedPlugin& plugin, const Cassette& cassette) {
  const Settings settings = settings_for(plugin.manifest(), cassette.config);
  FakeHost host(plugin.get(), settings);
  ASSERT_EQ(host.open_code(), SMM_OK) << Json(host.errors()).dump();
  EXPECT_TRUE(host.can(cassette.interface_id, cassette.operation) || cassette.exchanges.empty());
  std::vector<ScriptedEvent> history;
  for (const Json& exchange : cassette.exchanges) {
    const Answer answer = ask_twice(host, cassette, history);
    const char* part = exchange.contains("wait_ms") ? "wait_ms" : "request";
    expect_recorded({{part, exchange.value(part, Json::object())}}, answer);
    if (answer.request) expect_allowed(*answer.request, plugin.manifest(), settings, operation_name(cassette));
    history.push_back(event_of(exchange));
  }
  expect_recorded(cassette.outcome, ask_twice(host, cassette, history));
}

/// Cut anywhere, a JSON array or object is none; any other text may well be a whole one.
inline bool is_told_by_its_end(std::string_view body) {
  const std::string_view text = trim(body);
  return !text.empty() && (text.front() == '{' || text.front() == '[');
}

/// The money rule: with the purchase sent, an answer that is cut anywhere or never came leaves the outcome unknown.
inline void expect_unclear_purchases_unknown(FakeHost& host, const Cassette& cassette) {
  const Answer first = ask(host, cassette, {});
  if (first.request && first.request->effect == SMM_READ)
    GTEST_SKIP() << "its one request only reads: nothing was bought with it";
  const ScriptedEvent whole = event_of(cassette.exchanges.at(0));
  std::vector<ScriptedEvent> unclear = {maybe_sent(), response(200, "{}"), response(200, "[]"), response(502, ""),
                                        response(302, whole.body)};
  for (size_t length = 0; is_told_by_its_end(whole.body) && length < trim(whole.body).size(); ++length) {
    unclear.push_back(response(200, whole.body.substr(0, length)));
  }
  for (const ScriptedEvent& event : unclear) {
    const Answer answer = ask(host, cassette, {event});
    EXPECT_EQ(code_name(answer.code()), "OUTCOME_UNKNOWN") << "answered HTTP " << event.status << ": " << event.body;
    EXPECT_FALSE(answer.request.has_value()) << "a second purchase";
  }
  EXPECT_EQ(code_name(ask(host, cassette, {not_sent()}).code()), "UPSTREAM_DOWN");
}

inline void expect_manifest_matches(const LoadedPlugin& plugin) {
  const Json& manifest = plugin.manifest();
  const auto description = read_struct<smm_plugin>(plugin.get());
  EXPECT_EQ(to_view(description.id), manifest.at("id").get<std::string>());
  EXPECT_EQ(to_view(description.version), manifest.at("version").get<std::string>());
  EXPECT_EQ(description.abi_major, manifest.at("abi").at("major").get<uint32_t>());
  EXPECT_EQ(description.abi_minor, manifest.at("abi").at("minor").get<uint32_t>());
  for (const char* field : {"name", "license"}) EXPECT_TRUE(manifest.at(field).is_string()) << field;
  for (const Json& setting : manifest.at("config")) {
    EXPECT_FALSE(setting.value("help", std::string{}).empty()) << setting.dump();
  }
}

/// An instance opened with `given`, and by the manifest with the rest, has no operation that is not declared.
inline void expect_capabilities_declared(const LoadedPlugin& plugin, const Settings& given) {
  const FakeHost host(plugin.get(), settings_for(plugin.manifest(), given));
  ASSERT_EQ(host.open_code(), SMM_OK) << Json(host.errors()).dump();
  const Json& operations = plugin.manifest().at("operations");
  for (const Name& operation : kProviderOperationNames) {
    if (host.can(SMM_PROVIDER_ID, operation.value)) {
      EXPECT_TRUE(operations.contains(operation.name)) << operation.name;
    }
  }
  for (const Name& operation : kCheckerOperationNames) {
    if (host.can(SMM_PROFILE_CHECKER_ID, operation.value)) {
      EXPECT_TRUE(operations.contains(operation.name)) << operation.name;
    }
  }
  for (const Json& provided : plugin.manifest().at("provides")) {
    EXPECT_NE(host.find_interface(provided.get<std::string>()), nullptr) << provided;
  }
  EXPECT_EQ(host.find_interface("smm.unheard-of/1"), nullptr);
}

/// Opening without settings must fail and name every required one.
inline void expect_missing_settings_reported(const LoadedPlugin& plugin) {
  const FakeHost host(plugin.get(), {});
  const auto& errors = host.errors();
  bool any_required = false;
  for (const Json& setting : plugin.manifest().at("config")) {
    if (!setting.value("required", false)) continue;
    any_required = true;
    const std::string key = setting.at("key");
    EXPECT_TRUE(std::any_of(errors.begin(), errors.end(), [&](const auto& error) { return error.first == key; }))
        << key;
  }
  if (!any_required) GTEST_SKIP() << "no setting is required";
  EXPECT_EQ(code_name(host.open_code()), "CONFIG");
}

namespace detail {

/// A test whose body is a function.
class FunctionTest : public ::testing::Test {
 public:
  explicit FunctionTest(std::function<void()> body) : body_(std::move(body)) {}
  void TestBody() override { body_(); }

 private:
  std::function<void()> body_;
};

inline void add_test(const std::string& suite, const std::string& name, std::function<void()> body) {
  ::testing::RegisterTest(suite.c_str(), name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [body = std::move(body)]() -> ::testing::Test* { return new FunctionTest(body); });
}

}  // namespace detail

/// Adds all of the above for the plugin at `path` with the cassettes of `folder`; `given` are the settings, in
/// canonical form, of the instance that no cassette describes. Call before InitGoogleTest.
inline void register_plugin_tests(const std::string& path, const std::string& folder, const Settings& given = {}) {
  const auto plugin = std::make_shared<LoadedPlugin>(path);
  const std::string id = plugin->manifest().at("id");
  detail::add_test(id + "_contract", "manifest_matches_the_library", [plugin] { expect_manifest_matches(*plugin); });
  detail::add_test(id + "_contract", "capabilities_are_declared",
                   [plugin, given] { expect_capabilities_declared(*plugin, given); });
  detail::add_test(id + "_contract", "missing_settings_are_reported",
                   [plugin] { expect_missing_settings_reported(*plugin); });
  for (const Cassette& cassette : read_cassettes(folder)) {
    detail::add_test(id + "_cassette", cassette.name, [plugin, cassette] { replay(*plugin, cassette); });
    const bool purchase = cassette.interface_id == SMM_PROVIDER_ID && cassette.operation == SMM_PROVIDER_PLACE;
    if (!purchase || cassette.exchanges.size() != 1) continue;
    detail::add_test(id + "_money", cassette.name + "_cut_or_lost", [plugin, cassette] {
      FakeHost host(plugin->get(), settings_for(plugin->manifest(), cassette.config));
      expect_unclear_purchases_unknown(host, cassette);
    });
  }
}

}  // namespace smm::sdk::testing
