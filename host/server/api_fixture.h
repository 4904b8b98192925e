// A whole server on loopback for tests: the real routes on a real SQLite store, with an engine, jobs and a clock of the
// test's.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>

#include "host/server/api.h"
#include "host/server/http_server.h"
#include "host/server/test_support.h"
#include "host/store/open_store.h"
#include "host/yampi/receive_webhook.h"
#include "host/yampi/signature.h"

namespace smmhost::server_test {

inline constexpr char kToken[] = "a-long-test-token";
inline constexpr char kWebhookSecret[] = "wh_TESTSECRET_not_real";

class FixedClock final : public Clock {
 public:
  Time now() const override { return time; }
  std::atomic<Time> time{from_unix_ms(1'800'000'000'000)};
};

class FakeActions final : public OperatorActions {
 public:
  DecisionOutcome decide(const std::string& id, const Decision& decision, Time now) override {
    decided_id = id;
    decided = decision;
    return decide_with ? decide_with(id, decision, now) : decision_outcome;
  }
  CommitOutcome pause_provider(const std::string& name, const std::string& why, Time) override {
    paused = name + ": " + why;
    return commit_outcome;
  }
  CommitOutcome resume_provider(const std::string& name, Time) override {
    resumed = name;
    return commit_outcome;
  }
  std::optional<ShopUpdate> tell_shop_now(std::int64_t order_id, const std::string& status_alias, Time now) override {
    if (!shop_state) return std::nullopt;
    ShopUpdate update;
    update.id = std::to_string(order_id) + "/" + status_alias;
    update.order_id = order_id;
    update.status_alias = status_alias;
    update.state = *shop_state;
    update.created_at = now;
    update.last_error = "not allowed";
    return update;
  }
  std::vector<GateView> gates(Time now) const override {
    std::vector<GateView> views{{.name = "machinesmm",
                                 .open = true,
                                 .why = "5 calls failed",
                                 .retry_at = now,
                                 .calls_per_minute = 60,
                                 .consecutive_failures = 5}};
    views.insert(views.end(), more_gates.begin(), more_gates.end());
    return views;
  }

  std::vector<GateView> more_gates;
  std::string decided_id;
  Decision decided;
  DecisionOutcome decision_outcome = DecisionOutcome::kDone;
  std::function<DecisionOutcome(const std::string&, const Decision&, Time)> decide_with;  // instead of it
  std::string paused;
  std::string resumed;
  CommitOutcome commit_outcome = CommitOutcome::kCommitted;
  std::optional<ShopUpdateState> shop_state = ShopUpdateState::kTold;
};

class FakeJobs final : public JobRunner {
 public:
  std::vector<JobView> list(Time now) override {
    return {{.name = "check_profiles",
             .schedule = "every 10m",
             .last_run = now,
             .last_result = last_result,
             .next_run = std::nullopt,
             .running = true}};
  }
  RunOutcome run(const std::string& name, Time) override {
    ran = name;
    return outcome;
  }

  std::string last_result = "3 checked";
  std::string ran;
  RunOutcome outcome = RunOutcome::kStarted;
};

class ApiTest : public testing::Test {
 protected:
  ApiTest() {
    directory_ = std::filesystem::temp_directory_path() /
                 ("smmhost-api-" + std::to_string(::getpid()) + "-" + std::to_string(counter()++));
    std::filesystem::create_directories(directory_);
    store_ = open_store("sqlite:" + (directory_ / "test.db").string());
  }
  ~ApiTest() override {
    server_.reset();
    api_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  // Starts the server on `store`, or on the fixture's own.
  void start(Store* store = nullptr, int webhooks_per_minute = 6000) {
    api_ = std::make_unique<Api>(ServerDeps{
        .store = store ? *store : *store_,
        .actions = actions_,
        .jobs = jobs_,
        .clock = clock_,
        .metrics = metrics_,
        .receive_webhook = [](std::string_view body, std::string_view signature, Time now) -> std::optional<Ingest> {
          if (!verify_webhook(body, signature, kWebhookSecret)) return std::nullopt;
          return receive_webhook({.body = body, .signature = signature, .merchant_alias = "loja-teste", .now = now});
        },
        .replay_delivery = [](const Delivery& kept, Time now) { return replay_delivery(kept, "loja-teste", now); },
        .wake =
            [this](const std::vector<std::string>& ids) {
              const std::lock_guard lock(mutex_);
              woken_.insert(woken_.end(), ids.begin(), ids.end());
              ++wakes_;
            },
        .back_up = back_up_,
        .provider_names = {"machinesmm", "worldsmm"},
        .min_balances = {{"machinesmm", 10'000'000}},
        .admin_token = Secret(kToken),
        .webhooks_per_minute = webhooks_per_minute,
    });
    HttpServerSettings settings;
    settings.port = 0;
    server_ = std::make_unique<HttpServer>(settings, *api_);
    server_->start();
  }

  int port() {
    if (!server_) start();
    return server_->port();
  }

  Answer anonymous(const std::string& method, const std::string& target, const std::string& body = {},
                   HeaderList headers = {}) {
    return ask(port(), method, target, body, headers);
  }

  Answer call(const std::string& method, const std::string& target, const std::string& body = {}) {
    return ask(port(), method, target, body, {{"Authorization", std::string("Bearer ") + kToken}});
  }

  Answer post_webhook(const std::string& body) {
    return anonymous("POST", "/api/webhook", body, {{"X-Yampi-Hmac-SHA256", sign_webhook(body, kWebhookSecret)}});
  }

  // A paid order with one line; the payment's id is "{order}_{order * 10}".
  static std::string paid_order(std::int64_t order_id, const std::string& customization = "ana.teste") {
    return Json{
        {"event", "order.paid"},
        {"time", "2026-01-15 10:20:31"},
        {"merchant", {{"id", 90001}, {"alias", "loja-teste"}}},
        {"resource",
         {{"id", order_id},
          {"number", 1},
          {"status", {{"data", {{"id", 4}, {"alias", "paid"}}}}},
          {"customer",
           {{"data",
             {{"name", "Ana Teste"}, {"email", "ana@example.com"}, {"phone", {{"full_number", "11900000000"}}}}}}},
          {"items",
           {{"data",
             {{{"id", order_id * 10},
               {"item_sku", "F100"},
               {"quantity", 2},
               {"customizations", {{{"value", customization}}}}}}}}}}}}
        .dump();
  }

  // Puts a payment with one placement of that state into the store.
  std::string stored_payment(std::int64_t order_id, PaymentState state, std::optional<PlacementState> placed) {
    Changes changes;
    Payment payment;
    payment.id = std::to_string(order_id) + "_1";
    payment.order_id = order_id;
    payment.status_alias = "paid";
    payment.customer_name = "Ana Teste";
    payment.item_sku = "F100";
    payment.item_quantity = 1;
    payment.customization = "ana.teste";
    payment.state = state;
    payment.created_at = payment.updated_at = clock_.now();
    changes.payments.push_back(payment);
    if (placed) {
      Placement placement;
      placement.id = payment.id + ".1";
      placement.payment_id = payment.id;
      placement.provider = "machinesmm";
      placement.service_id = "17";
      placement.link = "https://www.instagram.com/ana.teste/";
      placement.quantity = 100;
      placement.state = *placed;
      placement.charge = Money{270'000, "USD"};
      if (*placed == PlacementState::kUnknown) placement.reason = Reason::kOutcomeUnknown;
      if (*placed != PlacementState::kIntent) placement.sent_at = clock_.now();
      placement.created_at = placement.updated_at = clock_.now();
      changes.placements.push_back(placement);
    }
    EXPECT_EQ(store_->commit(changes), CommitOutcome::kCommitted);
    return payment.id;
  }

  static std::atomic<int>& counter() {
    static std::atomic<int> count{0};
    return count;
  }

  std::filesystem::path directory_;
  std::unique_ptr<Store> store_;
  BackupMaker back_up_;  // to be set before the first call
  FixedClock clock_;
  FakeActions actions_;
  FakeJobs jobs_;
  Metrics metrics_;
  std::mutex mutex_;
  std::vector<std::string> woken_;
  int wakes_ = 0;
  std::unique_ptr<Api> api_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace smmhost::server_test
