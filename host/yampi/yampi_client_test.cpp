#include "host/yampi/yampi_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

#include "host/yampi/test_support.h"

namespace smmhost {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;
using yampi_test::sample_json;

const Time kNow = *parse_iso8601("2026-01-15T13:20:31Z");

// As GET /checkout/statuses answers (shape documented, ids observed).
constexpr const char* kStatuses =
    R"({"data":[{"id":3,"order":1,"alias":"waiting_payment","name":"Aguardando pagamento"},{"id":4,"alias":"paid"},
    {"id":5,"alias":"handling_products"},{"id":7,"alias":"delivered"},{"id":8,"alias":"cancelled"},{"id":11,"alias":"shipment_exception"}]})";

std::string order_answer(std::int64_t status_id, const std::string& alias,
                         const std::string& next = "[8,7,5,10,6,15,12,9,11]") {
  return R"({"data":{"id":170000001,"number":34724,"status_id":)" + std::to_string(status_id) +
         R"(,"desire_status_id":)" + next +
         R"(,"customer":{"data":{"cpf":"12345678909","login_url":"https://seguro.example.com/t"}},"status":{"data":{"id":)" +
         std::to_string(status_id) + R"(,"alias":")" + alias + R"("}}}})";
}

HttpResult answer(int status, std::string body, HttpHeaders headers = {}) {
  HttpResult result;
  result.outcome = TransportOutcome::kAnswered;
  result.status = status;
  result.body = std::move(body);
  result.headers = std::move(headers);
  result.elapsed = Duration{40};
  return result;
}

HttpResult no_answer(TransportOutcome outcome, HttpError error) {
  HttpResult result;
  result.outcome = outcome;
  result.error = error;
  result.error_text = "scripted";
  result.elapsed = Duration{20000};
  return result;
}

// Answers each request with the next of the list for its route; what was not expected fails the test.
class ScriptedTransport : public HttpTransport {
 public:
  std::deque<HttpResult> statuses;
  std::deque<HttpResult> reads;
  std::deque<HttpResult> writes;
  std::vector<HttpRequest> seen;

  HttpResult send(const HttpRequest& request) override {
    const std::lock_guard lock(mutex_);
    seen.push_back(request);
    std::deque<HttpResult>& queue = request.method == "PUT"                                       ? writes
                                    : request.url.find("/checkout/statuses") != std::string::npos ? statuses
                                                                                                  : reads;
    if (queue.empty()) {
      ADD_FAILURE() << "not expected: " << request.method << ' ' << request.url;
      return no_answer(TransportOutcome::kNotSent, HttpError::kConnect);
    }
    HttpResult next = queue.front();
    if (queue.size() > 1) queue.pop_front();  // the last one repeats
    return next;
  }

  int count(const std::string& method, const std::string& part = "") const {
    return static_cast<int>(std::count_if(seen.begin(), seen.end(), [&](const HttpRequest& request) {
      return request.method == method && request.url.find(part) != std::string::npos;
    }));
  }

 private:
  std::mutex mutex_;
};

class YampiClientTest : public testing::Test {
 protected:
  YampiClientTest() {
    transport.statuses = {answer(200, kStatuses)};
    config.base_url = "https://api.dooki.com.br/v2/loja-teste";
    config.merchant_alias = "loja-teste";
    config.api_key = Secret("the-user-token");
    config.secret_key = Secret("sk_the_secret_key");
    config.writes_per_minute = 3;
  }

  YampiClient& client() {
    if (!client_) client_ = std::make_unique<YampiClient>(config, transport, [this] { return ++entropy_; });
    return *client_;
  }

  Reply<Told> tell(const std::string& alias = "delivered", Time now = kNow) {
    return client().tell_status(170000001, alias, now);
  }

  FailureCode tell_failure(Time now = kNow) {
    const Reply<Told> reply = tell("delivered", now);
    EXPECT_FALSE(reply.ok());
    return reply.ok() ? FailureCode::kInternal : reply.failure().code;
  }

  ScriptedTransport transport;
  YampiConfig config;

 private:
  std::atomic<std::uint64_t> entropy_{0};
  std::unique_ptr<YampiClient> client_;
};

// --- telling a status ------------------------------------------------------------------------------------------------

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

// --- limits ----------------------------------------------------------------------------------------------------------

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

// --- status ids ------------------------------------------------------------------------------------------------------

TEST_F(YampiClientTest, UsesTheShopsOwnIds) {
  transport.statuses = {answer(200, R"({"data":[{"id":4,"alias":"paid"},{"id":77,"alias":"delivered"}]})")};
  transport.reads = {answer(200, order_answer(4, "paid", "[77]"))};
  transport.writes = {answer(204, "")};
  EXPECT_TRUE(tell().ok());
  EXPECT_EQ(transport.seen.back().body, R"({"status_id":77})");
}

TEST_F(YampiClientTest, AsksForTheIdsOnceAnHour) {
  transport.reads = {answer(200, order_answer(7, "delivered"))};
  for (int i = 0; i < 5; ++i) tell("delivered", kNow + minutes{i});
  EXPECT_EQ(transport.count("GET", "/checkout/statuses"), 1);
  tell("delivered", kNow + minutes{60});
  EXPECT_EQ(transport.count("GET", "/checkout/statuses"), 2);
}

TEST_F(YampiClientTest, ReadsEveryPageOfTheStatuses) {
  transport.statuses = {
      answer(200, R"({"data":[{"id":4,"alias":"paid"}],"meta":{"pagination":{"total_pages":2}}})"),
      answer(200, R"({"data":[{"id":77,"alias":"delivered"}],"meta":{"pagination":{"total_pages":2}}})")};
  transport.reads = {answer(200, order_answer(77, "delivered"))};
  EXPECT_EQ(tell().value(), Told::kAlreadySo);
  EXPECT_EQ(transport.count("GET", "/checkout/statuses"), 2);
}

TEST_F(YampiClientTest, AsksAgainForAnUnknownAliasButNotEverySecond) {
  for (int i = 0; i < 10; ++i) {
    const Reply<Told> reply = tell("teleported", kNow + seconds{i});
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.failure().code, FailureCode::kConfig);
  }
  EXPECT_EQ(transport.count("GET", "/checkout/statuses"), 1);
  tell("teleported", kNow + minutes{2});
  EXPECT_EQ(transport.count("GET", "/checkout/statuses"), 2);
}

TEST_F(YampiClientTest, TheBuiltInTableStandsInWhileTheListCannotBeHad) {
  transport.writes = {answer(204, "")};
  const std::vector<HttpResult> failures = {answer(500, "{}"), answer(200, "{}"), answer(200, "<html>"),
                                            answer(429, "{}"),
                                            no_answer(TransportOutcome::kNotSent, HttpError::kNameLookup)};
  for (const HttpResult& failure : failures) {
    ScriptedTransport fresh;
    fresh.statuses = {failure};
    fresh.reads = {answer(200, order_answer(4, "paid"))};
    fresh.writes = {answer(204, "")};
    YampiClient lone(config, fresh, [] { return 1U; });
    // A 429 stops further questions until the next minute; then the built-in table serves.
    EXPECT_TRUE(lone.tell_status(170000001, "delivered", kNow).ok() || failure.status == 429);
    EXPECT_TRUE(lone.tell_status(170000001, "delivered", kNow + seconds{30}).ok());
    EXPECT_EQ(fresh.seen.back().body, R"({"status_id":7})");
  }
}

TEST_F(YampiClientTest, RefusedCredentialsAreSaidAtOnce) {
  transport.statuses = {answer(401, R"({"message":"Unauthenticated."})")};
  EXPECT_EQ(tell_failure(), FailureCode::kAuth);
  EXPECT_EQ(transport.seen.size(), 1U);
}

// --- paid orders -----------------------------------------------------------------------------------------------------

json paid_order(std::int64_t id) {
  json order = sample_json("order_paid.json")["resource"];
  order["id"] = id;
  return order;
}

std::string list_answer(const json& orders, int page, int pages) {
  return json{{"data", orders},
              {"meta", {{"pagination", {{"current_page", page}, {"total_pages", pages}, {"per_page", 100}}}}}}
      .dump();
}

TEST_F(YampiClientTest, AsksForPaidOrdersInWholeDaysOfTheShopsZone) {
  transport.reads = {answer(200, list_answer(json::array(), 1, 1))};
  ASSERT_TRUE(client().paid_orders(*parse_iso8601("2026-01-13T02:00:00Z"), 1, kNow).ok());
  EXPECT_EQ(transport.seen.back().url,
            "https://api.dooki.com.br/v2/loja-teste/orders?include=items%2Ccustomer%2Cstatus%2Cstatuses%2Ctransactions"
            "&status_id%5B%5D=4&status_id%5B%5D=5&date=created_at%3A2026-01-12%7C2026-01-15&orderBy=id&sortedBy=desc&"
            "limit=100&page=1&skipCache=true");
}

TEST_F(YampiClientTest, ReadsPaidOrdersPageByPage) {
  transport.reads = {answer(200, list_answer({paid_order(2), paid_order(1)}, 1, 2)),
                     answer(200, list_answer(json::array({paid_order(3)}), 2, 2))};
  const auto first = client().paid_orders(kNow, 1, kNow);
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(first.value().last);
  ASSERT_EQ(first.value().orders.size(), 2U);
  EXPECT_EQ(first.value().orders[0].order_id, 2);
  EXPECT_EQ(first.value().orders[0].merchant_alias, "loja-teste");
  ASSERT_EQ(first.value().orders[0].lines.size(), 2U);
  EXPECT_EQ(first.value().orders[0].lines[0].customization, "@cliente.teste");
  const auto second = client().paid_orders(kNow, 2, kNow);
  ASSERT_TRUE(second.ok());
  EXPECT_TRUE(second.value().last);
  EXPECT_THAT(transport.seen.back().url, HasSubstr("&page=2&"));
}

TEST_F(YampiClientTest, AnOrderInTheListThatIsNotPaidIsLeftOut) {
  json moved_on = paid_order(5);
  moved_on["status"]["data"] = {{"id", 8}, {"alias", "cancelled"}};
  json broken = paid_order(6);
  broken.erase("id");
  transport.reads = {answer(200, list_answer({moved_on, broken, paid_order(7), nullptr, "text"}, 1, 1))};
  const auto page = client().paid_orders(kNow, 1, kNow);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page.value().orders.size(), 1U);
  EXPECT_EQ(page.value().orders[0].order_id, 7);
}

TEST_F(YampiClientTest, AnOrderThatWasPaidAndHasMovedOnIsReadByItsHistory) {
  const auto moved_on = [](std::int64_t id, const std::string& alias) {
    json order = paid_order(id);
    order["status"]["data"] = {{"alias", alias}};
    return order;
  };
  json without_history = moved_on(9, "invoiced");
  without_history["statuses"]["data"] = json::array({{{"alias", "waiting_payment"}}});
  transport.reads = {
      answer(200, list_answer({moved_on(1, "invoiced"), moved_on(2, "handling_products"), moved_on(3, "on_carriage"),
                               moved_on(4, "delivered"), moved_on(5, "shipment_exception"), moved_on(6, "refused"),
                               without_history, paid_order(8)},
                              1, 1))};
  const auto page = client().paid_orders(kNow, 1, kNow);
  ASSERT_TRUE(page.ok());
  std::vector<std::int64_t> ids;
  for (const ShopOrder& order : page.value().orders) ids.push_back(order.order_id);
  EXPECT_EQ(ids, (std::vector<std::int64_t>{1, 2, 8}));
  EXPECT_EQ(page.value().orders[0].moved_on, MovedOn::kPaidHistory);
  EXPECT_EQ(page.value().orders[0].paid_at, parse_iso8601("2026-01-15T13:20:25Z"));
  EXPECT_EQ(page.value().orders[2].moved_on, MovedOn::kNo);
}

TEST_F(YampiClientTest, TheOperatorSaysWhichStatusesCountAsPaid) {
  config.paid_statuses = {"on_carriage"};
  transport.statuses = {answer(200, R"({"data":[{"id":4,"alias":"paid"},{"id":66,"alias":"on_carriage"}]})")};
  json order = paid_order(1);
  order["status"]["data"] = {{"alias", "on_carriage"}};
  transport.reads = {answer(200, list_answer(json::array({order}), 1, 1))};
  EXPECT_EQ(client().paid_orders(kNow, 1, kNow).value().orders.size(), 1U);
  EXPECT_THAT(transport.seen.back().url, HasSubstr("&status_id%5B%5D=4&status_id%5B%5D=66&"));
}

TEST_F(YampiClientTest, AnOddNumberInOneOrderHidesNoOther) {
  json odd = paid_order(2);
  odd["value_total"] = "NUMBER";
  std::string text = list_answer({paid_order(1), odd, paid_order(3)}, 1, 1);
  text.replace(text.find("\"NUMBER\""), 8, "123456789012345678901234567890");
  transport.reads = {answer(200, text)};
  const auto page = client().paid_orders(kNow, 1, kNow);
  ASSERT_TRUE(page.ok()) << page.failure().message;
  EXPECT_EQ(page.value().orders.size(), 3U);
}

TEST_F(YampiClientTest, WithoutPaginationAFullPageMeansThereMayBeMore) {
  json full = json::array();
  for (int i = 0; i < 100; ++i) full.push_back({{"id", i + 1}});
  transport.reads = {answer(200, json{{"data", full}}.dump()), answer(200, R"({"data":[]})")};
  EXPECT_FALSE(client().paid_orders(kNow, 1, kNow).value().last);
  EXPECT_TRUE(client().paid_orders(kNow, 2, kNow).value().last);
}

TEST_F(YampiClientTest, AnAnswerThatIsNoListIsNoEmptyList) {
  for (const char* body : {"{}", R"({"data":{}})", R"({"data":null})", "[]"}) {
    transport.reads = {answer(200, body)};
    const auto page = client().paid_orders(kNow, 1, kNow);
    ASSERT_FALSE(page.ok()) << body;
    EXPECT_EQ(page.failure().code, FailureCode::kBadResponse);
  }
}

// --- evidence --------------------------------------------------------------------------------------------------------

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
}  // namespace smmhost
