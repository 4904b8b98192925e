#include "host/yampi/yampi_client.h"

#include <thread>

#include "host/yampi/yampi_client_fixture.h"

namespace smmhost::yampi_test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

TEST_F(YampiClientTest, TellsAStatusAfterReadingTheOrder) {
  transport.reads = {answer(200, order_answer(4, "paid"))};
  transport.writes = {answer(
      200,
      R"({"data":[{"id":170000001,"number":34724,"status_id":7,"status":{"data":{"id":7,"alias":"delivered"}}}]})")};
  const Reply<Told> reply = tell();
  ASSERT_TRUE(reply.ok()) << reply.failure().message;
  EXPECT_EQ(reply.value(), Told::kTold);
  ASSERT_EQ(transport.seen.size(), 3U);
  EXPECT_EQ(transport.seen[0].url,
            "https://api.dooki.com.br/v2/loja-teste/checkout/statuses?limit=100&page=1&skipCache=true");
  EXPECT_EQ(transport.seen[1].method, "GET");
  EXPECT_EQ(transport.seen[1].url,
            "https://api.dooki.com.br/v2/loja-teste/orders/170000001?include=status&skipCache=true");
  EXPECT_EQ(transport.seen[2].method, "PUT");
  EXPECT_EQ(transport.seen[2].url, "https://api.dooki.com.br/v2/loja-teste/orders/170000001");
  EXPECT_EQ(transport.seen[2].body, R"({"status_id":7})");
  EXPECT_EQ(transport.seen[2].effect, HttpEffect::kWriteIdempotent);
  for (const HttpRequest& request : transport.seen) {
    EXPECT_THAT(request.headers,
                testing::Contains(std::pair<std::string, std::string>("User-Token", "the-user-token")));
    EXPECT_THAT(request.headers,
                testing::Contains(std::pair<std::string, std::string>("User-Secret-Key", "sk_the_secret_key")));
    EXPECT_THAT(request.headers,
                testing::Contains(std::pair<std::string, std::string>("Content-Type", "application/json")));
  }
}

TEST_F(YampiClientTest, AStatusThatTheOrderHasIsNotWrittenAgain) {
  transport.reads = {answer(200, order_answer(7, "delivered"))};
  EXPECT_EQ(tell().value(), Told::kAlreadySo);
  EXPECT_EQ(transport.count("PUT"), 0);
}

TEST_F(YampiClientTest, AChangeThatTheShopDoesNotOfferIsNotTried) {
  transport.reads = {answer(200, order_answer(8, "cancelled", "[3]"))};
  EXPECT_EQ(tell().value(), Told::kNotAllowed);
  EXPECT_EQ(transport.count("PUT"), 0);
}

TEST_F(YampiClientTest, WithoutAListOfNextStatusesTheChangeIsTried) {
  transport.writes = {answer(200, R"({"data":[]})")};
  for (const char* next : {"[]", "null", "\"x\""}) {
    transport.reads = {answer(200, order_answer(4, "paid", next))};
    EXPECT_EQ(tell().value(), Told::kTold) << next;
  }
}

TEST_F(YampiClientTest, AnEmptyAnswerToTheChangeIsASuccess) {
  transport.reads = {answer(200, R"({"data":[{"id":"170000001","status_id":"4"}]})")};
  transport.writes = {answer(204, "")};
  EXPECT_EQ(tell().value(), Told::kTold);
}

TEST_F(YampiClientTest, AnAnswerThatShowsAnotherStatusIsNoSuccess) {
  transport.reads = {answer(200, order_answer(4, "paid"))};
  transport.writes = {answer(200, order_answer(4, "paid"))};
  EXPECT_EQ(tell_failure(), FailureCode::kBadResponse);
}

TEST_F(YampiClientTest, AnotherOrderOrNoneInTheAnswerIsNotBelieved) {
  for (const char* body :
       {R"({"data":{"id":5,"status_id":4}})", R"({"data":[]})", R"({"data":{"id":170000001}})", "[]", "null", "{}"}) {
    transport.reads = {answer(200, body)};
    EXPECT_EQ(tell_failure(), FailureCode::kBadResponse) << body;
  }
  EXPECT_EQ(transport.count("PUT"), 0);
}

TEST_F(YampiClientTest, FailuresOfReadingAreToldApart) {
  const std::vector<std::pair<HttpResult, FailureCode>> cases = {
      {answer(401, R"({"message":"Unauthenticated."})"), FailureCode::kAuth},
      {answer(403, R"({"message":"Forbidden"})"), FailureCode::kAuth},
      {answer(403, "<html>Attention Required! | Cloudflare</html>"), FailureCode::kUpstreamDown},
      {answer(404, R"({"message":"Not found","status_code":404})"), FailureCode::kNotFound},
      {answer(404, "<html></html>"), FailureCode::kBadResponse},
      {answer(400, R"({"message":"Bad"})"), FailureCode::kRejected},
      {answer(422, R"({"message":"422 Unprocessable Entity"})"), FailureCode::kRejected},
      {answer(500, R"({"message":"Server Error"})"), FailureCode::kUpstreamDown},
      {answer(502, "<html>Bad gateway</html>"), FailureCode::kUpstreamDown},
      {answer(200, "<html>Just a moment...</html>"), FailureCode::kBadResponse},
      {answer(200, ""), FailureCode::kBadResponse},
      {answer(301, ""), FailureCode::kBadResponse},
      {no_answer(TransportOutcome::kNotSent, HttpError::kConnect), FailureCode::kUpstreamDown},
      {no_answer(TransportOutcome::kNotSent, HttpError::kBadUrl), FailureCode::kConfig},
      {no_answer(TransportOutcome::kMaybeSent, HttpError::kTimeout), FailureCode::kUpstreamDown},
      {no_answer(TransportOutcome::kMaybeSent, HttpError::kTooLarge), FailureCode::kBadResponse},
  };
  for (const auto& [result, code] : cases) {
    transport.reads = {result};
    EXPECT_EQ(tell_failure(), code) << result.status << result.body;
  }
  EXPECT_EQ(transport.count("PUT"), 0);
}

TEST_F(YampiClientTest, FailuresOfWritingAreToldApart) {
  config.writes_per_minute = 100;
  transport.reads = {answer(200, order_answer(4, "paid"))};
  const std::vector<std::pair<HttpResult, FailureCode>> cases = {
      {answer(500, R"({"message":"Server Error"})"), FailureCode::kOutcomeUnknown},
      {answer(504, "<html></html>"), FailureCode::kOutcomeUnknown},
      {no_answer(TransportOutcome::kMaybeSent, HttpError::kTimeout), FailureCode::kOutcomeUnknown},
      {no_answer(TransportOutcome::kNotSent, HttpError::kConnect), FailureCode::kUpstreamDown},
      {answer(401, "{}"), FailureCode::kAuth},
      {answer(404, "{}"), FailureCode::kNotFound},
      {answer(422, R"({"message":"422 Unprocessable Entity","errors":{"status_id":["Campo obrigatório."]}})"),
       FailureCode::kRejected},
      {answer(200, "<html></html>"), FailureCode::kBadResponse},
  };
  for (const auto& [result, code] : cases) {
    transport.writes = {result};
    EXPECT_EQ(tell_failure(), code) << result.status << result.body;
  }
}

TEST_F(YampiClientTest, ARefusalKeepsTheShopsOwnWords) {
  transport.reads = {answer(200, order_answer(4, "paid"))};
  transport.writes = {answer(
      422,
      R"({"message":"422 Unprocessable Entity","errors":{"status_id":["Campo obrigatório."]},"cpf":"12345678909"})")};
  const Reply<Told> reply = tell();
  ASSERT_FALSE(reply.ok());
  EXPECT_THAT(reply.failure().upstream, HasSubstr("422 Unprocessable Entity"));
  EXPECT_THAT(reply.failure().upstream, HasSubstr("status_id: Campo obrigatório."));
  EXPECT_THAT(reply.failure().upstream, Not(HasSubstr("12345678909")));
}

TEST_F(YampiClientTest, NoMoreChangesAMinuteThanAllowed) {
  transport.reads = {answer(200, order_answer(4, "paid"))};
  transport.writes = {answer(204, "")};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(tell("delivered", kNow + seconds{i}).ok());
  const std::size_t calls = transport.seen.size();
  const Reply<Told> reply = tell("delivered", kNow + seconds{3});
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kRateLimited);
  EXPECT_EQ(reply.failure().retry_after, Duration(seconds{57}));
  EXPECT_EQ(transport.seen.size(), calls) << "not even a question is spent";
  EXPECT_TRUE(tell("delivered", kNow + seconds{60}).ok());
}

TEST_F(YampiClientTest, WhatIsNotWrittenCostsNoChange) {
  transport.reads = {answer(200, order_answer(7, "delivered"))};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(tell().ok());
  transport.reads = {answer(500, "{}")};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(tell_failure(), FailureCode::kUpstreamDown);
  transport.reads = {answer(200, order_answer(4, "paid"))};
  transport.writes = {answer(204, "")};
  EXPECT_TRUE(tell().ok());
}

TEST_F(YampiClientTest, ALimitReachedAtTheShopWaitsForTheNextMinute) {
  transport.reads = {answer(200, order_answer(4, "paid"))};
  transport.writes = {answer(429, R"({"message":"Too Many Requests","status_code":429})",
                             {{"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "0"}}),
                      answer(204, "")};
  const Reply<Told> reply = tell();
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kRateLimited);
  ASSERT_TRUE(reply.failure().retry_after);
  EXPECT_GT(*reply.failure().retry_after, Duration(seconds{28}));
  EXPECT_LE(*reply.failure().retry_after, Duration(seconds{29}));
  EXPECT_EQ(tell_failure(kNow + seconds{10}), FailureCode::kRateLimited);
  EXPECT_EQ(transport.count("PUT"), 1);
  EXPECT_TRUE(tell("delivered", kNow + seconds{29}).ok());
}

TEST_F(YampiClientTest, RetryAfterGoesFirstWhereItIsThere) {
  transport.reads = {answer(429, "{}", {{"Retry-After", "17"}})};
  const Reply<Told> reply = tell();
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kRateLimited);
  EXPECT_NEAR(static_cast<double>(reply.failure().retry_after->count()), 17000, 100);
}

TEST_F(YampiClientTest, AnswersThatSayNoneRemainsAreHeeded) {
  transport.reads = {answer(200, order_answer(4, "paid"))};
  transport.writes = {answer(204, "", {{"x-ratelimit-remaining", "0"}})};
  EXPECT_TRUE(tell().ok());
  EXPECT_EQ(tell_failure(kNow + seconds{1}), FailureCode::kRateLimited);
  EXPECT_TRUE(tell("delivered", kNow + seconds{29}).ok());
}

TEST_F(YampiClientTest, ManyThreadsTogetherKeepTheLimit) {
  config.writes_per_minute = 5;
  transport.reads = {answer(200, order_answer(4, "paid"))};
  transport.writes = {answer(204, "")};
  client();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) tell();
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(transport.count("PUT"), 5);
}

std::string all_text(const std::vector<Exchange>& exchanges) {
  std::string text;
  for (const Exchange& e : exchanges) text += e.id + e.url + e.request_body + e.response_body + e.error + "\n";
  return text;
}

TEST_F(YampiClientTest, KeepsExchangesWithoutSecretsAndPersons) {
  transport.reads = {answer(200, order_answer(4, "paid"))};
  transport.writes = {answer(200, order_answer(7, "delivered"))};
  const Reply<Told> told = tell();
  ASSERT_EQ(told.exchanges.size(), 3U);
  EXPECT_EQ(told.exchanges[1].peer, "yampi");
  EXPECT_EQ(told.exchanges[1].operation, "order");
  EXPECT_EQ(told.exchanges[1].response_body,
            R"({"id":170000001,"status":"paid","status_id":4,"desire_status_id":[8,7,5,10,6,15,12,9,11]})");
  EXPECT_EQ(told.exchanges[2].operation, "tell_status");
  EXPECT_EQ(told.exchanges[2].method, "PUT");
  EXPECT_EQ(told.exchanges[2].status, 200);
  EXPECT_EQ(told.exchanges[2].request_body, R"({"status_id":7})");
  EXPECT_EQ(told.exchanges[2].ended_at - told.exchanges[2].started_at, Duration{40});
  EXPECT_GE(told.exchanges[2].started_at, told.exchanges[1].ended_at);
  EXPECT_NE(told.exchanges[1].id, told.exchanges[2].id);

  transport.reads = {answer(200, list_answer(json::array({paid_order(2)}), 1, 1))};
  const auto page = client().paid_orders(kNow, 1, kNow);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page.exchanges.back().response_body, R"({"listed":[2],"paid":1,"last":true})");
  transport.reads = {answer(500, "cliente@example.com 12345678909 https://seguro.example.com/t")};
  const auto failed = client().paid_orders(kNow, 1, kNow);
  const std::string kept = all_text(told.exchanges) + all_text(page.exchanges) + all_text(failed.exchanges);
  for (const char* secret : {"the-user-token", "sk_the_secret_key", "12345678909", "seguro.example.com",
                             "cliente@example.com", "Cliente Teste", "11900000000", "REDACTED", "203.0.113.7"})
    EXPECT_THAT(kept, Not(HasSubstr(secret)));
}

TEST_F(YampiClientTest, HostileAnswersBreakNothing) {
  const std::string deep(200'000, '[');
  const std::string digits(1'000'000, '9');
  for (const std::string& body :
       {deep, R"({"data":)" + deep, R"({"data":{"id":)" + digits + "}}", std::string("\xFF\xFE"), std::string("\0", 1),
        R"({"message":")" + std::string(1'000'000, 'a') + "\"}"}) {
    for (const int status : {200, 422, 500}) {
      transport.reads = {answer(status, body)};
      const Reply<Told> reply = tell();
      ASSERT_FALSE(reply.ok());
      EXPECT_LE(reply.failure().upstream.size(), 500U);
      EXPECT_LE(all_text(reply.exchanges).size(), 3000U);
    }
  }
}

}  // namespace
}  // namespace smmhost::yampi_test
