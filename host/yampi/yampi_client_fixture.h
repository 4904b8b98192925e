// The client of the shop over a scripted transport, for the tests of what it tells, asks and reads.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/yampi/test_support.h"
#include "host/yampi/yampi_client.h"

namespace smmhost::yampi_test {

using nlohmann::json;

inline const Time kNow = *parse_iso8601("2026-01-15T13:20:31Z");

// As GET /checkout/statuses answers (shape documented, ids observed).
inline constexpr const char* kStatuses =
    R"({"data":[{"id":3,"order":1,"alias":"waiting_payment","name":"Aguardando pagamento"},{"id":4,"alias":"paid"},
    {"id":5,"alias":"handling_products"},{"id":7,"alias":"delivered"},{"id":8,"alias":"cancelled"},{"id":11,"alias":"shipment_exception"}]})";

inline std::string order_answer(std::int64_t status_id, const std::string& alias,
                                const std::string& next = "[8,7,5,10,6,15,12,9,11]") {
  return R"({"data":{"id":170000001,"number":34724,"status_id":)" + std::to_string(status_id) +
         R"(,"desire_status_id":)" + next +
         R"(,"customer":{"data":{"cpf":"12345678909","login_url":"https://seguro.example.com/t"}},"status":{"data":{"id":)" +
         std::to_string(status_id) + R"(,"alias":")" + alias + R"("}}}})";
}

inline HttpResult answer(int status, std::string body, HttpHeaders headers = {}) {
  HttpResult result;
  result.outcome = TransportOutcome::kAnswered;
  result.status = status;
  result.body = std::move(body);
  result.headers = std::move(headers);
  result.elapsed = Duration{40};
  return result;
}

inline HttpResult no_answer(TransportOutcome outcome, HttpError error) {
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

inline json paid_order(std::int64_t id) {
  json order = sample_json("order_paid.json")["resource"];
  order["id"] = id;
  return order;
}

inline std::string list_answer(const json& orders, int page, int pages) {
  return json{{"data", orders},
              {"meta", {{"pagination", {{"current_page", page}, {"total_pages", pages}, {"per_page", 100}}}}}}
      .dump();
}

}  // namespace smmhost::yampi_test
