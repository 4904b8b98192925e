// A new copy takes over while the old one still works.
#include "host/plugin/reload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>

#include "host/plugin/load_journal.h"
#include "host/plugin/registry.h"
#include "host/plugin/temporary_plugins_fixture.h"

namespace smmhost {
namespace {

using namespace std::chrono_literals;
using testing::answered;
using ::testing::HasSubstr;

// Answers every request; holds those that it is told to until they are let go.
class HoldingTransport final : public HttpTransport {
 public:
  HttpResult send(const HttpRequest&) override {
    ++under_way;
    while (hold) std::this_thread::sleep_for(1ms);
    --under_way;
    return answered("ok");
  }
  std::atomic<bool> hold{false};
  std::atomic<int> under_way{0};
};

class Reloaded : public testing::TemporaryPlugins, public ::testing::WithParamInterface<Isolation> {
 protected:
  void load() {
    put(unruly());
    config_.providers = {unruly_section(GetParam())};
    const PluginEnvironment fake = world_.environment();
    const PluginEnvironment environment{transport_, world_.clock, fake.sleep, fake.entropy, fake.log};
    auto loaded = load_plugins(config_, environment);
    ASSERT_TRUE(std::holds_alternative<LoadedPlugins>(loaded)) << std::get<1>(loaded).front().message;
    plugins_ = std::move(std::get<LoadedPlugins>(loaded));
    reloader_ = std::make_unique<PluginReloader>(config_, environment, plugins_.slots);
  }
  Reply<PlacedOrder> place(const std::string& how) {
    return plugins_.providers.at(0)->place({"1", how, 100, "0123", 1}, from_unix_ms(0));
  }
  // Calls since the copy that serves was loaded.
  std::string count() { return place("count").failure().message; }
  PluginView view() { return reloader_->views(world_.clock.now()).at(0); }
  void write_cassette(const std::string& order_id, const std::string& link = "x") {
    std::filesystem::create_directories(folder_ / "cassettes" / "unruly");
    std::ofstream(folder_ / "cassettes" / "unruly" / "place.json")
        << R"({"interface": "smm.provider/1", "operation": "place", "input": {"service_id": "1", "link": ")" << link
        << R"("},
               "exchanges": [{"request": {"method": "POST", "effect": "write_once"}, "response": {"status": 200}}],
               "outcome": {"done": {"order_id": ")"
        << order_id << R"("}}})";
  }

  HoldingTransport transport_;
  LoadedPlugins plugins_;
  std::unique_ptr<PluginReloader> reloader_;
};

INSTANTIATE_TEST_SUITE_P(Modes, Reloaded, ::testing::Values(Isolation::kProcess, Isolation::kInProcess));

TEST_P(Reloaded, TheNewCopySharesNothingWithTheOld) {
  load();
  EXPECT_EQ(count(), "1");
  EXPECT_EQ(count(), "2");
  const ReloadOutcome outcome = reloader_->reload("unruly");
  ASSERT_EQ(outcome.result, ReloadOutcome::Result::kReloaded) << outcome.message;
  EXPECT_EQ(count(), "1");
  EXPECT_EQ(view().loaded, 2U);
}

TEST_P(Reloaded, ACallInTheMiddleEndsWithTheCopyItBeganWith) {
  load();
  transport_.hold = true;
  Reply<PlacedOrder> reply{Failure{}, {}};
  std::thread caller([&] { reply = place("after:count"); });
  while (transport_.under_way == 0) std::this_thread::sleep_for(1ms);
  const ReloadOutcome outcome = reloader_->reload("unruly");
  ASSERT_EQ(outcome.result, ReloadOutcome::Result::kReloaded) << outcome.message;
  EXPECT_EQ(outcome.draining, 1);
  EXPECT_EQ(count(), "1");
  transport_.hold = false;
  caller.join();
  EXPECT_EQ(reply.failure().message, "2") << "the second call of the old copy";
  EXPECT_EQ(view().draining, 0);
}

TEST_P(Reloaded, UnderLoadNoPurchaseIsLost) {
  load();
  std::atomic<bool> stop{false};
  std::atomic<int> bought{0};
  std::vector<std::thread> buyers;
  for (int i = 0; i < 3; ++i)
    buyers.emplace_back([&] {
      while (!stop) {
        const auto reply = place("x");
        ASSERT_TRUE(reply.ok()) << reply.failure().message;
        ++bought;
      }
    });
  for (int i = 0; i < 4; ++i) {
    const int before = bought;
    const ReloadOutcome outcome = reloader_->reload("unruly");
    EXPECT_EQ(outcome.result, ReloadOutcome::Result::kReloaded) << outcome.message;
    while (bought < before + 20) std::this_thread::sleep_for(1ms);
  }
  stop = true;
  for (std::thread& buyer : buyers) buyer.join();
  EXPECT_EQ(view().faults, 0U);
}

TEST_P(Reloaded, ANewCopyThatFailsLeavesTheOldInPlace) {
  load();
  EXPECT_EQ(count(), "1");
  put(testing::zoo("newer_abi"));
  EXPECT_THAT(reloader_->reload("unruly").message, HasSubstr("the copy that served goes on: "));
  put(testing::zoo("actor"));
  EXPECT_THAT(reloader_->reload("unruly").message, HasSubstr("holds the plugin actor"));
  std::filesystem::remove(folder_ / "unruly.so");
  EXPECT_THAT(reloader_->reload("unruly").message, HasSubstr("there is no such file"));
  EXPECT_EQ(count(), "2");
  EXPECT_EQ(view().loaded, 1U);
  EXPECT_EQ(reloader_->reload("stranger").result, ReloadOutcome::Result::kUnknownPlugin);
}

TEST_P(Reloaded, CassettesAreReplayedFirst) {
  load();
  write_cassette("4711");
  ReloadOutcome outcome = reloader_->reload("unruly");
  ASSERT_EQ(outcome.result, ReloadOutcome::Result::kReloaded) << outcome.message;
  EXPECT_EQ(outcome.replayed, 1);
  write_cassette("4712");
  outcome = reloader_->reload("unruly");
  EXPECT_EQ(outcome.result, ReloadOutcome::Result::kRefused);
  EXPECT_THAT(outcome.message, HasSubstr("1 of 1 cassettes do not replay; place: expected"));
  EXPECT_EQ(view().loaded, 2U);
}

// "1 of 0 cassettes do not replay" says nothing to anybody.
TEST_P(Reloaded, ACassetteThatCannotBeReadIsToldInAWholeSentence) {
  load();
  write_cassette("4711");
  std::ofstream(folder_ / "cassettes" / "unruly" / "torn.json") << "{";
  const ReloadOutcome outcome = reloader_->reload("unruly");
  EXPECT_EQ(outcome.result, ReloadOutcome::Result::kRefused);
  EXPECT_THAT(outcome.message, HasSubstr("its cassettes cannot be replayed; "));
  EXPECT_THAT(outcome.message, HasSubstr("torn.json"));
}

TEST_P(Reloaded, HowTheNewCopyIsConfinedIsLogged) {
  load();
  const auto said = [&] {
    return std::count_if(world_.logged.begin(), world_.logged.end(), [](const std::string& line) {
      return line.find("runs in a process of its own: ") != std::string::npos;
    });
  };
  const auto before = said();
  ASSERT_EQ(reloader_->reload("unruly").result, ReloadOutcome::Result::kReloaded);
  EXPECT_EQ(said() - before, GetParam() == Isolation::kProcess ? 1 : 0);
}

// Where the sections say that it runs in this process, it has been tried in another before.
class ReloadedIntoTheHost : public Reloaded {
 protected:
  void expect_the_old_copy_goes_on(const std::string& why) {
    const ReloadOutcome outcome = reloader_->reload("unruly");
    EXPECT_EQ(outcome.result, ReloadOutcome::Result::kRefused);
    EXPECT_THAT(outcome.message, ::testing::AllOf(HasSubstr("the copy that served goes on: "), HasSubstr(why)));
    EXPECT_EQ(count(), "2");
    EXPECT_EQ(view().loaded, 1U);
  }
};

INSTANTIATE_TEST_SUITE_P(Modes, ReloadedIntoTheHost, ::testing::Values(Isolation::kInProcess));

TEST_P(ReloadedIntoTheHost, ACopyThatCrashesWhileItIsLoadedEndsNobodyElse) {
  load();
  EXPECT_EQ(count(), "1");
  put(unruly("unruly_crashes"));
  expect_the_old_copy_goes_on("while it was loaded for [provider.panel] it crashed (killed by signal 11");
  EXPECT_NE(LoadJournal(config_.plugin_state).quarantined(inspect_plugin(unruly("unruly_crashes")).sha256),
            std::nullopt)
      << "or the next start would crash";
}

TEST_P(ReloadedIntoTheHost, ACopyThatCrashesInOpenEndsNobodyElse) {
  load();
  EXPECT_EQ(count(), "1");
  put(unruly("unruly_crashes_in_open"));
  expect_the_old_copy_goes_on("killed by signal 11");
}

TEST_P(ReloadedIntoTheHost, ACopyThatSpinsWhileItIsLoadedHoldsNobodyUp) {
  load();
  EXPECT_EQ(count(), "1");
  put(unruly("unruly_spins"));
  expect_the_old_copy_goes_on("without an answer");
  put(unruly());
  EXPECT_EQ(reloader_->reload("unruly").result, ReloadOutcome::Result::kReloaded);
}

TEST_P(ReloadedIntoTheHost, ACopyThatCrashesOverACassetteEndsNobodyElse) {
  load();
  EXPECT_EQ(count(), "1");
  write_cassette("4711", "crash");
  expect_the_old_copy_goes_on("killed by signal 11");
}

TEST_P(Reloaded, AReloadLiftsTheQuarantineOfTheCopyBefore) {
  load();
  for (int i = 0; i < PluginHealth::kFaultsBeforeQuarantine; ++i)
    plugins_.slots[0]->serving()->instance->health().fault("place", "crashed", world_.clock.now());
  EXPECT_FALSE(place("x").ok());
  EXPECT_EQ(reloader_->reload("unruly").result, ReloadOutcome::Result::kReloaded);
  EXPECT_TRUE(place("x").ok());
}

}  // namespace
}  // namespace smmhost
