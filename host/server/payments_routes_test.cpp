// What the payments' routes must show and do.
#include <gtest/gtest.h>

#include "host/server/api_fixture.h"

namespace smmhost::server_test {
namespace {

TEST_F(ApiTest, APaymentHasTheSeedsFieldsAndWhereItStands) {
  ASSERT_EQ(post_webhook(paid_order(7)).status, 200);
  const Json payment = call("GET", "/api/payments/7_70").json();
  EXPECT_EQ(payment["id"], "7_70");
  EXPECT_EQ(payment["order_id"], 7);
  EXPECT_EQ(payment["status_alias"], "paid");
  EXPECT_EQ(payment["customer_name"], "Ana Teste");
  EXPECT_EQ(payment["email"], "ana@example.com");
  EXPECT_EQ(payment["phone_full_number"], "11900000000");
  EXPECT_EQ(payment["item_sku"], "F100");
  EXPECT_EQ(payment["item_quantity"], 2);
  EXPECT_EQ(payment["customization"], "ana.teste");
  EXPECT_EQ(payment["finished"], 0);
  EXPECT_EQ(payment["profile_status"], "pending");
  EXPECT_EQ(payment["state"], "received");
  EXPECT_EQ(payment["reason"], "");
  EXPECT_EQ(payment["created_at"], "2027-01-15T08:00:00.000Z");
  EXPECT_EQ(payment["placements"], Json::array());
}

TEST_F(ApiTest, APlacementShowsMoneyAsTextAndNumericServicesAsNumbers) {
  const auto id = stored_payment(7, PaymentState::kPlaced, PlacementState::kAccepted);
  const Json placement = call("GET", "/api/payments/" + id).json()["placements"][0];
  EXPECT_EQ(placement["id"], id + ".1");
  EXPECT_EQ(placement["service_id"], 17);
  EXPECT_EQ(placement["charge"], "0.27");
  EXPECT_EQ(placement["currency"], "USD");
  EXPECT_EQ(placement["state"], "accepted");
  EXPECT_EQ(placement["sent_at"], "2027-01-15T08:00:00.000Z");
  EXPECT_TRUE(placement["answered_at"].is_null());
}

TEST_F(ApiTest, PagesOfPaymentsMeetWithoutGapOrOverlap) {
  for (int order = 1; order <= 5; ++order) {
    clock_.time = clock_.now() + std::chrono::seconds{1};
    stored_payment(order, PaymentState::kHeld, std::nullopt);
  }
  std::vector<std::string> seen;
  std::string target = "/api/payments?state=held&limit=2";
  for (int page = 0; page < 5 && !target.empty(); ++page) {
    const Answer answer = call("GET", target);
    ASSERT_EQ(answer.status, 200);
    for (const Json& payment : answer.json()) seen.push_back(payment["id"]);
    const std::string link = answer.header("link");
    target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"5_1", "4_1", "3_1", "2_1", "1_1"}));
}

TEST_F(ApiTest, PaymentsAreFilteredByStateOrderAndText) {
  stored_payment(1, PaymentState::kHeld, std::nullopt);
  stored_payment(2, PaymentState::kPlaced, PlacementState::kAccepted);
  const auto ids = [&](const std::string& query) {
    std::string found;
    for (const Json& payment : call("GET", "/api/payments?" + query).json())
      found += payment["id"].get<std::string>() + " ";
    return found;
  };
  EXPECT_EQ(ids("state=placed"), "2_1 ");
  EXPECT_EQ(ids("order_id=1"), "1_1 ");
  EXPECT_EQ(ids("q=2_1"), "2_1 ");
  EXPECT_EQ(ids("q=ANA%20teste&order_id=2"), "2_1 ");
  EXPECT_EQ(ids("q=nobody"), "");
}

TEST_F(ApiTest, WrongFiltersAre400) {
  for (const char* query : {"limit=0", "limit=1001", "limit=x", "state=happy", "order_id=x", "colour=red"})
    EXPECT_EQ(call("GET", std::string("/api/payments?") + query).status, 400) << query;
  EXPECT_EQ(call("GET", "/api/payments?limit=1000").status, 200);
}

TEST_F(ApiTest, AnEditIsStoredShownInTheTimelineAndWakesTheEngine) {
  const auto id = stored_payment(7, PaymentState::kHeld, std::nullopt);
  const Answer answer =
      call("PUT", "/api/payments/" + id, R"({"customization":"bia.teste","email":"bia@example.com"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json()["customization"], "bia.teste");
  EXPECT_EQ(answer.json()["state"], "received");
  const auto stored = store_->payment(id)->payment;
  EXPECT_EQ(stored.email, "bia@example.com");
  EXPECT_EQ(stored.due_at, clock_.now());
  const Json timeline = call("GET", "/api/payments/" + id + "/timeline").json();
  const Json& last = timeline[timeline.size() - 1];
  EXPECT_EQ(last["actor"], "operator");
  EXPECT_EQ(last["from"], "held");
  EXPECT_EQ(last["to"], "received");
  EXPECT_EQ(woken_, (std::vector<std::string>{id}));
}

TEST_F(ApiTest, EditsThatWouldBuyTwiceAre409) {
  const auto id = stored_payment(7, PaymentState::kPlaced, PlacementState::kAccepted);
  const Answer answer = call("PUT", "/api/payments/" + id, R"({"customization":"bia.teste"})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(store_->payment(id)->payment.customization, "ana.teste");
  EXPECT_EQ(call("PUT", "/api/payments/none", R"({"finished":1})").status, 404);
}

TEST_F(ApiTest, DeletingForgetsNoMoney) {
  const auto bought = stored_payment(7, PaymentState::kPlaced, PlacementState::kAccepted);
  const auto unbought = stored_payment(8, PaymentState::kHeld, std::nullopt);
  EXPECT_EQ(call("DELETE", "/api/payments/" + bought).json(), (Json{{"archived", true}}));
  EXPECT_EQ(call("DELETE", "/api/payments/" + bought).json(), (Json{{"archived", true}}));
  EXPECT_EQ(call("DELETE", "/api/payments/" + unbought).json(), (Json{{"deleted", true}}));
  EXPECT_EQ(call("GET", "/api/payments").json(), Json::array());
  EXPECT_EQ(call("GET", "/api/payments/" + unbought).status, 404);
  const auto kept = store_->payment(bought);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->placements.size(), 1u);
  EXPECT_EQ(call("DELETE", "/api/payments/" + unbought).status, 404);
}

TEST_F(ApiTest, APaymentThatIsBeingSentCannotBeDeleted) {
  const auto id = stored_payment(7, PaymentState::kPlacing, PlacementState::kSent);
  EXPECT_EQ(call("DELETE", "/api/payments/" + id).status, 409);
  EXPECT_FALSE(store_->payment(id)->payment.archived);
}

TEST_F(ApiTest, IdsInPathsAreDecoded) {
  const auto id = stored_payment(7, PaymentState::kHeld, std::nullopt);
  EXPECT_EQ(call("GET", "/api/payments/7%5F1").json()["id"], id);
  EXPECT_EQ(call("GET", "/api/payments/7_1/../7_1").status, 404);
}

}  // namespace
}  // namespace smmhost::server_test
