// See engine_fixture.h.
#include "tests/engine/engine_fixture.h"

#include <atomic>

namespace smmhost::testing {

EngineTest::EngineTest() {
  SqliteOptions options;
  options.path = folder / "store.db";
  options.synchronous = SqliteOptions::Synchronous::kOff;
  database = std::make_unique<SqliteStore>(options);
  store = std::make_unique<InterceptedStore>(*database);
  add_product("SEG", "followers");
  add_product("CURT", "likes");
  add_product("VIEW", "views");
  start_engine();
}

EngineTest::~EngineTest() {
  engine.reset();
  store.reset();
  database.reset();
}

void EngineTest::start_engine() {
  engine.reset();
  auto count = std::make_shared<std::atomic<std::uint64_t>>(1);
  const auto entropy = [count] { return count->fetch_add(1) * 0x9E3779B97F4A7C15ULL; };
  engine = std::make_unique<Engine>(
      EnginePorts{.store = *store,
                  .shop = shop,
                  .providers = {&panel, &other_panel},
                  .checkers = {&checker, &second_checker},
                  .entropy = entropy},
      settings,
      std::vector<GateConfig>{
          {"machinesmm", gate}, {"worldsmm", gate}, {"looter", checker_gate}, {"instagram230", checker_gate}});
}

void EngineTest::add_product(const std::string& sku, const std::string& type, std::vector<Route> routes,
                             std::int64_t base_quantity) {
  const Product product{.sku = sku,
                        .service_id = "7",
                        .api = "machinesmm",
                        .base_quantity = base_quantity,
                        .type = type,
                        .routes = std::move(routes)};
  ASSERT_EQ(store->put_product(product), CommitOutcome::kCommitted);
}

void EngineTest::change_product(const std::string& sku, const std::function<void(Product&)>& change) {
  Product product = store->product(sku).value();
  change(product);
  ASSERT_EQ(store->put_product(product), CommitOutcome::kCommitted);
}

void EngineTest::list_service(const std::string& provider, const std::string& service_id, std::int64_t min,
                              std::int64_t max) {
  const ProviderService service{.provider = provider, .service_id = service_id, .min = min, .max = max};
  ASSERT_EQ(store->replace_services(provider, {&service, 1}, now), CommitOutcome::kCommitted);
}

void EngineTest::post(std::int64_t order_id, std::vector<ShopOrderLine> lines) {
  ShopOrder order{.order_id = order_id, .status_alias = "paid", .lines = std::move(lines), .updated_at = now};
  for (std::size_t i = 0; i < order.lines.size(); ++i) order.lines[i].item_id = std::to_string(i + 1);
  Delivery delivery{.received_at = now, .source = "webhook", .digest = "digest " + std::to_string(++deliveries_)};
  ASSERT_EQ(store->ingest(ingest_order(order, delivery, now)).outcome, CommitOutcome::kCommitted);
}

void EngineTest::post(std::int64_t order_id, const std::string& sku, const std::string& customization,
                      std::int64_t quantity) {
  post(order_id, {{.sku = sku, .quantity = quantity, .customization = customization}});
}

void EngineTest::post_status(std::int64_t order_id, const std::string& status_alias) {
  const ShopOrder order{.order_id = order_id, .status_alias = status_alias, .updated_at = now};
  Delivery delivery{.received_at = now, .source = "webhook", .digest = "digest " + std::to_string(++deliveries_)};
  ASSERT_EQ(store->ingest(ingest_order(order, delivery, now)).outcome, CommitOutcome::kCommitted);
}

void EngineTest::work() {
  for (int rounds = 0; rounds < 100 && engine->work_due(now, 50) > 0; ++rounds) {
  }
}

void EngineTest::track() {
  pass(settings.track_longest);
  engine->track_due(now);
}

void EngineTest::buy_one_line() {
  post(1, "SEG", "@maria");
  work();
  ASSERT_EQ(placement("1_1.1").state, PlacementState::kAccepted);
}

Payment EngineTest::payment(const std::string& id) {
  return store->payment(id).value().payment;
}

Placement EngineTest::placement(const std::string& id) {
  return store->placement(id).value();
}

ShopUpdateState EngineTest::told(const std::string& update_id) {
  return store->shop_update(update_id).value().state;
}

bool EngineTest::timeline_has(const std::string& payment_id, const std::string& kind, const std::string& part_of_why) {
  for (const Event& event : store->timeline(payment_id))
    if (event.kind == kind && event.why.find(part_of_why) != std::string::npos) return true;
  return false;
}

}  // namespace smmhost::testing
