// See simulation.h.
#include "tests/simulation/simulation.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <sstream>

#include "core/fulfilment/engine.h"
#include "host/store/sqlite/sqlite_store.h"
#include "tests/simulation/faulty_store.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/sim_edges.h"
#include "tests/simulation/sim_panel.h"

namespace smmhost::sim {
namespace {

constexpr int kSteps = 160;
constexpr int kHosts = 2;
constexpr std::int64_t kFirstOrderId = 170'000'001;

std::unique_ptr<Store> open_database(const std::string& path) {
  SqliteOptions options;
  options.path = path;
  // A simulated crash ends the process, not the machine: flushing to the disk would only slow the seeds down.
  options.synchronous = SqliteOptions::Synchronous::kOff;
  return std::make_unique<SqliteStore>(options);
}

FulfilmentSettings settings_of_run(World& world) {
  FulfilmentSettings settings;
  if (world.random.percent(20)) settings.delivered_when = DeliveredWhen::kAccepted;
  world.delivered_when_accepted = settings.delivered_when == DeliveredWhen::kAccepted;
  return settings;
}

// In some runs the dear panel lists its orders, in the others it buys once a request key.
PanelProofs proofs_of_run(World& world) {
  const bool lists_orders = world.random.percent(60);
  return {.lists_orders = lists_orders, .buys_once_a_key = !lists_orders};
}

// A clear name for one webhook as the shop sends it.
struct Posting {
  std::int64_t order_id = 0;
  std::string status;
  int body = 0;  // the same number: the same bytes
};

class Run {
 public:
  Run(std::uint64_t seed, const std::string& database)
      : world_(seed),
        settings_(settings_of_run(world_)),
        real_(open_database(database)),
        store_(world_, *real_),
        invariants_(world_, *real_),
        cheap_(world_, "machinesmm", {}),
        dear_(world_, "worldsmm", proofs_of_run(world_)),
        checker_(world_, "looter"),
        shop_(world_) {
    world_.store = real_.get();
    world_.during_call = [this] { something_in_the_middle_of_a_call(); };
    open_catalogue();
    invent_orders();
    for (int host = 0; host < kHosts; ++host) start_host(host);
  }

  RunResult run() {
    for (int step = 0; step < kSteps && world_.violations.empty(); ++step) {
      one_step();
      invariants_.check();
    }
    come_to_rest();
    note_timelines_of_violations();
    return {world_.violations, world_.sometimes, journal_.str()};
  }

 private:
  void open_catalogue();
  void invent_orders();
  void start_host(int host);
  template <class Step>
  void on_host(int host, const std::string& what, Step step);

  void one_step();
  void post_something();
  void post(const Posting& posting);
  void work_at_once(const std::vector<std::string>& payment_ids);
  void cancel_something();
  void decide_something();
  void run_a_job(int host);
  void top_up();
  bool is_anything_unknown_at(const std::string& provider);
  void install_another_plugin();
  void something_in_the_middle_of_a_call();
  void come_to_rest();
  void note_timelines_of_violations();
  void note(const std::string& what) { journal_ << to_iso8601(world_.now) << ' ' << what << '\n'; }

  World world_;
  FulfilmentSettings settings_;
  std::unique_ptr<Store> real_;
  FaultyStore store_;
  Invariants invariants_;
  SimPanel cheap_;
  SimPanel dear_;
  SimChecker checker_;
  SimShop shop_;
  std::unique_ptr<Engine> hosts_[kHosts];
  bool inside_call_ = false;
  std::vector<Posting> posted_;
  std::vector<Posting> refused_;  // answered with an error: the shop posts them again
  std::vector<std::int64_t> not_posted_;
  std::ostringstream journal_;
};

void Run::open_catalogue() {
  real_->put_product(
      {.sku = "SEG-100", .service_id = "1", .api = "machinesmm", .base_quantity = 100, .type = "followers"});
  real_->put_product(
      {.sku = "SEG-500", .service_id = "1", .api = "worldsmm", .base_quantity = 500, .type = "followers"});
  real_->put_product({.sku = "CURT-90", .service_id = "2", .api = "machinesmm", .base_quantity = 90, .type = "likes"});
  real_->put_product({.sku = "VIEW-300",
                      .service_id = "3",
                      .api = "machinesmm",
                      .base_quantity = 300,
                      .type = "views",
                      .routes = {{"worldsmm", "3"}}});
  real_->put_product({.sku = "GONE-1", .service_id = "9", .api = "nowhere", .base_quantity = 10, .type = "followers"});
  world_.pay_in("machinesmm", 4'000'000);
  world_.pay_in("worldsmm", 60'000'000);
}

void Run::invent_orders() {
  const std::vector<std::string> skus = {"SEG-100", "SEG-100", "SEG-500", "CURT-90", "VIEW-300", "GONE-1", "T-SHIRT"};
  const std::vector<std::string> users = {"ana", "bia", "caio", "davi", "eva", "fabio", "nobody"};
  for (const std::string& user : users) {
    SimProfile profile;
    profile.exists = user != "nobody";
    profile.posts = static_cast<int>(world_.random.below(6));
    if (!world_.random.percent(10)) {
      profile.public_from = world_.now;
      if (world_.random.percent(30)) *profile.public_from += std::chrono::minutes{world_.random.between(1, 600)};
    }
    world_.profiles[user] = profile;
  }
  const std::int64_t orders = world_.random.between(3, 8);
  for (std::int64_t i = 0; i < orders; ++i) {
    SimShopOrder order;
    order.order.merchant_alias = "loja-teste";
    order.order.order_id = kFirstOrderId + i;
    order.order.status_alias = "paid";
    order.order.updated_at = world_.now;
    const std::int64_t lines = world_.random.percent(60) ? 1 : world_.random.between(2, 3);
    for (std::int64_t line = 0; line < lines; ++line) {
      std::string customization = "@" + world_.random.pick(users);
      if (world_.random.percent(12)) customization.clear();
      if (world_.random.percent(4)) customization = "meu insta \xC3\xA9 ana";
      order.order.lines.push_back({std::to_string(230'000'001 + i * 10 + line), world_.random.pick(skus),
                                   world_.random.between(1, 2), customization});
    }
    not_posted_.push_back(order.order.order_id);
    order.status = "paid";
    order.paid = true;
    world_.shop_orders[order.order.order_id] = order;
  }
}

void Run::start_host(int host) {
  EnginePorts ports{.store = store_,
                    .shop = shop_,
                    .providers = {&cheap_, &dear_},
                    .checkers = {&checker_},
                    .entropy = [this] { return world_.random.next(); },
                    .owner = "host" + std::to_string(host)};
  hosts_[host] = std::make_unique<Engine>(ports, settings_,
                                          std::vector<GateConfig>{{"machinesmm", {.calls_per_minute = 600}},
                                                                  {"worldsmm", {.calls_per_minute = 600}},
                                                                  {"looter", {.calls_per_minute = 600}}});
  try {
    hosts_[host]->recover(world_.now);
  } catch (const SimulatedCrash&) {
    start_host(host);
  }
}

template <class Step>
void Run::on_host(int host, const std::string& what, Step step) {
  note("host" + std::to_string(host) + " " + what);
  try {
    step(*hosts_[host]);
  } catch (const SimulatedCrash&) {
    note("host" + std::to_string(host) + " crashed");
    if (inside_call_) throw;  // the whole process of the simulation's caller dies with it
    for (int other = 0; other < kHosts; ++other)
      if (other == host) start_host(other);
  }
}

void Run::one_step() {
  const int host = static_cast<int>(world_.random.below(kHosts));
  if (is_anything_unknown_at(dear_.name()) && world_.random.percent(20)) return install_another_plugin();
  const std::int64_t action = world_.random.below(100);
  if (action < 18) return post_something();
  if (action < 22) return cancel_something();
  if (action < 23) return install_another_plugin();
  if (action < 52) return on_host(host, "works", [&](Engine& e) { e.work_due(world_.now, 4); });
  if (action < 64) return on_host(host, "tracks", [&](Engine& e) { e.track_due(world_.now); });
  if (action < 70) return on_host(host, "tells the shop", [&](Engine& e) { e.tell_shop_due(world_.now, 4); });
  if (action < 74) return on_host(host, "saves answers", [&](Engine& e) { e.flush_unsaved(world_.now); });
  if (action < 80) return decide_something();
  if (action < 88) return run_a_job(host);
  if (action < 90) return top_up();
  if (action < 91) return store_.let_a_late_write_arrive();
  world_.advance_panel_orders();
  world_.now += std::chrono::seconds{world_.random.between(1, world_.random.percent(30) ? 7200 : 120)};
  note("time passes");
}

void Run::post_something() {
  if (!refused_.empty() && world_.random.percent(40)) {
    world_.sometimes_met("a refused webhook is posted again");
    const Posting again = refused_.back();
    refused_.pop_back();
    return post(again);
  }
  if (!posted_.empty() && world_.random.percent(25)) {
    Posting again = world_.random.pick(posted_);
    if (world_.random.percent(50)) {
      again.body += 1000;
      world_.sometimes_met("same order in other bytes");
    } else {
      world_.sometimes_met("same bytes posted again");
    }
    return post(again);
  }
  if (not_posted_.empty()) return;
  const std::int64_t order_id = not_posted_.back();
  not_posted_.pop_back();
  if (world_.random.percent(10)) {
    note("the webhook of " + std::to_string(order_id) + " is lost");
    return;
  }
  post({order_id, "paid", 0});
}

void Run::post(const Posting& posting) {
  SimShopOrder& order = world_.shop_orders.at(posting.order_id);
  ShopOrder sent = order.order;
  sent.status_alias = posting.status;
  if (posting.body >= 1000) std::reverse(sent.lines.begin(), sent.lines.end());
  Delivery delivery;
  delivery.received_at = world_.now;
  delivery.source = "webhook";
  delivery.digest = std::to_string(posting.order_id) + posting.status + std::to_string(posting.body);
  delivery.event = posting.status == "paid" ? "order.paid" : "order.status.updated";
  const IngestResult result = store_.ingest(ingest_order(sent, delivery, world_.now));
  note("webhook " + delivery.digest + (result.outcome == CommitOutcome::kCommitted ? " stored" : " refused"));
  if (result.outcome != CommitOutcome::kCommitted) return refused_.push_back(posting);
  if (posting.status == "paid") order.acknowledged = true;
  posted_.push_back(posting);
  if (world_.faults && world_.random.percent(50)) work_at_once(result.created);
}

// As a host does with what its webhook has just brought.
void Run::work_at_once(const std::vector<std::string>& payment_ids) {
  const int host = static_cast<int>(world_.random.below(kHosts));
  for (const std::string& id : payment_ids)
    on_host(host, "works on " + id, [&](Engine& e) { e.work_on(id, world_.now); });
}

void Run::cancel_something() {
  for (auto& [id, order] : world_.shop_orders) {
    if (order.cancelled || !world_.random.percent(15)) continue;
    if (order.status != "paid") continue;
    world_.sometimes_met(order.acknowledged ? "order cancelled" : "cancelled before paid arrived");
    order.cancelled = true;
    order.status = "cancelled";
    order.order.updated_at = world_.now;
    return post({id, "cancelled", 0});
  }
}

void Run::decide_something() {
  const std::vector<Placement> review = real_->list_review();
  if (review.empty()) return;
  const Placement& placement = world_.random.pick(review);
  const PanelOrder* truth = nullptr;
  for (const PanelOrder& o : world_.panel_orders)
    if (o.placement_id == placement.id && !real_->placement_by_provider_order(o.provider, o.id)) truth = &o;

  Decision decision;
  const bool unknown = placement.state == PlacementState::kUnknown;
  if (world_.random.percent(15)) {
    decision.kind = DecisionKind::kGiveUp;
  } else if (unknown && truth) {
    decision.kind = DecisionKind::kPlaced;
    decision.provider_order_id = truth->id;
  } else if (unknown || placement.state == PlacementState::kCanceled || world_.random.percent(50)) {
    decision.kind = DecisionKind::kNotPlaced;
  } else {
    decision.kind = DecisionKind::kPlaced;
  }
  on_host(0, "carries out a decision on " + placement.id, [&](Engine& e) {
    if (decision.kind == DecisionKind::kNotPlaced) ++world_.approvals[placement.id];
    const DecisionOutcome outcome = e.decide(placement.id, decision, world_.now);
    if (outcome != DecisionOutcome::kDone) return;
    if (decision.kind == DecisionKind::kPlaced) world_.sometimes_met("a person decides: placed");
    if (decision.kind == DecisionKind::kNotPlaced) world_.sometimes_met("a person decides: not placed");
    if (decision.kind == DecisionKind::kGiveUp) world_.sometimes_met("a person decides: give up");
  });
}

void Run::run_a_job(int host) {
  switch (world_.random.below(6)) {
    case 0:
      return on_host(host, "job check_profiles", [&](Engine& e) { e.check_profiles(world_.now); });
    case 1:
      return on_host(host, "job process_payments", [&](Engine& e) { e.process_payments(world_.now); });
    case 2:
      return on_host(host, "job track_placements", [&](Engine& e) { e.track_placements(world_.now); });
    case 3:
      return on_host(host, "job update_delivered", [&](Engine& e) { e.update_delivered(world_.now); });
    case 4:
      return on_host(host, "job check_providers", [&](Engine& e) { e.check_providers(world_.now); });
    default:
      break;
  }
  on_host(host, "job reconcile_shop", [&](Engine& e) {
    e.reconcile_shop(world_.now);
    for (auto& [id, order] : world_.shop_orders) {
      if (order.acknowledged || real_->payments_of_order(id).empty()) continue;
      order.acknowledged = true;
      world_.sometimes_met("webhook lost, found by the poll");
    }
  });
  // A crash in the middle of the poll leaves some of its orders stored.
  for (auto& [id, order] : world_.shop_orders)
    if (!real_->payments_of_order(id).empty()) order.acknowledged = true;
}

void Run::top_up() {
  world_.pay_in("machinesmm", 40'000'000);
  world_.sometimes_met("balance topped up");
  note("the operator tops the balance up");
}

bool Run::is_anything_unknown_at(const std::string& provider) {
  const std::vector<Placement> waiting = real_->list_review();
  return std::any_of(waiting.begin(), waiting.end(),
                     [&](const Placement& p) { return p.state == PlacementState::kUnknown && p.provider == provider; });
}

void Run::install_another_plugin() {
  const SimPlugin plugins[] = {SimPlugin::kWithoutKey, SimPlugin::kRequestId, SimPlugin::kIdempotencyHeader};
  dear_.install(plugins[world_.random.below(std::size(plugins))]);
  if (is_anything_unknown_at(dear_.name()))
    world_.sometimes_met("another plugin is installed while an outcome is unknown");
  note("the operator installs another plugin for " + dear_.name());
}

void Run::something_in_the_middle_of_a_call() {
  if (inside_call_) return;
  inside_call_ = true;
  try {
    if (world_.random.percent(40)) {
      world_.now += std::chrono::minutes{10};
      world_.sometimes_met("a lease runs out in the middle of a call");
    }
    world_.sometimes_met("another host works in the middle of a call");
    for (int host = 0; host < kHosts; ++host)
      on_host(host, "works meanwhile", [&](Engine& e) { e.work_due(world_.now, 4); });
    if (world_.random.percent(30)) cancel_something();
  } catch (const SimulatedCrash&) {
    inside_call_ = false;
    throw;
  }
  inside_call_ = false;
}

void Run::come_to_rest() {
  if (!world_.violations.empty()) return;
  note("the faults end");
  world_.faults = false;
  world_.pay_in("machinesmm", 1'000'000'000);
  world_.pay_in("worldsmm", 1'000'000'000);
  for (const Posting& posting : std::exchange(refused_, {})) post(posting);
  for (const Posting& posting : std::vector<Posting>(posted_)) post(posting);
  run_a_job(0);
  on_host(0, "job reconcile_shop", [&](Engine& e) { e.reconcile_shop(world_.now); });
  for (auto& [id, order] : world_.shop_orders)
    if (order.status == "paid" || !real_->payments_of_order(id).empty()) order.acknowledged = true;
  for (int day = 0; day < 7; ++day) {
    for (int quarter = 0; quarter < 4; ++quarter) {
      for (int host = 0; host < kHosts; ++host) {
        on_host(host, "rests", [&](Engine& e) {
          e.flush_unsaved(world_.now);
          e.check_providers(world_.now);
          e.check_profiles(world_.now);
          e.process_payments(world_.now);
          e.track_placements(world_.now);
          e.update_delivered(world_.now);
          e.tell_shop_due(world_.now, 100);
        });
      }
      for (int decisions = 0; decisions < 3; ++decisions) decide_something();
      world_.advance_panel_orders();
      world_.now += std::chrono::hours{6};
    }
    invariants_.check();
    if (!world_.violations.empty()) return;
  }
  for (int i = 0; i < 50 && !real_->list_review().empty(); ++i) decide_something();
  invariants_.check_at_rest();
}

void Run::note_timelines_of_violations() {
  for (const PaymentDetail& detail : real_->list_payments({.limit = 1000, .with_archived = true})) {
    const bool named = std::any_of(
        world_.violations.begin(), world_.violations.end(),
        [&](const std::string& violation) { return violation.find(detail.payment.id) != std::string::npos; });
    if (!named) continue;
    const Payment& p = detail.payment;
    journal_ << p.id << ": " << to_string(p.state) << ' ' << to_string(p.reason) << ", due "
             << (p.due_at ? to_iso8601(*p.due_at) : "never") << ", leased by \"" << p.lease_owner << "\"\n";
    for (const Event& event : real_->timeline(p.id))
      journal_ << "  " << to_iso8601(event.at) << ' ' << event.placement_id << ' ' << event.kind << ' ' << event.from
               << " -> " << event.to << ": " << event.why << " (" << event.actor << ")\n";
  }
}

}  // namespace

RunResult run_simulation(std::uint64_t seed, const std::string& directory) {
  const std::string database = directory + "/" + std::to_string(seed) + ".db";
  RunResult result = Run(seed, database).run();
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) std::filesystem::remove(database + suffix);
  return result;
}

}  // namespace smmhost::sim
