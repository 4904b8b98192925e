// A provider from outside, examples/panel-request-id, in the running program: its panel buys once per request id, so a
// purchase whose answer is lost is asked for again and needs no person.
#include <mutex>
#include <set>

#include "tests/e2e/e2e_test.h"
#include "tests/support/raw_server.h"

namespace smmhost::e2e {
namespace {

using testing::RawConnection;
using testing::RawServer;

std::string order_json(const std::string& id, const std::string& state) {
  return Json{{"id", id}, {"state", state}, {"cost", "1.25"}, {"currency", "USD"}, {"missing", 0}}.dump();
}

class KeyedPanelEndToEnd : public EndToEnd {
 protected:
  void SetUp() override {
    start("[provider.keyed]\nplugin = panel_request_id\nurl = " + panel_.url("/v1") +
          "\ntoken = t0k3n\ntimeout = 2s\n");
    const Json product = {
        {"sku", "SEG-KEY"}, {"api", "keyed"}, {"service_id", 12}, {"base_quantity", 100}, {"type", "followers"}};
    ASSERT_EQ(call("POST", "/api/products", product).status, 201);
    world().instagram().add_account("um");
  }

  // What the panel was asked to buy, and what it bought: one order per request id.
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::set<std::string> bought() {
    const std::lock_guard lock(mutex_);
    return bought_;
  }

 private:
  void serve(RawConnection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      if (request.starts_with("POST /v1/orders ")) {
        if (!sell(connection, request)) return;
      } else if (request.starts_with("GET /v1/orders?")) {
        connection.answer(R"({"orders":[)" + order_json(kOrderId, "completed") + "]}");
      } else {
        connection.answer(R"({"available":"100","currency":"USD"})");
      }
    }
  }

  // The first purchase is made, and the line goes dead.
  bool sell(RawConnection& connection, const std::string& request) {
    const std::lock_guard lock(mutex_);
    const Json body = Json::parse(request.substr(request.find("\r\n\r\n") + 4), nullptr, false);
    asked_.push_back(body.value("request_id", ""));
    bought_.insert(asked_.back());
    if (asked_.size() == 1) {
      connection.reset();
      return false;
    }
    return connection.answer(R"({"order":)" + order_json(kOrderId, "pending") + "}");
  }

  static constexpr const char* kOrderId = "64c0ffee00a1b2c3d4e5f601";
  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::set<std::string> bought_;
  RawServer panel_{[this](RawConnection& connection) { serve(connection); }};
};

TEST_F(KeyedPanelEndToEnd, ALostAnswerIsAskedForAgainWithTheSameKeyAndBoughtOnce) {
  const std::int64_t id = post_order("SEG-KEY", "@um");
  ASSERT_TRUE(becomes(id, "delivered"));
  ASSERT_EQ(asked().size(), 2u);
  EXPECT_FALSE(asked()[0].empty());
  EXPECT_EQ(asked()[0], asked()[1]);
  EXPECT_EQ(bought().size(), 1u);
  EXPECT_EQ(payment(id)["placements"][0]["provider_order_id"], "64c0ffee00a1b2c3d4e5f601");
}

}  // namespace
}  // namespace smmhost::e2e
