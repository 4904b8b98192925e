// Where a plugin runs, what its end costs there, and which plugins are not run at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <thread>

#include "core/fulfilment/classify_place.h"
#include "host/plugin/load_journal.h"
#include "host/plugin/registry.h"
#include "host/plugin/temporary_plugins_fixture.h"

namespace smmhost {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using testing::answered;
using ::testing::HasSubstr;

class Isolated : public testing::TemporaryPlugins {
 protected:
  LoadedPlugins& load() {
    auto loaded = load_plugins(config_, world_.environment());
    if (auto* errors = std::get_if<std::vector<ConfigError>>(&loaded)) {
      for (const ConfigError& error : *errors) ADD_FAILURE() << error.message;
      loaded = LoadedPlugins{};
    }
    plugins_ = std::move(std::get<LoadedPlugins>(loaded));
    return plugins_;
  }
  std::string error_of() {
    auto loaded = load_plugins(config_, world_.environment());
    auto* errors = std::get_if<std::vector<ConfigError>>(&loaded);
    return errors == nullptr ? "loaded" : errors->front().message;
  }
  Reply<PlacedOrder> place(const std::string& how) {
    if (plugins_.providers.empty()) load();
    return plugins_.providers.at(0)->place({"1", how, 100, "0123", 1}, from_unix_ms(0));
  }
  PluginView view() { return plugins_.slots.at(0)->view(world_.clock.now()); }

  LoadedPlugins plugins_;
};

TEST_F(Isolated, AStrangersPluginIsJailedWhateverItIsCalled) {
  put(unruly());
  config_.providers = {unruly_section()};
  load();
  EXPECT_EQ(view().isolation, "process");
  EXPECT_THAT(view().posture, HasSubstr("resources limited"));
  EXPECT_EQ(view().sha256.size(), 64U);
}

TEST_F(Isolated, TheProgramsOwnPluginsRunInItAndACopyOfThemElsewhereDoesNot) {
  PluginSection own = testing::section("machinesmm", {{"api_key", "0123456789"}});
  config_.providers = {own};
  config_.plugin_path = PLUGIN_FOLDER;
  load();
  EXPECT_EQ(view().isolation, "in-process");
  put(std::string(PLUGIN_FOLDER) + "/machinesmm.so", "machinesmm");
  config_.plugin_path = folder_.string();
  load();
  EXPECT_EQ(view().isolation, "process");
}

TEST_F(Isolated, ACrashBeforeTheRequestBuysNothingAndIsNoUnknown) {
  put(unruly());
  config_.providers = {unruly_section()};
  const auto reply = place("crash");
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kInternal);
  EXPECT_THAT(reply.failure().message, HasSubstr("crashed (killed by signal 11"));
  EXPECT_TRUE(world_.transport.requests.empty());
  EXPECT_EQ(classify_place(reply), PlaceVerdict::kNotSent);
  world_.transport.answers = {answered("ok")};
  EXPECT_TRUE(place("x").ok());
  EXPECT_EQ(view().restarts, 1U);
  EXPECT_EQ(view().faults, 1U);
  EXPECT_THAT(view().last_fault, HasSubstr("signal 11"));
}

TEST_F(Isolated, ACrashOverTheAnswerIsAnUnknownOutcomeWithItsEvidence) {
  put(unruly());
  config_.providers = {unruly_section()};
  world_.transport.answers = {answered("{\"order\":23501}")};
  const auto reply = place("after:crash");
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kOutcomeUnknown);
  EXPECT_EQ(classify_place(reply), PlaceVerdict::kUnknown);
  ASSERT_EQ(reply.exchanges.size(), 1U);
  EXPECT_EQ(reply.exchanges[0].outcome, TransportOutcome::kAnswered);
  EXPECT_EQ(reply.exchanges[0].response_body, "{\"order\":23501}");
  EXPECT_EQ(world_.transport.requests.size(), 1U);
}

TEST_F(Isolated, AnAcceptanceIsNotLostWithTheProcessThatWasToReadIt) {
  put(unruly());
  config_.providers = {unruly_section()};
  world_.transport.answers = {answered("{\"order\":23501}")};
  const auto reply = place("after:crash_later");
  ASSERT_TRUE(reply.ok()) << reply.failure().message;
  EXPECT_EQ(world_.transport.requests.size(), 1U) << "asked again, not bought again";
  EXPECT_EQ(view().faults, 1U);
  EXPECT_EQ(view().restarts, 1U);
  EXPECT_THAT(view().last_fault, AllOf(HasSubstr("signal 11"), HasSubstr("asked again")));
}

// Ends the plugin's process while the request is under way.
class KillingTransport final : public HttpTransport {
 public:
  HttpResult send(const HttpRequest&) override {
    ++sent;
    for (const pid_t pid : testing::runners_of_this_process()) ::kill(pid, SIGKILL);
    return answered("{\"order\":23501}");
  }
  int sent = 0;
};

TEST_F(Isolated, APurchaseOutlivesTheProcessOfItsPlugin) {
  put(unruly());
  config_.providers = {unruly_section()};
  KillingTransport transport;
  const PluginEnvironment fake = world_.environment();
  auto loaded = load_plugins(config_, {transport, world_.clock, fake.sleep, fake.entropy, fake.log});
  ASSERT_TRUE(std::holds_alternative<LoadedPlugins>(loaded));
  plugins_ = std::move(std::get<LoadedPlugins>(loaded));
  const auto reply = place("x");
  ASSERT_TRUE(reply.ok()) << reply.failure().message;
  EXPECT_EQ(transport.sent, 1);
  EXPECT_EQ(view().restarts, 1U);
}

class CountingTransport final : public HttpTransport {
 public:
  HttpResult send(const HttpRequest&) override {
    ++sent;
    return answered("{\"order\":23501}");
  }
  int sent = 0;
};

TEST_F(Isolated, KilledAgainAndAgainEveryRequestIsAccountedFor) {
  put(unruly());
  config_.providers = {unruly_section()};
  CountingTransport transport;
  const PluginEnvironment fake = world_.environment();
  auto loaded = load_plugins(config_, {transport, world_.clock, fake.sleep, fake.entropy, fake.log});
  ASSERT_TRUE(std::holds_alternative<LoadedPlugins>(loaded));
  plugins_ = std::move(std::get<LoadedPlugins>(loaded));
  std::atomic<bool> stop{false};
  std::thread killer([&] {
    while (!stop) {
      for (const pid_t pid : testing::runners_of_this_process()) ::kill(pid, SIGKILL);
      std::this_thread::sleep_for(50ms);
    }
  });
  int bought = 0;
  int unknown = 0;
  for (int i = 0; i < 1000 && (bought < 20 || view().restarts < 10); ++i) {
    plugins_.slots[0]->serving()->instance->health().good("place");  // no rest: it is asked without end
    const auto reply = place("x");
    const bool is_unknown = !reply.ok() && classify_place(reply) == PlaceVerdict::kUnknown;
    if (!reply.ok() && !is_unknown) {
      EXPECT_TRUE(reply.exchanges.empty()) << reply.failure().message;
    }
    bought += reply.ok() ? 1 : 0;
    unknown += is_unknown ? 1 : 0;
    std::this_thread::sleep_for(1ms);
  }
  stop = true;
  killer.join();
  EXPECT_EQ(transport.sent, bought + unknown);
  EXPECT_GE(bought, 20);
  EXPECT_GE(view().restarts, 10U);
}

TEST_F(Isolated, ARunnerThatCannotBeStartedAgainLeavesAnUnknownOutcomeAndItsReason) {
  put(unruly());
  config_.providers = {unruly_section()};
  const auto runner = folder_ / "runner";
  std::filesystem::copy_file(runner_program(), runner);
  config_.plugin_runner = runner.string();
  load();
  std::filesystem::remove(runner);
  world_.transport.answers = {answered("{\"order\":23501}")};
  const auto reply = place("after:crash");
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(classify_place(reply), PlaceVerdict::kUnknown);
  EXPECT_THAT(reply.failure().message, HasSubstr("No such file"));
}

TEST_F(Isolated, AnswersAreTheSameInBothModes) {
  put(unruly());
  PluginSection jailed = unruly_section(Isolation::kProcess);
  PluginSection inside = unruly_section(Isolation::kInProcess);
  inside.name = "inside";
  config_.providers = {jailed, inside};
  LoadedPlugins& plugins = load();
  for (const char* how : {"x", "never", "twice", "after:never", "after:twice", "memory_", "open_"}) {
    std::vector<std::string> seen;
    for (const auto& slot : plugins.slots)
      slot->serving()->instance->health().good("place");  // no rest after so many faults
    for (const auto& provider : plugins.providers) {
      world_.transport.answers = {answered("ok")};
      const auto reply = provider->place({"1", how, 100, "0123", 1}, from_unix_ms(0));
      seen.push_back(reply.ok() ? reply.value().order_id : reply.failure().message);
    }
    EXPECT_EQ(seen[0], seen[1]) << how;
  }
  const std::vector<std::string> ids{"1", "22", "333"};
  for (const auto& provider : plugins.providers) {
    const auto statuses = provider->status(ids, from_unix_ms(0));
    ASSERT_TRUE(statuses.ok()) << statuses.failure().message;
    ASSERT_EQ(statuses.value().size(), 3U);
    EXPECT_EQ(statuses.value()[2].remains, 2);
  }
}

TEST_F(Isolated, FaultsInARowEndInQuarantineWhoseReasonIsSeen) {
  put(unruly());
  config_.providers = {unruly_section(Isolation::kInProcess)};
  load();
  for (int i = 0; i < 3; ++i) EXPECT_THAT(place("never").failure().message, HasSubstr("did not answer"));
  EXPECT_THAT(place("x").failure().message, HasSubstr("the plugin rests until"));
  EXPECT_EQ(view().state, "resting");
  EXPECT_EQ(plugins_.providers[0]->unavailable(), "");
  PluginHealth& health = plugins_.slots[0]->serving()->instance->health();
  for (int i = 0; i < 7; ++i) health.fault("place", "crashed", world_.clock.now());
  EXPECT_EQ(view().state, "quarantined");
  EXPECT_THAT(plugins_.providers[0]->unavailable(), AllOf(HasSubstr("in quarantine"), HasSubstr("it crashed")));
  EXPECT_THAT(view().why, HasSubstr("smmhost plugins reload"));
}

TEST_F(Isolated, APluginThatAlwaysFailsToBuyRestsThoughItsStatusesAreGood) {
  put(unruly());
  config_.providers = {unruly_section()};
  load();
  const std::vector<std::string> ids{"1"};
  for (int i = 0; i < PluginHealth::kFaultsBeforeRest; ++i) {
    EXPECT_THAT(place("crash").failure().message, HasSubstr("signal 11"));
    EXPECT_TRUE(plugins_.providers[0]->status(ids, from_unix_ms(0)).ok());
  }
  EXPECT_THAT(place("x").failure().message, HasSubstr("the plugin rests until"));
  EXPECT_TRUE(plugins_.providers[0]->status(ids, from_unix_ms(0)).ok());
}

TEST_F(Isolated, AnOperationInQuarantineLeavesThePluginInUse) {
  put(unruly());
  config_.providers = {unruly_section(Isolation::kInProcess)};
  load();
  PluginHealth& health = plugins_.slots[0]->serving()->instance->health();
  for (int i = 0; i < PluginHealth::kFaultsBeforeQuarantine; ++i) health.fault("balance", "spins", world_.clock.now());
  EXPECT_EQ(view().state, "impaired");
  EXPECT_THAT(view().why, HasSubstr("in quarantine after 10 faults in a row in balance"));
  EXPECT_EQ(plugins_.providers[0]->unavailable(), "");
  world_.transport.answers = {answered("ok")};
  EXPECT_TRUE(place("x").ok());
  EXPECT_THAT(plugins_.providers[0]->balance(from_unix_ms(0)).failure().message, HasSubstr("in quarantine"));
}

TEST_F(Isolated, APluginThatBlamesItselfIsCounted) {
  put(unruly());
  config_.providers = {unruly_section(Isolation::kInProcess)};
  load();
  EXPECT_FALSE(plugins_.providers[0]->balance(from_unix_ms(0)).ok());
  EXPECT_EQ(view().faults, 1U);
  EXPECT_THAT(view().last_fault, HasSubstr("the plugin's own fault"));
}

TEST_F(Isolated, APinnedPluginIsTakenAndAnotherIsNot) {
  const auto file = put(unruly());
  config_.providers = {unruly_section(Isolation::kInProcess)};
  config_.providers[0].sha256 = inspect_plugin(file).sha256;
  EXPECT_EQ(error_of(), "loaded");
  config_.providers[0].sha256 = std::string(64, '0');
  EXPECT_THAT(error_of(), AllOf(HasSubstr("its SHA-256 is " + inspect_plugin(file).sha256), HasSubstr("pins 0000")));
}

TEST_F(Isolated, SafeModeLeavesStrangersOut) {
  put(unruly());
  config_.providers = {unruly_section()};
  config_.safe_mode = true;
  load();
  EXPECT_THAT(plugins_.providers[0]->unavailable(), HasSubstr("safe mode"));
  EXPECT_EQ(view().state, "not_loaded");
  const auto reply = place("x");
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(classify_place(reply), PlaceVerdict::kNotSent);
  EXPECT_FALSE(plugins_.providers[0]->capabilities().status);
}

TEST_F(Isolated, ACrashWhileLoadingJailedIsRememberedToo) {
  put(unruly("crashes_while_loading"), "crashes_while_loading");
  config_.providers = {testing::section("crashes_while_loading")};
  load();
  EXPECT_THAT(plugins_.providers[0]->unavailable(), HasSubstr("signal 11"));
  load();
  EXPECT_THAT(plugins_.providers[0]->unavailable(), AllOf(HasSubstr("it is in quarantine"), HasSubstr("signal 11")));
}

TEST_F(Isolated, WhatWasKilledOrLateWhileLoadingIsNotQuarantined) {
  put(unruly("spins_while_loading"), "spins_while_loading");
  config_.providers = {testing::section("spins_while_loading")};
  std::atomic<bool> stop{false};
  std::thread killer([&] {
    while (!stop) {
      for (const pid_t pid : testing::runners_of_this_process()) ::kill(pid, SIGKILL);
      std::this_thread::sleep_for(10ms);
    }
  });
  load();
  stop = true;
  killer.join();
  EXPECT_THAT(plugins_.providers[0]->unavailable(), HasSubstr("signal 9"));
  EXPECT_EQ(LoadJournal(config_.plugin_state).quarantined(inspect_plugin(unruly("spins_while_loading")).sha256),
            std::nullopt);
}

TEST_F(Isolated, WithoutARunnerNothingIsJailedAndNothingQuarantined) {
  put(unruly());
  config_.providers = {unruly_section()};
  config_.plugin_runner = "/nonexistent/smm-plugin-runner";
  EXPECT_THAT(error_of(), HasSubstr("/nonexistent/smm-plugin-runner: No such file"));
  config_.plugin_runner = runner_program();
  EXPECT_EQ(error_of(), "loaded");
}

}  // namespace
}  // namespace smmhost
