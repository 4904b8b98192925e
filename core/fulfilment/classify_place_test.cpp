#include "core/fulfilment/classify_place.h"

#include <gtest/gtest.h>

#include <map>

namespace smmhost {
namespace {

constexpr auto kNotSent = TransportOutcome::kNotSent;
constexpr auto kMaybeSent = TransportOutcome::kMaybeSent;
constexpr auto kAnswered = TransportOutcome::kAnswered;

constexpr FailureCode kAllCodes[] = {
    FailureCode::kRejected,       FailureCode::kAuth,        FailureCode::kRateLimited,  FailureCode::kNoFunds,
    FailureCode::kBusyLink,       FailureCode::kBadLink,     FailureCode::kBadService,   FailureCode::kBadQuantity,
    FailureCode::kNotFound,       FailureCode::kPrivate,     FailureCode::kUpstreamDown, FailureCode::kBadResponse,
    FailureCode::kOutcomeUnknown, FailureCode::kUnsupported, FailureCode::kConfig,       FailureCode::kInternal,
};

Exchange exchange(TransportOutcome outcome, int status = 0, std::string method = "POST") {
  Exchange e;
  e.method = std::move(method);
  e.outcome = outcome;
  e.status = status;
  return e;
}

PlaceVerdict verdict(FailureCode code, std::vector<Exchange> exchanges) {
  return classify_place({Failure{.code = code}, std::move(exchanges)});
}

// One row a code: what it means when the write was answered below 500, answered with 500 or more, possibly sent,
// certainly not sent, and when nothing was exchanged at all. U unknown, R refused, N not sent.
struct Row {
  const char* verdicts;
};
const std::map<FailureCode, Row> kTable = {
    {FailureCode::kRejected, {"RUUUU"}},       {FailureCode::kAuth, {"RRUUU"}},
    {FailureCode::kRateLimited, {"RRUUU"}},    {FailureCode::kNoFunds, {"RRUUU"}},
    {FailureCode::kBusyLink, {"RRUUU"}},       {FailureCode::kBadLink, {"RRUUU"}},
    {FailureCode::kBadService, {"RRUUU"}},     {FailureCode::kBadQuantity, {"RRUUU"}},
    {FailureCode::kNotFound, {"UUUUU"}},       {FailureCode::kPrivate, {"UUUUU"}},
    {FailureCode::kUpstreamDown, {"UUUNN"}},   {FailureCode::kBadResponse, {"UUUUU"}},
    {FailureCode::kOutcomeUnknown, {"UUUUU"}}, {FailureCode::kUnsupported, {"UUUNN"}},
    {FailureCode::kConfig, {"RUUNN"}},         {FailureCode::kInternal, {"UUUNN"}},
};

char letter(PlaceVerdict v) {
  switch (v) {
    case PlaceVerdict::kAccepted:
      return 'A';
    case PlaceVerdict::kRefused:
      return 'R';
    case PlaceVerdict::kNotSent:
      return 'N';
    case PlaceVerdict::kUnknown:
      return 'U';
  }
  return '?';
}

TEST(ClassifyPlace, EveryFailureCodeUnderEveryTransportOutcome) {
  ASSERT_EQ(kTable.size(), std::size(kAllCodes));
  for (const FailureCode code : kAllCodes) {
    const std::string expected = kTable.at(code).verdicts;
    for (const int status : {200, 400, 402, 404, 429, 499})
      EXPECT_EQ(letter(verdict(code, {exchange(kAnswered, status)})), expected[0]) << to_string(code) << ' ' << status;
    for (const int status : {500, 502, 503, 599})
      EXPECT_EQ(letter(verdict(code, {exchange(kAnswered, status)})), expected[1]) << to_string(code) << ' ' << status;
    EXPECT_EQ(letter(verdict(code, {exchange(kMaybeSent)})), expected[2]) << to_string(code);
    EXPECT_EQ(letter(verdict(code, {exchange(kNotSent)})), expected[3]) << to_string(code);
    EXPECT_EQ(letter(verdict(code, {})), expected[4]) << to_string(code);
  }
}

TEST(ClassifyPlace, AnOrderIdIsAnAcceptance) {
  EXPECT_EQ(classify_place({PlacedOrder{.order_id = "23501"}, {exchange(kAnswered, 200)}}), PlaceVerdict::kAccepted);
}

TEST(ClassifyPlace, AnAcceptanceWithoutAnOrderIdIsUnknown) {
  EXPECT_EQ(classify_place({PlacedOrder{}, {exchange(kAnswered, 200)}}), PlaceVerdict::kUnknown);
}

TEST(ClassifyPlace, ARefusalAfterAnUnclearWriteIsUnknown) {
  for (const Exchange& first : {exchange(kMaybeSent), exchange(kAnswered, 502)})
    EXPECT_EQ(verdict(FailureCode::kBusyLink, {first, exchange(kAnswered, 200)}), PlaceVerdict::kUnknown);
}

TEST(ClassifyPlace, ARefusalAfterAWriteThatWasNotSentIsARefusal) {
  EXPECT_EQ(verdict(FailureCode::kBadLink, {exchange(kNotSent), exchange(kAnswered, 200)}), PlaceVerdict::kRefused);
}

TEST(ClassifyPlace, ALookUpThatWasAnsweredDoesNotProveTheWrite) {
  const Exchange looked_up = exchange(kAnswered, 200, "GET");
  EXPECT_EQ(verdict(FailureCode::kRejected, {looked_up, exchange(kMaybeSent)}), PlaceVerdict::kUnknown);
  EXPECT_EQ(verdict(FailureCode::kRejected, {exchange(kAnswered, 200), looked_up}), PlaceVerdict::kRefused);
  EXPECT_EQ(verdict(FailureCode::kRejected, {exchange(kMaybeSent), looked_up}), PlaceVerdict::kUnknown);
}

TEST(ClassifyPlace, APanelThatIsBoughtFromWithGetIsJudgedByItsGets) {
  EXPECT_EQ(verdict(FailureCode::kNoFunds, {exchange(kAnswered, 200, "GET")}), PlaceVerdict::kRefused);
  EXPECT_EQ(verdict(FailureCode::kNoFunds, {exchange(kMaybeSent, 0, "GET")}), PlaceVerdict::kUnknown);
}

TEST(ClassifyPlace, UnreachableIsSafeOnlyIfEveryExchangeWasNotSent) {
  EXPECT_EQ(verdict(FailureCode::kUpstreamDown, {exchange(kNotSent), exchange(kNotSent)}), PlaceVerdict::kNotSent);
  EXPECT_EQ(verdict(FailureCode::kUpstreamDown, {exchange(kMaybeSent), exchange(kNotSent)}), PlaceVerdict::kUnknown);
  EXPECT_EQ(verdict(FailureCode::kUpstreamDown, {exchange(kAnswered, 200, "GET"), exchange(kNotSent)}),
            PlaceVerdict::kUnknown);
}

}  // namespace
}  // namespace smmhost
