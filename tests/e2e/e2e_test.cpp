// What every end-to-end test stands on.
#include "tests/e2e/e2e_test.h"

#include <stdlib.h>

#include <fstream>
#include <stdexcept>
#include <thread>

namespace smmhost::e2e {

namespace {

namespace fs = std::filesystem;

constexpr const char* kToken = "admin-token-of-the-simulated-world";

// The end of [fulfilment] is the lease.
constexpr const char* kFast = R"(
[profiles]
recheck = 500ms
cache = 1s

[jobs]
check_profiles = every 1s
process_payments = every 1s
track_placements = every 1s
update_delivered = every 1s
reconcile_shop = off
check_providers = every 1s

[fulfilment]
held_recheck = 500ms
track_first = 200ms
track_longest = 500ms
backoff_first = 100ms
backoff_longest = 500ms
busy_link_wait = 500ms
lease = )";

fs::path new_folder() {
  std::string pattern = (fs::temp_directory_path() / "smmhost-e2e-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  return pattern;
}

Json product(const char* sku, const char* api, int service, int base, const char* type) {
  return {{"sku", sku}, {"api", api}, {"service_id", service}, {"base_quantity", base}, {"type", type}};
}

}  // namespace

EndToEnd::EndToEnd(const world::WorldOptions& options)
    : folder_(new_folder()), world_(options), host_(folder_ / "host.ini", folder_ / "host.log") {}

EndToEnd::~EndToEnd() {
  host_.kill_now();
  if (HasFailure()) {
    std::cerr << "kept for looking at: " << folder_ << "\n";
    return;
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

world::WorldOptions EndToEnd::fast_world() {
  world::WorldOptions options;
  options.clock_speed = 660;
  options.shop.writes_per_minute = 6000;
  options.shop.reads_per_minute = 60000;
  options.machinesmm.slow = std::chrono::milliseconds{300};
  options.machinesmm.hang = std::chrono::seconds{3};  // longer than any call may take
  return options;
}

void EndToEnd::start(const std::string& more) {
  std::ofstream{folder_ / "host.ini"} << world_.ini({.database = database().string(),
                                                     .store_url = store_url_,
                                                     .call_timeout = "2s",
                                                     .more = kFast + lease_ + "\n" + more});
  host_.start();
  for (const Json& one :
       {product("SEG-1000", "machinesmm", 4420, 1000, "followers"),
        product("CURT-403", "machinesmm", 2476, 403, "likes"), product("VIEW-900", "machinesmm", 3096, 900, "views"),
        product("SEG-W", "worldsmm", 101, 500, "followers")}) {
    ASSERT_EQ(call("POST", "/api/products", one).status, 201);
  }
}

std::int64_t EndToEnd::order(std::vector<OrderLine> lines, const std::string& status) {
  return world_.shop().place_order({std::move(lines), status, "pix"});
}

int EndToEnd::post(std::int64_t order_id, const world::WebhookOptions& options) {
  return world::post_webhook(host_.address() + "/api/webhook", world_.shop().webhook(order_id, options)).status;
}

int EndToEnd::post_signed(const std::string& body) {
  return world::post_webhook(host_.address() + "/api/webhook", world_.shop().sign_body(body)).status;
}

std::int64_t EndToEnd::post_order(const std::string& sku, const std::string& customization, std::int64_t quantity) {
  const std::int64_t id = order({{sku, quantity, customization, 0}});
  EXPECT_EQ(post(id), 200);
  return id;
}

std::string EndToEnd::payment_id(std::int64_t order_id, std::size_t line) {
  return std::to_string(order_id) + "_" + std::to_string(world_.shop().order(order_id).lines.at(line).item_id);
}

world::CallResult EndToEnd::call(const std::string& method, const std::string& path, const Json& body) {
  return world::call(method, host_.address() + path, body.is_null() ? "" : body.dump(),
                     {{"Authorization", std::string("Bearer ") + kToken}, {"Content-Type", "application/json"}});
}

Json EndToEnd::get(const std::string& path) {
  const auto answer = call("GET", path);
  EXPECT_EQ(answer.status, 200) << path << ": " << answer.body;
  return Json::parse(answer.body, nullptr, false);
}

Json EndToEnd::payment(std::int64_t order_id, std::size_t line) {
  const auto answer = call("GET", "/api/payments/" + payment_id(order_id, line));
  return answer.status == 200 ? Json::parse(answer.body) : Json();
}

std::string EndToEnd::state(std::int64_t order_id, std::size_t line) {
  const Json found = payment(order_id, line);
  if (found.is_null()) return {};
  const std::string reason = found.value("reason", "");
  return found.value("state", "") + (reason.empty() ? "" : "/" + reason);
}

void EndToEnd::run_job(const std::string& name) {
  const int status = call("POST", "/api/jobs/" + name + "/run").status;
  EXPECT_TRUE(status == 202 || status == 409) << name << ": " << status;
}

::testing::AssertionResult EndToEnd::eventually(const std::string& what, const std::function<bool()>& good,
                                                std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!good()) {
    if (std::chrono::steady_clock::now() > deadline) return ::testing::AssertionFailure() << "never: " << what;
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
  return ::testing::AssertionSuccess();
}

::testing::AssertionResult EndToEnd::becomes(std::int64_t order_id, const std::string& wanted, std::size_t line) {
  std::string last;
  const auto result = eventually(payment_id(order_id, line) + " becomes " + wanted,
                                 [&] { return (last = state(order_id, line)) == wanted; });
  if (!result)
    return ::testing::AssertionFailure() << result.message() << "; it is " << last << ": "
                                         << payment(order_id, line).dump();
  return result;
}

std::map<std::string, EndToEnd::Bought> EndToEnd::books() {
  std::map<std::string, Bought> bought;
  for (world::Panel* panel : {&world_.machinesmm(), &world_.worldsmm()}) {
    for (const world::PanelOrder& one : panel->orders()) {
      Bought& entry = bought[one.link];
      ++entry.times;
      entry.quantity += one.quantity;
    }
  }
  return bought;
}

void EndToEnd::expect_none_bought_twice() {
  for (const auto& [link, bought] : books()) EXPECT_EQ(bought.times, 1) << link;
}

void EndToEnd::decide_by_the_books() {
  for (const Json& entry : get("/api/review")) {
    world::Panel& panel = entry["provider"] == "worldsmm" ? world_.worldsmm() : world_.machinesmm();
    const auto orders = panel.orders_for(entry["link"].get<std::string>());
    const Json decision = orders.empty() ? Json{{"decision", "not_placed"}}
                                         : Json{{"decision", "placed"}, {"provider_order_id", orders[0].id}};
    const int status = call("POST", "/api/review/" + entry["id"].get<std::string>(), decision).status;
    EXPECT_TRUE(status == 200 || status == 409) << status;
  }
}

std::size_t EndToEnd::count_in(const std::set<std::string>& states) {
  std::size_t count = 0;
  for (const Json& one : get("/api/payments?limit=1000")) count += states.count(one["state"].get<std::string>());
  return count;
}

::testing::AssertionResult EndToEnd::comes_to_rest() {
  const std::set<std::string> at_rest{"delivered", "cancelled", "held", "review"};
  return with_whereabouts(eventually("every payment has an end, or waits for a person with a reason",
                                     [&] { return count_in(at_rest) == get("/api/payments?limit=1000").size(); }),
                          at_rest);
}

::testing::AssertionResult EndToEnd::all_are_delivered_by_the_books() {
  return with_whereabouts(eventually("every order is delivered",
                                     [&] {
                                       decide_by_the_books();
                                       return count_in({"delivered"}) == get("/api/payments?limit=1000").size();
                                     }),
                          {"delivered"});
}

::testing::AssertionResult EndToEnd::with_whereabouts(::testing::AssertionResult result,
                                                      const std::set<std::string>& expected) {
  if (result) return result;
  for (const Json& one : get("/api/payments?limit=1000")) {
    if (expected.contains(one["state"].get<std::string>())) continue;
    result << '\n' << one.dump();
    for (const Json& event : get("/api/payments/" + one["id"].get<std::string>() + "/timeline"))
      result << "\n  " << event.dump();
  }
  return result << "\ndeliveries: " << get("/api/deliveries").dump() << "\njobs: " << get("/api/jobs").dump();
}

}  // namespace smmhost::e2e
