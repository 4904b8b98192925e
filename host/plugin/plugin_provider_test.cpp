// The money rule of place(), and how results become the core's words.
#include "host/plugin/plugin_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/fulfilment/classify_place.h"
#include "host/plugin/test_support.h"

namespace smmhost {
namespace {

using namespace std::chrono_literals;
using testing::answered;
using testing::FakeWorld;
using ::testing::HasSubstr;
using testing::unanswered;

class Provider : public ::testing::Test {
 protected:
  Reply<PlacedOrder> place(const std::string& behaviour) {
    return provider_.place({"1", behaviour, 100, "key", 1}, from_unix_ms(0));
  }

  FakeWorld world_;
  PluginProvider provider_{
      testing::open_zoo("actor", testing::section("actor", {{"api_key", "canary"}}), world_.environment()), 30s, false,
      world_.environment()};
};

TEST_F(Provider, AMaybeSentPurchaseIsUnknownWhateverThePluginSays) {
  for (const char* behaviour : {"accept", "refuses_always", "down_always", "no_id"}) {
    world_.transport.answers = {unanswered(TransportOutcome::kMaybeSent)};
    const auto reply = place(behaviour);
    ASSERT_FALSE(reply.ok()) << behaviour;
    EXPECT_EQ(reply.failure().code, FailureCode::kOutcomeUnknown) << behaviour;
  }
}

TEST_F(Provider, AnAcceptanceThatNobodyAnsweredIsUnknown) {
  world_.transport.answers = {unanswered(TransportOutcome::kMaybeSent)};
  const auto reply = place("claims_always");
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kOutcomeUnknown);
}

TEST_F(Provider, AnUnsentPurchaseStaysSafeToRetry) {
  world_.transport.answers = {unanswered(TransportOutcome::kNotSent)};
  const auto reply = place("accept");
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kUpstreamDown);
  EXPECT_EQ(reply.exchanges.at(0).outcome, TransportOutcome::kNotSent);
}

TEST_F(Provider, AnEmptyOrderIdIsNoAcceptance) {
  world_.transport.answers = {answered("order=")};
  EXPECT_EQ(place("accept").failure().code, FailureCode::kOutcomeUnknown);
}

TEST_F(Provider, ClearRefusalsKeepTheirCode) {
  const std::vector<std::pair<int, FailureCode>> codes{
      {1, FailureCode::kRejected},   {2, FailureCode::kAuth},        {3, FailureCode::kRateLimited},
      {4, FailureCode::kNoFunds},    {5, FailureCode::kBusyLink},    {6, FailureCode::kBadLink},
      {7, FailureCode::kBadService}, {8, FailureCode::kBadQuantity}, {14, FailureCode::kConfig}};
  for (const auto& [number, code] : codes) {
    world_.transport.answers = {answered("error=" + std::to_string(number))};
    EXPECT_EQ(place("accept").failure().code, code) << number;
  }
}

TEST_F(Provider, UnclearFailuresAfterAnAnswerAreUnknown) {
  for (const int number : {9, 10, 11, 12, 13, 15, 16}) {
    world_.transport.answers = {answered("error=" + std::to_string(number))};
    EXPECT_EQ(place("accept").failure().code, FailureCode::kOutcomeUnknown) << number;
  }
}

TEST_F(Provider, CapabilitiesAreTheInstancesOwn) {
  const ProviderCapabilities capabilities = provider_.capabilities();
  EXPECT_TRUE(capabilities.status && capabilities.balance && capabilities.services && capabilities.cancel &&
              capabilities.reconcile);
  EXPECT_FALSE(capabilities.refill);
  EXPECT_EQ(capabilities.idempotent_at, "");
}

class KeyedProvider : public ::testing::Test {
 protected:
  std::unique_ptr<PluginProvider> with(std::map<std::string, std::string> values) {
    return std::make_unique<PluginProvider>(
        testing::open_zoo("keyed_actor", testing::section("actor", std::move(values)), world_.environment()), 30s,
        false, world_.environment());
  }
  std::string recipient(std::map<std::string, std::string> values) {
    return with(std::move(values))->capabilities().idempotent_at;
  }

  FakeWorld world_;
};

TEST_F(KeyedProvider, WhoKnowsARequestKeyIsNamedByPluginPanelAndAccount) {
  const std::string here = recipient({{"api_key", "canary"}});
  EXPECT_THAT(here, ::testing::StartsWith("actor 1.0.0 at panel.example:443 ("));
  EXPECT_EQ(here, recipient({{"api_key", "canary"}})) << "after a restart it is the same";
  EXPECT_THAT(recipient({{"api_key", "canary"}, {"url", "https://other.example/api"}}), HasSubstr("other.example:443"));
  EXPECT_NE(here, recipient({{"api_key", "another account"}}));
  EXPECT_NE(here, recipient({{"api_key", "canary"}, {"limit", "6"}}));
}

TEST_F(KeyedProvider, APurchaseThatWasStoredForAnotherRecipientIsNotSent) {
  const auto provider = with({{"api_key", "canary"}});
  for (const char* stored : {"", "actor 0.9.0 at panel.example:443 (00000000)"}) {
    const auto reply = provider->place({"1", "accept", 100, "key", 1, stored}, from_unix_ms(0));
    EXPECT_EQ(classify_place(reply), PlaceVerdict::kNotSent) << stored;
    EXPECT_THAT(reply.failure().message, HasSubstr("nothing was sent"));
  }
  EXPECT_TRUE(world_.transport.requests.empty());
  world_.transport.answers = {answered("order=1")};
  const std::string now = provider->capabilities().idempotent_at;
  EXPECT_TRUE(provider->place({"1", "accept", 100, "key", 1, now}, from_unix_ms(0)).ok());
}

TEST_F(Provider, StatusesBelongToTheIdsAskedAndLeaveOutWhatWasLeftOut) {
  world_.transport.answers = {answered("")};
  const std::vector<std::string> ids{"c1", "p2", "x3", "b4", "n5", "i6"};
  const auto reply = provider_.status(ids, from_unix_ms(0));
  ASSERT_TRUE(reply.ok()) << reply.failure().message;
  ASSERT_EQ(reply.value().size(), 5U);
  EXPECT_EQ(reply.value()[0].order_id, "c1");
  EXPECT_EQ(reply.value()[0].progress, OrderProgress::kCompleted);
  EXPECT_EQ(reply.value()[0].remains, 3);
  EXPECT_EQ(reply.value()[0].upstream, "word");
  EXPECT_EQ(reply.value()[1].progress, OrderProgress::kPartial);
  EXPECT_EQ(reply.value()[2].error, FailureCode::kNotFound);
  EXPECT_EQ(reply.value()[3].order_id, "n5");
  EXPECT_EQ(reply.value()[3].progress, OrderProgress::kUnrecognised);
  EXPECT_EQ(reply.value()[4].progress, OrderProgress::kInProgress);
}

TEST_F(Provider, MoreThanAHundredIdsAreAskedInBatches) {
  std::vector<std::string> ids;
  for (int i = 0; i < 250; ++i) ids.push_back("c" + std::to_string(i));
  world_.transport.answers = {answered(""), answered(""), answered("")};
  const auto reply = provider_.status(ids, from_unix_ms(0));
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply.value().size(), 250U);
  EXPECT_EQ(reply.exchanges.size(), 3U);
  EXPECT_TRUE(provider_.status({}, from_unix_ms(0)).ok());
  EXPECT_EQ(world_.transport.requests.size(), 3U);
}

TEST_F(Provider, ServicesAreReadThoughTheirRowsAreLongerThanOurs) {
  world_.transport.answers = {answered("")};
  const auto reply = provider_.services(from_unix_ms(0));
  ASSERT_TRUE(reply.ok()) << reply.failure().message;
  ASSERT_EQ(reply.value().size(), 2U);
  EXPECT_EQ(reply.value()[0].provider, "panel");
  EXPECT_EQ(reply.value()[0].rate_micros, 900'000);
  EXPECT_EQ(reply.value()[0].min, 50);
  EXPECT_TRUE(reply.value()[0].cancel);
  EXPECT_EQ(reply.value()[1].rate_micros, 2'000'000'000);
  EXPECT_EQ(reply.value()[1].max, std::nullopt);
}

// smm/abi.h: three capitals, or nothing. What else a plugin gives must not stand among the balances.
TEST_F(Provider, ABalanceInACurrencyThatIsNoneIsNoAnswer) {
  PluginProvider provider{
      testing::open_zoo("actor",
                        testing::section("actor", {{"api_key", "canary"}, {"url", "https://panel.example/balance"}}),
                        world_.environment()),
      30s, false, world_.environment()};
  world_.transport.answers = {answered("currency=BRL"), answered("")};
  EXPECT_EQ(provider.balance(from_unix_ms(0)).value(), (Money{1'000'000, "BRL"}));
  EXPECT_EQ(provider.balance(from_unix_ms(0)).value(), (Money{1'000'000, ""}));
  for (const char* none : {"US\nD<script>", "usd", "US", "USDT", "US1"}) {
    world_.transport.answers = {answered(std::string("currency=") + none)};
    const auto reply = provider.balance(from_unix_ms(0));
    ASSERT_FALSE(reply.ok()) << none;
    EXPECT_EQ(reply.failure().code, FailureCode::kBadResponse) << none;
    EXPECT_EQ(reply.failure().message.find('\n'), std::string::npos) << none;
  }
}

TEST_F(Provider, ServicesAndStatusesInACurrencyThatIsNoneAreNoAnswer) {
  world_.transport.answers = {answered("currency=usd"), answered(""), answered("currency=USD")};
  const auto services = provider_.services(from_unix_ms(0));
  ASSERT_FALSE(services.ok());
  EXPECT_EQ(services.failure().code, FailureCode::kBadResponse);
  const std::vector<std::string> ids{"c1", "u2"};
  const auto statuses = provider_.status(ids, from_unix_ms(0));
  ASSERT_FALSE(statuses.ok());
  EXPECT_EQ(statuses.failure().code, FailureCode::kBadResponse);
  EXPECT_TRUE(provider_.services(from_unix_ms(0)).ok());
}

TEST_F(Provider, APurchaseInACurrencyThatIsNoneIsKeptWithoutItsCharge) {
  world_.transport.answers = {answered("order=7 usd"), answered("order=8 EUR")};
  const auto reply = place("accept");
  ASSERT_TRUE(reply.ok()) << reply.failure().message;
  EXPECT_EQ(reply.value().order_id, "7");
  EXPECT_EQ(reply.value().charge, std::nullopt);
  EXPECT_THAT(world_.logged, ::testing::Contains(HasSubstr("the plugin is at fault: in place it told a charge")));
  EXPECT_EQ(place("accept").value().charge, (Money{270'000, "EUR"}));
}

TEST_F(Provider, AnEmptyListingIsProofOnlyWhereItIsComplete) {
  world_.transport.answers = {answered("complete"), answered(""), answered("found")};
  const OrderSearch search{"1", "link", 100, from_unix_ms(0)};
  const auto proof = provider_.find_orders(search, from_unix_ms(0));
  ASSERT_TRUE(proof.ok());
  EXPECT_TRUE(proof.value().empty());
  EXPECT_FALSE(provider_.find_orders(search, from_unix_ms(0)).ok());
  const auto found = provider_.find_orders(search, from_unix_ms(0));
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found.value().at(0).order_id, "9");
}

TEST_F(Provider, ACancellationIsTrueWhereThePanelAgreed) {
  world_.transport.answers = {answered("yes"), answered("no"), unanswered(TransportOutcome::kMaybeSent)};
  EXPECT_TRUE(provider_.cancel("9", from_unix_ms(0)).value());
  EXPECT_FALSE(provider_.cancel("9", from_unix_ms(0)).value());
}

}  // namespace
}  // namespace smmhost
