#include "core/fulfilment/provider_gate.h"

#include <gtest/gtest.h>

#include <future>
#include <set>
#include <thread>
#include <vector>

namespace smmhost {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Time kStart = from_unix_ms(1'768'483'231'000);

ProviderGate gate_with(GateSettings settings) {
  return ProviderGate("machinesmm", settings, [] { return std::uint64_t{7}; });
}

TEST(ProviderGate, LetsTheBurstThroughAndThenTheRate) {
  ProviderGate gate("machinesmm", {.calls_per_minute = 60, .burst = 3}, [] { return std::uint64_t{7}; });
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(gate.admit(kStart).admitted);
  const Admission refused = gate.admit(kStart);
  EXPECT_FALSE(refused.admitted);
  EXPECT_FALSE(refused.breaker);
  EXPECT_EQ(refused.retry_at, kStart + seconds{1});
  EXPECT_TRUE(gate.admit(kStart + seconds{1}).admitted);
  EXPECT_FALSE(gate.admit(kStart + milliseconds{1'500}).admitted);
}

TEST(ProviderGate, TellsRefusedCallersToComeBackOneAfterTheOther) {
  ProviderGate gate("machinesmm", {.calls_per_minute = 60, .burst = 1}, [] { return std::uint64_t{7}; });
  EXPECT_TRUE(gate.admit(kStart).admitted);
  std::set<Time> times;
  for (int i = 0; i < 10; ++i) times.insert(gate.admit(kStart).retry_at);
  EXPECT_EQ(times.size(), 10u);
}

TEST(ProviderGate, OpensAfterFailuresInARowAndTriesOneCallAfterThePause) {
  ProviderGate gate("machinesmm", {.burst = 100, .breaker_failures = 3, .breaker_pause = seconds{30}},
                    [] { return std::uint64_t{7}; });
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(gate.admit(kStart).admitted);
    gate.failed(kStart, "connection refused");
  }
  const Admission refused = gate.admit(kStart + seconds{29});
  EXPECT_TRUE(refused.breaker);
  EXPECT_EQ(refused.why, "connection refused");
  const Time after = kStart + seconds{46};
  EXPECT_TRUE(gate.admit(after).admitted);
  EXPECT_FALSE(gate.admit(after).admitted) << "only one trial at a time";
  gate.succeeded(after);
  EXPECT_TRUE(gate.admit(after).admitted);
  EXPECT_FALSE(gate.view(after).open);
}

TEST(ProviderGate, AFailedTrialPausesLonger) {
  ProviderGate gate("machinesmm", {.burst = 100, .breaker_failures = 1, .breaker_pause = seconds{30}},
                    [] { return std::uint64_t{7}; });
  gate.failed(kStart, "down");
  const Time first = *gate.view(kStart).retry_at;
  EXPECT_TRUE(gate.admit(first).admitted);
  gate.failed(first, "down");
  EXPECT_GE(*gate.view(first).retry_at - first, seconds{60});
}

TEST(ProviderGate, CallsThatWereUnderWayWhenItOpenedDoNotMakeThePauseLonger) {
  ProviderGate gate("machinesmm", {.burst = 100, .breaker_failures = 3, .breaker_pause = seconds{30}},
                    [] { return std::uint64_t{7}; });
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(gate.admit(kStart).admitted);
  for (int i = 0; i < 8; ++i) gate.failed(kStart + seconds{1}, "no answer in time");
  const Time trial = *gate.view(kStart + seconds{1}).retry_at;
  EXPECT_LE(trial - kStart, seconds{1} + seconds{45});
  EXPECT_TRUE(gate.admit(trial).admitted);
  gate.failed(trial, "no answer in time");
  const Duration second = *gate.view(trial).retry_at - trial;
  EXPECT_GE(second, seconds{60});
  EXPECT_LE(second, seconds{75});
}

TEST(ProviderGate, ATrialThatNeverReportsDoesNotCloseTheProviderForEver) {
  ProviderGate gate("machinesmm", {.burst = 100, .breaker_failures = 1, .breaker_pause = seconds{30}},
                    [] { return std::uint64_t{7}; });
  gate.failed(kStart, "down");
  const Time first = *gate.view(kStart).retry_at;
  EXPECT_TRUE(gate.admit(first).admitted);
  EXPECT_TRUE(gate.admit(first + seconds{31}).admitted);
}

TEST(ProviderGate, ACallThatIsNotMadeAfterAllGivesItsTokenAndTheTrialBack) {
  ProviderGate gate("machinesmm", {.calls_per_minute = 60, .burst = 1, .breaker_failures = 1},
                    [] { return std::uint64_t{7}; });
  EXPECT_TRUE(gate.admit(kStart).admitted);
  gate.withdrawn();
  EXPECT_TRUE(gate.admit(kStart).admitted);
  EXPECT_FALSE(gate.admit(kStart).admitted);
  gate.failed(kStart, "down");
  const Time trial = *gate.view(kStart).retry_at;
  EXPECT_TRUE(gate.admit(trial).admitted);
  gate.withdrawn();
  EXPECT_TRUE(gate.admit(trial).admitted);
}

TEST(ProviderGate, ASuccessEndsTheRowOfFailures) {
  ProviderGate gate("machinesmm", {.burst = 100, .breaker_failures = 2}, [] { return std::uint64_t{7}; });
  gate.failed(kStart, "down");
  gate.succeeded(kStart);
  gate.failed(kStart, "down");
  EXPECT_TRUE(gate.admit(kStart).admitted);
}

TEST(ProviderGate, WaitsAsLongAsTheOtherSideAsks) {
  auto gate = gate_with({});
  gate.failed(kStart, "too many requests", minutes{2});
  EXPECT_FALSE(gate.admit(kStart + seconds{119}).admitted);
  EXPECT_EQ(gate.view(kStart).retry_at, kStart + minutes{2});
  EXPECT_TRUE(gate.admit(kStart + minutes{2}).admitted);
}

TEST(ProviderGate, WhatOtherHostsHaveTakenIsNotThere) {
  int left = 1;
  ProviderGate gate("machinesmm", {.calls_per_minute = 60, .burst = 3}, [] { return std::uint64_t{7}; },
                    {.take = [&](Time) { return left-- > 0 ? std::nullopt : std::optional<Duration>(seconds{5}); }});
  EXPECT_TRUE(gate.admit(kStart).admitted);
  const Admission refused = gate.admit(kStart);
  EXPECT_FALSE(refused.admitted);
  EXPECT_FALSE(refused.breaker);
  EXPECT_GE(refused.retry_at, kStart + seconds{5});
  left = 5;
  EXPECT_TRUE(gate.admit(kStart + seconds{5}).admitted);
  EXPECT_TRUE(gate.admit(kStart + seconds{5}).admitted) << "a refusal took no token of this host's own";
}

TEST(ProviderGate, ARefusedKeyIsSeenUntilItIsTaken) {
  auto gate = gate_with({});
  gate.key_refused(kStart, "not subscribed");
  gate.failed(kStart, "not subscribed");
  gate.key_refused(kStart + minutes{5}, "not subscribed");
  gate.failed(kStart + minutes{6}, "timed out");
  EXPECT_EQ(gate.view(kStart + minutes{6}).key_refused_since, kStart);
  EXPECT_EQ(gate.view(kStart + minutes{6}).key_refusal, "not subscribed");
  gate.succeeded(kStart + minutes{7});
  EXPECT_EQ(gate.view(kStart + minutes{7}).key_refused_since, std::nullopt);
}

TEST(ProviderGate, ARefusalOfTheOthersLeavesTheTrialCallToTheNext) {
  bool free = false;
  ProviderGate gate("machinesmm", {.burst = 100, .breaker_failures = 1, .breaker_pause = seconds{30}},
                    [] { return std::uint64_t{7}; },
                    {.take = [&](Time) { return free ? std::nullopt : std::optional<Duration>(seconds{1}); }});
  gate.failed(kStart, "down");
  const Time after = *gate.view(kStart).retry_at;
  EXPECT_FALSE(gate.admit(after).admitted);
  free = true;
  EXPECT_TRUE(gate.admit(after + seconds{1}).admitted) << "no trial call was made";
}

TEST(ProviderGate, NobodyWaitsWhileTheSharedBudgetIsAsked) {
  std::promise<void> asked;
  std::promise<void> answer;
  ProviderGate gate("machinesmm", {.calls_per_minute = 60, .burst = 3}, [] { return std::uint64_t{7}; },
                    {.take = [&](Time) -> std::optional<Duration> {
                      asked.set_value();
                      answer.get_future().wait();
                      return std::nullopt;
                    }});
  std::thread first([&] { EXPECT_TRUE(gate.admit(kStart).admitted); });
  asked.get_future().wait();
  auto others = std::async(std::launch::async, [&] {
    gate.failed(kStart, "down");
    return gate.view(kStart).consecutive_failures;
  });
  EXPECT_EQ(others.wait_for(seconds{10}), std::future_status::ready);
  answer.set_value();
  first.join();
  EXPECT_EQ(others.get(), 1);
}

TEST(ProviderGate, WhatTheOtherSideAskedForIsToldToAllHosts) {
  std::vector<Duration> pauses;
  ProviderGate gate(
      "machinesmm", {}, [] { return std::uint64_t{7}; },
      {.take = [](Time) { return std::nullopt; }, .pause = [&](Duration pause, Time) { pauses.push_back(pause); }});
  gate.failed(kStart, "refused");
  EXPECT_TRUE(pauses.empty());
  gate.failed(kStart, "too many requests", minutes{2});
  gate.asked_to_wait(kStart, "come back later", minutes{1});
  EXPECT_EQ(pauses, (std::vector<Duration>{minutes{2}, minutes{1}}));
}

TEST(ProviderGate, AClockThatStepsBackRefillsNothing) {
  ProviderGate gate("machinesmm", {.calls_per_minute = 60, .burst = 1}, [] { return std::uint64_t{7}; });
  EXPECT_TRUE(gate.admit(kStart).admitted);
  EXPECT_FALSE(gate.admit(kStart - minutes{5}).admitted);
  EXPECT_FALSE(gate.admit(kStart + milliseconds{500}).admitted);
}

}  // namespace
}  // namespace smmhost
