// The loop between a plugin and the world: what is sent, what never is, what is kept, and whose fault it was.
#include "host/plugin/driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "core/fulfilment/classify_place.h"
#include "host/plugin/plugin_provider.h"
#include "host/plugin/test_support.h"

namespace smmhost {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using testing::answered;
using ::testing::ElementsAre;
using testing::FakeWorld;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::unanswered;

constexpr const char* kKey = "canary&key";

class Driver : public ::testing::Test {
 protected:
  void open(bool allow_http = false, const std::string& plugin = "actor") {
    PluginSection section =
        plugin == "actor" ? testing::section(plugin, {{"api_key", kKey}}) : testing::section(plugin);
    section.allow_http = allow_http;
    provider_ = std::make_unique<PluginProvider>(testing::open_zoo(plugin, section, world_.environment()), 30s,
                                                 allow_http, world_.environment());
  }

  Reply<PlacedOrder> place(const std::string& behaviour) {
    if (!provider_) open();
    return provider_->place({"1", behaviour, 100, "0123456789abcdef0123456789abcdef", 3}, from_unix_ms(42));
  }

  std::vector<HttpRequest>& requests() { return world_.transport.requests; }
  std::deque<HttpResult>& answers() { return world_.transport.answers; }

  FakeWorld world_;
  std::unique_ptr<PluginProvider> provider_;
};

TEST_F(Driver, APurchaseIsSentWithTheSecretAndKeptWithout) {
  answers() = {answered("order=23501")};
  const auto reply = place("accept");
  ASSERT_TRUE(reply.ok()) << reply.failure().message;
  EXPECT_EQ(reply.value().order_id, "23501");
  EXPECT_EQ(reply.value().charge, (Money{270'000, "USD"}));
  ASSERT_EQ(requests().size(), 1U);
  EXPECT_EQ(requests()[0].url, "https://panel.example/api");
  EXPECT_EQ(requests()[0].body, "key=canary%26key&link=accept");
  EXPECT_EQ(requests()[0].effect, HttpEffect::kWriteOnce);
  EXPECT_EQ(requests()[0].timeout, 30s);

  ASSERT_EQ(reply.exchanges.size(), 1U);
  const Exchange& kept = reply.exchanges[0];
  EXPECT_EQ(kept.request_body, "key=***&link=accept");
  EXPECT_EQ(kept.response_body, "order=23501");
  EXPECT_EQ(kept.peer, "panel");
  EXPECT_EQ(kept.operation, "place");
  EXPECT_EQ(kept.attempt, 3);
  EXPECT_EQ(kept.method, "POST");
  EXPECT_EQ(kept.status, 200);
  EXPECT_EQ(kept.outcome, TransportOutcome::kAnswered);
  EXPECT_EQ(kept.id.size(), 32U);
  EXPECT_EQ(kept.started_at, world_.clock.now());
}

TEST_F(Driver, ASecretThatComesBackIsSeenByNobody) {
  answers() = {answered("your key canary&key (canary%26key) is wrong")};
  const auto reply = place("echo");
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().upstream, "your key *** (***) is wrong");
  EXPECT_EQ(reply.exchanges[0].response_body, "your key *** (***) is wrong");
}

TEST_F(Driver, ThePluginGetsNoSecret) {
  const auto reply = place("settings");
  ASSERT_FALSE(reply.ok());
  EXPECT_THAT(reply.failure().message, AllOf(HasSubstr("api_key=${secret:api_key};"), HasSubstr("limit=5;"),
                                             HasSubstr("pause=2000;"), Not(HasSubstr("canary"))));
}

TEST_F(Driver, ASecretInTheQueryIsMaskedInTheEvidence) {
  answers() = {answered("order=1")};
  const auto reply = place("secret_in_query");
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(requests()[0].url, "https://panel.example/api?key=canary%26key");
  EXPECT_EQ(reply.exchanges[0].url, "https://panel.example/api?key=***");
}

TEST_F(Driver, EvidenceIsCappedAndValidUtf8) {
  answers() = {answered("error=1" + std::string(1, '\xff') + std::string(100'000, 'x'))};
  const auto reply = place("refused");
  EXPECT_EQ(reply.exchanges[0].response_body.size(), std::size_t{16} << 10);
  EXPECT_EQ(reply.exchanges[0].response_body.substr(0, 10), "error=1\xEF\xBF\xBD");
}

struct Refused {
  const char* behaviour;
  FailureCode code;
  const char* words;
};

class NeverSent : public Driver, public ::testing::WithParamInterface<Refused> {};

TEST_P(NeverSent, EndsTheCallWithTheReason) {
  const auto reply = place(GetParam().behaviour);
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, GetParam().code);
  EXPECT_THAT(reply.failure().message, HasSubstr(GetParam().words));
  EXPECT_TRUE(requests().empty());
  for (const Exchange& exchange : reply.exchanges) EXPECT_EQ(exchange.outcome, TransportOutcome::kNotSent);
}

INSTANTIATE_TEST_SUITE_P(
    Requests, NeverSent,
    ::testing::Values(Refused{"never", FailureCode::kInternal, "did not answer"},
                      Refused{"twice", FailureCode::kInternal, "answered more than once"},
                      Refused{"undeclared", FailureCode::kInternal, "undeclared.example, which neither"},
                      Refused{"declared_other_port", FailureCode::kInternal, "declared.example:8443, which neither"},
                      Refused{"declared_plain", FailureCode::kInternal, "allow_http"},
                      Refused{"unknown_secret", FailureCode::kConfig, "`other`"},
                      Refused{"secret_in_path", FailureCode::kConfig, "outside the query"},
                      Refused{"null_result", FailureCode::kInternal, "gave no result"},
                      Refused{"small_result", FailureCode::kBadResponse, "incomplete result"},
                      Refused{"bad_code", FailureCode::kInternal, "4711"},
                      Refused{"ok_code", FailureCode::kInternal, "code 0"},
                      Refused{"no_effect", FailureCode::kInternal, "without an effect"},
                      Refused{"claims", FailureCode::kInternal, "no request of it was answered"},
                      Refused{"waits_long", FailureCode::kUpstreamDown, "longer than this call may take"}));

TEST_F(Driver, DeclaredHostsAreAllowed) {
  answers() = {answered("order=1")};
  EXPECT_TRUE(place("declared").ok());
  EXPECT_EQ(requests()[0].url, "https://declared.example/x");
}

TEST_F(Driver, PlainHttpIsSentWhereTheSectionAllowsIt) {
  open(true);
  answers() = {answered("order=1")};
  place("declared_plain");
  EXPECT_EQ(requests().size(), 1U);
}

TEST_F(Driver, AnOperationThatOnlyReadsMayNotWrite) {
  open();
  const auto reply = provider_->balance(from_unix_ms(0));
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kInternal);
  EXPECT_THAT(reply.failure().message, HasSubstr("stronger effect"));
  EXPECT_TRUE(requests().empty());
}

TEST_F(Driver, ASecondPurchaseInOneCallIsNeverSent) {
  for (const TransportOutcome first : {TransportOutcome::kAnswered, TransportOutcome::kMaybeSent}) {
    requests().clear();
    answers() = {first == TransportOutcome::kAnswered ? answered("what?") : unanswered(first)};
    const auto reply = place("second_purchase");
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.failure().code, FailureCode::kOutcomeUnknown);
    EXPECT_EQ(requests().size(), 1U);
    ASSERT_EQ(reply.exchanges.size(), 2U);
    EXPECT_THAT(reply.exchanges[1].error, HasSubstr("second purchase"));
  }
}

TEST_F(Driver, APurchaseThatCertainlyDidNotLeaveMayBeTriedAgain) {
  answers() = {unanswered(TransportOutcome::kNotSent), unanswered(TransportOutcome::kNotSent), answered("x")};
  EXPECT_EQ(place("second_purchase").failure().code, FailureCode::kOutcomeUnknown);
  EXPECT_EQ(requests().size(), 3U);
}

class AfterAPurchaseLeft : public Driver, public ::testing::WithParamInterface<const char*> {};

TEST_P(AfterAPurchaseLeft, EveryFaultIsAnUnknownOutcome) {
  answers() = {answered("order=1")};
  const auto reply = place(GetParam());
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kOutcomeUnknown);
}

INSTANTIATE_TEST_SUITE_P(Faults, AfterAPurchaseLeft,
                         ::testing::Values("never_after", "twice_after", "undeclared_after", "no_id", "down_always"));

TEST_F(Driver, AHundredOrdersMayBeAskedForOneByOne) {
  open();
  answers().assign(100, answered(""));
  std::vector<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.push_back("each" + std::to_string(i));
  const auto reply = provider_->status(ids, from_unix_ms(0));
  ASSERT_TRUE(reply.ok()) << reply.failure().message;
  EXPECT_EQ(reply.value().size(), 100U);
  EXPECT_EQ(requests().size(), 100U);
}

TEST_F(Driver, StepsAreCounted) {
  answers().assign(200, answered("again"));
  const auto reply = place("endless");
  EXPECT_EQ(reply.failure().code, FailureCode::kInternal);
  EXPECT_THAT(reply.failure().message, HasSubstr("more than 128 steps"));
  EXPECT_EQ(requests().size(), 128U);
}

TEST_F(Driver, AfterAWriteTheStepsAreFewer) {
  answers().assign(200, answered("again"));
  const auto reply = place("endless_after");
  EXPECT_EQ(reply.failure().code, FailureCode::kOutcomeUnknown);
  EXPECT_EQ(requests().size(), 16U);
}

TEST_F(Driver, APurchaseIsNotSentWhereNoStepIsLeftToReadItsAnswer) {
  answers().assign(14, answered("read"));
  answers().push_back(answered("order=1"));
  EXPECT_TRUE(place("reads_14").ok());
  requests().clear();
  answers().assign(200, answered("order=1"));
  for (const char* late : {"reads_15", "reads_16", "reads_40"}) {
    const auto reply = place(late);
    EXPECT_EQ(reply.failure().code, FailureCode::kInternal) << late;
    EXPECT_THAT(reply.failure().message, HasSubstr("more than 16 steps")) << late;
  }
  for (const HttpRequest& request : requests()) EXPECT_EQ(request.effect, HttpEffect::kRead);
}

TEST_F(Driver, TheWholeCallHasOneDeadline) {
  for (int i = 0; i < 16; ++i) {
    HttpResult slow = answered("again");
    slow.elapsed = 25s;
    answers().push_back(slow);
  }
  const auto reply = place("endless");
  EXPECT_EQ(reply.failure().code, FailureCode::kUpstreamDown);
  ASSERT_EQ(requests().size(), 3U);  // 60 seconds in all
  EXPECT_LE(requests()[2].timeout, 10s);
}

TEST_F(Driver, AWaitIsSleptAndCounted) {
  answers() = {answered("order=5")};
  const auto reply = place("waits");
  ASSERT_TRUE(reply.ok()) << reply.failure().message;
  EXPECT_THAT(world_.slept, ElementsAre(1500ms));
}

TEST_F(Driver, AStoppingHostEndsTheWait) {
  world_.stopping = true;
  EXPECT_EQ(place("waits").failure().message, "the host is stopping");
  EXPECT_TRUE(requests().empty());
}

TEST_F(Driver, APluginsWordsAreMadePresentable) {
  EXPECT_EQ(place("invalid_utf8").failure().message,
            "a\xEF\xBF\xBD\xEF\xBF\xBD"
            "b");
}

TEST_F(Driver, FaultsAreLoggedWithTheSectionsName) {
  place("never");
  EXPECT_THAT(world_.logged,
              ElementsAre("panel: opened", HasSubstr("panel: the plugin is at fault: in place it did not answer")));
}

TEST_F(Driver, ATransportThatThrowsLeavesTheOutcomeOpen) {
  class Throwing final : public HttpTransport {
    HttpResult send(const HttpRequest&) override { throw std::runtime_error("boom"); }
  } throwing;
  const PluginEnvironment fake = world_.environment();
  const PluginEnvironment environment{throwing, world_.clock, fake.sleep, fake.entropy, fake.log};
  PluginProvider provider(testing::open_zoo("actor", testing::section("actor", {{"api_key", kKey}}), environment), 30s,
                          false, environment);
  const auto reply = provider.place({"1", "accept", 1, "k", 1}, from_unix_ms(0));
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kOutcomeUnknown);
  EXPECT_EQ(reply.exchanges.at(0).outcome, TransportOutcome::kMaybeSent);
}

TEST_F(Driver, AnExceptionInACppPluginIsItsFailureAndNotOurs) {
  open(false, "thrower");
  EXPECT_EQ(place("before").failure().code, FailureCode::kInternal);
  EXPECT_TRUE(requests().empty());
  answers() = {answered("x")};
  EXPECT_EQ(place("after").failure().code, FailureCode::kOutcomeUnknown);
}

TEST_F(Driver, ACallThatGotNoTurnIsNoGoodWork) {
  class Holding final : public HttpTransport {
   public:
    HttpResult send(const HttpRequest&) override {
      ++under_way;
      while (hold) std::this_thread::sleep_for(1ms);
      return answered("order=1");
    }
    std::atomic<int> under_way{0};
    std::atomic<bool> hold{true};
  } holding;
  const PluginEnvironment fake = world_.environment();
  const PluginEnvironment environment{holding, world_.clock, fake.sleep, fake.entropy, fake.log};
  auto instance = testing::open_zoo("actor", testing::section("actor", {{"api_key", kKey}}), environment);
  PluginHealth& health = instance->health();
  PluginProvider provider(std::move(instance), 20ms, false, environment);
  const auto buy = [&] { return provider.place({"1", "accept", 1, "k", 1}, from_unix_ms(0)); };
  for (int i = 1; i < PluginHealth::kFaultsBeforeRest; ++i) health.fault("place", "crashed", world_.clock.now());
  std::thread first([&] { EXPECT_TRUE(buy().ok()); });
  std::thread second([&] { EXPECT_TRUE(buy().ok()); });
  while (holding.under_way < 2) std::this_thread::sleep_for(1ms);
  EXPECT_THAT(buy().failure().message, HasSubstr("nothing was sent"));
  health.fault("place", "crashed", world_.clock.now());
  EXPECT_NE(health.objection("place", world_.clock.now()), std::nullopt);
  holding.hold = false;
  first.join();
  second.join();
}

TEST_F(Driver, AnInstanceGetsNoMoreCallsAtOnceThanItsManifestAllows) {
  class Counting final : public HttpTransport {
   public:
    HttpResult send(const HttpRequest&) override {
      const int now = ++under_way;
      int seen = most;
      while (seen < now && !most.compare_exchange_weak(seen, now)) continue;
      std::this_thread::sleep_for(2ms);
      --under_way;
      return answered("order=1");
    }
    std::atomic<int> under_way{0};
    std::atomic<int> most{0};
  } counting;
  const PluginEnvironment fake = world_.environment();
  const PluginEnvironment environment{counting, world_.clock, fake.sleep, fake.entropy, fake.log};
  PluginProvider provider(testing::open_zoo("actor", testing::section("actor", {{"api_key", kKey}}), environment), 30s,
                          false, environment);
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 5; ++n) EXPECT_TRUE(provider.place({"1", "accept", 1, "k", 1}, from_unix_ms(0)).ok());
    });
  for (auto& thread : threads) thread.join();
  EXPECT_LE(counting.most, 2);
}

TEST_F(Driver, ACallWhoseTurnComesLateIsNotSentWithTooLittleTimeLeft) {
  class Blocking final : public HttpTransport {
   public:
    HttpResult send(const HttpRequest& request) override {
      std::unique_lock lock(mutex);
      shortest = std::min(shortest, request.timeout);
      ++under_way;
      changed.notify_all();
      changed.wait(lock, [&] { return released; });
      return answered("order=1");
    }
    void wait_for_two() {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return under_way == 2; });
    }
    void release() {
      const std::lock_guard lock(mutex);
      released = true;
      changed.notify_all();
    }

    std::mutex mutex;
    std::condition_variable changed;
    Duration shortest = 1h;
    int under_way = 0;
    bool released = false;
  } blocking;
  const PluginEnvironment fake = world_.environment();
  const PluginEnvironment environment{blocking, world_.clock, fake.sleep, fake.entropy, fake.log};
  PluginProvider provider(testing::open_zoo("actor", testing::section("actor", {{"api_key", kKey}}), environment),
                          400ms, false, environment);
  const auto buy = [&] { return provider.place({"1", "accept", 1, "k", 1}, from_unix_ms(0)); };
  auto first = std::async(std::launch::async, buy);
  auto second = std::async(std::launch::async, buy);
  blocking.wait_for_two();
  auto late = std::async(std::launch::async, buy);
  std::this_thread::sleep_for(600ms);  // of the 800 that a call may take
  blocking.release();
  EXPECT_TRUE(first.get().ok());
  EXPECT_TRUE(second.get().ok());
  const auto reply = late.get();
  EXPECT_GE(blocking.shortest, 300ms);
  EXPECT_TRUE(reply.ok() || classify_place(reply) == PlaceVerdict::kNotSent);
}

}  // namespace
}  // namespace smmhost
