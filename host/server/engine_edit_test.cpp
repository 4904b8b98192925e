// What an edit means to the real engine, which works on the payment afterwards.
#include <gtest/gtest.h>

#include "core/fulfilment/engine.h"
#include "host/server/api_fixture.h"

namespace smmhost::server_test {
namespace {

class SilentShop final : public Shop {
 public:
  Reply<Told> tell_status(std::int64_t, const std::string&, Time) override { return {.result = Told::kTold}; }
  Reply<ShopOrderPage> paid_orders(Time, int, Time) override { return {.result = ShopOrderPage{}}; }
};

class PublicProfiles final : public ProfileChecker {
 public:
  const std::string& name() const override { return name_; }
  bool can_list_posts() const override { return false; }
  Reply<Profile> check(const std::string& username, Time) override {
    asked.push_back(username);
    return {.result = Profile{.username = username}};
  }
  Reply<std::vector<Post>> latest_posts(const std::string&, int, PostKind, Time) override {
    return {.result = Failure{.code = FailureCode::kUnsupported}};
  }
  std::vector<std::string> asked;

 private:
  std::string name_ = "looter";
};

class Panel final : public SmmProvider {
 public:
  const std::string& name() const override { return name_; }
  ProviderCapabilities capabilities() const override { return {}; }
  Reply<PlacedOrder> place(const PlaceOrder& order, Time now) override {
    orders.push_back(order);
    Exchange exchange;
    exchange.id = "x" + std::to_string(orders.size());
    exchange.outcome = TransportOutcome::kAnswered;
    exchange.status = 200;
    exchange.started_at = exchange.ended_at = now;
    return {.result = PlacedOrder{.order_id = std::to_string(orders.size())}, .exchanges = {exchange}};
  }
  Reply<std::vector<OrderStatus>> status(std::span<const std::string>, Time) override {
    return {.result = unsupported()};
  }
  Reply<Money> balance(Time) override { return {.result = unsupported()}; }
  Reply<std::vector<ProviderService>> services(Time) override { return {.result = unsupported()}; }
  Reply<std::vector<FoundOrder>> find_orders(const OrderSearch&, Time) override { return {.result = unsupported()}; }
  Reply<bool> cancel(const std::string&, Time) override { return {.result = unsupported()}; }
  std::vector<PlaceOrder> orders;

 private:
  static Failure unsupported() { return {.code = FailureCode::kUnsupported}; }
  std::string name_ = "machinesmm";
};

class EditWithEngine : public ApiTest {
 protected:
  EditWithEngine() {
    Product product;
    product.sku = "F100";
    product.service_id = "17";
    product.api = "machinesmm";
    product.base_quantity = 100;
    product.type = "followers";
    EXPECT_EQ(store_->put_product(product), CommitOutcome::kCommitted);
    actions_.decide_with = [this](const std::string& id, const Decision& decision, Time now) {
      return engine_.decide(id, decision, now);
    };
  }

  Payment worked_on(const std::string& id) {
    engine_.work_on(id, clock_.now());
    return store_->payment(id)->payment;
  }

  // A payment in review because the shop paid what it had cancelled.
  std::string paid_after_cancellation() {
    Changes changes;
    Payment payment;
    payment.id = "9_1";
    payment.order_id = 9;
    payment.status_alias = "paid";
    payment.item_sku = "F100";
    payment.item_quantity = 1;
    payment.customization = "ana.teste";
    payment.cancel_requested = true;
    payment.due_at = clock_.now();
    payment.created_at = payment.updated_at = clock_.now();
    changes.payments.push_back(payment);
    EXPECT_EQ(store_->commit(changes), CommitOutcome::kCommitted);
    EXPECT_EQ(worked_on("9_1").state, PaymentState::kReview);
    return "9_1";
  }

  SilentShop shop_;
  PublicProfiles profiles_;
  Panel panel_;
  Engine engine_{
      {.store = *store_, .shop = shop_, .providers = {&panel_}, .checkers = {&profiles_}, .entropy = [] { return 7u; }},
      FulfilmentSettings{},
      {}};
};

TEST_F(EditWithEngine, ANewCustomizationIsLookedUpAndBoughtOnce) {
  ASSERT_EQ(post_webhook(paid_order(7, "not an instagram name at all !!")).status, 200);
  ASSERT_EQ(worked_on("7_70").state, PaymentState::kHeld);
  ASSERT_EQ(call("PUT", "/api/payments/7_70", R"({"customization":"bia.teste"})").status, 200);
  EXPECT_NE(worked_on("7_70").state, PaymentState::kHeld);
  ASSERT_EQ(panel_.orders.size(), 1u);
  EXPECT_EQ(panel_.orders[0].link, "https://www.instagram.com/bia.teste/");
  EXPECT_EQ(panel_.orders[0].quantity, 200);
  EXPECT_EQ(call("PUT", "/api/payments/7_70", R"({"customization":"caio.teste"})").status, 409);
  worked_on("7_70");
  EXPECT_EQ(panel_.orders.size(), 1u);
}

TEST_F(EditWithEngine, APlanThatWasNotSentFollowsTheEdit) {
  const auto id = stored_payment(7, PaymentState::kHeld, PlacementState::kIntent);
  ASSERT_EQ(call("PUT", "/api/payments/" + id, R"({"customization":"bia.teste","item_quantity":3})").status, 200);
  worked_on(id);
  ASSERT_EQ(panel_.orders.size(), 1u);
  EXPECT_EQ(panel_.orders[0].link, "https://www.instagram.com/bia.teste/");
  EXPECT_EQ(panel_.orders[0].quantity, 300);
}

TEST_F(EditWithEngine, APersonsWordThatAProfileIsPublicIsTaken) {
  const auto id = stored_payment(7, PaymentState::kHeld, std::nullopt);
  ASSERT_EQ(call("PUT", "/api/payments/" + id, R"({"profile_status":"public"})").status, 200);
  worked_on(id);
  EXPECT_TRUE(profiles_.asked.empty());
  EXPECT_EQ(panel_.orders.size(), 1u);
}

TEST_F(EditWithEngine, FinishedByHandStaysFinishedAndBuysNothing) {
  const auto id = stored_payment(7, PaymentState::kHeld, PlacementState::kIntent);
  ASSERT_EQ(call("PUT", "/api/payments/" + id, R"({"finished":1})").status, 200);
  const Payment after = worked_on(id);
  EXPECT_EQ(after.state, PaymentState::kCompleted);
  EXPECT_TRUE(after.finished);
  EXPECT_TRUE(panel_.orders.empty());
}

TEST_F(EditWithEngine, UnfinishingBuysWhatWasNeverBought) {
  const auto id = stored_payment(7, PaymentState::kHeld, PlacementState::kIntent);
  ASSERT_EQ(call("PUT", "/api/payments/" + id, R"({"finished":1})").status, 200);
  worked_on(id);
  ASSERT_EQ(call("PUT", "/api/payments/" + id, R"({"finished":0})").status, 200);
  worked_on(id);
  EXPECT_EQ(panel_.orders.size(), 1u);
}

TEST_F(EditWithEngine, ADeletedPaymentBuysNothingMore) {
  const auto id = stored_payment(7, PaymentState::kHeld, PlacementState::kRejected);
  ASSERT_EQ(call("DELETE", "/api/payments/" + id).json(), (Json{{"archived", true}}));
  EXPECT_EQ(worked_on(id).state, PaymentState::kCancelled);
  EXPECT_TRUE(panel_.orders.empty());
}

TEST_F(EditWithEngine, PaidAfterCancellationWaitsForAPersonWhoMayHaveItBought) {
  const auto id = paid_after_cancellation();
  const Json entry = call("GET", "/api/review").json()[0];
  EXPECT_EQ(entry["id"], id);
  EXPECT_EQ(entry["reason"], "paid_after_cancellation");
  EXPECT_EQ(call("POST", "/api/review/" + id, R"({"decision":"placed","provider_order_id":1})").status, 422);
  const Answer answer =
      call("POST", "/api/review/" + id, R"({"decision":"not_placed","note":"the customer wants it"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json()["state"], "received") << "the answer says what became of it";
  worked_on(id);
  EXPECT_EQ(panel_.orders.size(), 1u);
  EXPECT_EQ(call("POST", "/api/review/" + id, R"({"decision":"not_placed"})").status, 409);
}

TEST_F(EditWithEngine, PaidAfterCancellationMayBeGivenUp) {
  const auto id = paid_after_cancellation();
  ASSERT_EQ(call("POST", "/api/review/" + id, R"({"decision":"give_up"})").status, 200);
  EXPECT_EQ(worked_on(id).state, PaymentState::kCancelled);
  EXPECT_TRUE(panel_.orders.empty());
  EXPECT_EQ(call("GET", "/api/review").json(), Json::array());
}

TEST_F(EditWithEngine, ADecisionOnAPaymentNamesThePlacementsThatWait) {
  const auto id = stored_payment(7, PaymentState::kReview, PlacementState::kUnknown);
  const Answer answer = call("POST", "/api/review/" + id, R"({"decision":"give_up"})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_NE(answer.body.find("Decide " + id + ".1."), std::string::npos) << answer.body;
  EXPECT_EQ(store_->payment(id)->payment.state, PaymentState::kReview);
  EXPECT_EQ(call("POST", "/api/review/no_such", R"({"decision":"give_up"})").status, 404);
}

}  // namespace
}  // namespace smmhost::server_test
