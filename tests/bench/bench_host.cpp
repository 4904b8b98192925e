#include "tests/bench/bench_host.h"

#include <fstream>
#include <stdexcept>
#include <thread>

namespace smmhost::bench {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* kToken = "admin-token-of-the-simulated-world";

// Nothing of the host's own pace is left in: what is measured is what it costs, not what it is told to wait.
constexpr const char* kWithoutPace = R"(
[profiles]
cache = 0s

[log]
level = warn

[jobs]
reconcile_shop = off
)";

// Goes on in [jobs]: what was bought is followed and told to the shop as soon as it can be.
constexpr const char* kFollowedAtOnce = R"(check_profiles = every 1s
process_payments = every 1s
track_placements = every 1s
update_delivered = every 200ms
check_providers = every 1h

[fulfilment]
track_first = 100ms
track_longest = 1s
)";

world::WorldOptions instant_world() {
  world::WorldOptions options;
  options.shop.writes_per_minute = 1'000'000;
  options.shop.reads_per_minute = 1'000'000;
  for (world::PanelOptions* panel : {&options.machinesmm, &options.worldsmm}) {
    panel->pending_for = panel->working_for = world::Millis{0};
    panel->balance_micros = 1'000'000'000'000;
    panel->one_active_order_per_link = false;
  }
  return options;
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

}  // namespace

BenchHost::BenchHost(const BenchHostOptions& options)
    : world_(instant_world()), host_(folder_ / "host.ini", folder_ / "host.log") {
  const std::string sqlite = (folder_ / "host.db").string();
  std::string pace = kWithoutPace;
  if (options.followed_at_once) pace += kFollowedAtOnce;
  std::string ini = world_.ini({.database = sqlite, .call_timeout = "5s", .more = pace});
  replace_all(ini, "6000/min", "1000000/min");
  replace_all(ini, "[host]\n",
              "[host]\n" + (options.workers > 0 ? "workers = " + std::to_string(options.workers) + "\n" : "") +
                  "webhooks_per_minute = 10000000\n");
  replace_all(ini, "writes_per_minute = 1000000", "writes_per_minute = 1000000\nreads_per_minute = 1000000");
  if (!options.store_url.empty()) replace_all(ini, "sqlite:" + sqlite, options.store_url);
  std::ofstream{folder_ / "host.ini"} << ini;
  host_.start();
  const auto made = admin("POST", "/api/products",
                          R"({"sku":"SEG-1000","api":"machinesmm","service_id":4420,"base_quantity":1000,)"
                          R"("type":"followers"})");
  if (made.status != 201 && made.status != 409) throw std::runtime_error("the product was refused: " + made.body);
}

BenchHost::~BenchHost() {
  host_.terminate();
}

std::vector<world::Webhook> BenchHost::paid_orders(int count) {
  std::vector<world::Webhook> webhooks;
  webhooks.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const std::string username = "cliente." + std::to_string(customers_++);
    world_.instagram().add_account(username, false, 0);
    webhooks.push_back(
        world_.shop().webhook(world_.shop().place_order({{{"SEG-1000", 1, "@" + username, 0}}, "paid", "pix"})));
  }
  return webhooks;
}

world::CallResult BenchHost::admin(const std::string& method, const std::string& path, const std::string& body) {
  return world::call(method, host_.address() + path, body,
                     {{"Authorization", std::string("Bearer ") + kToken}, {"Content-Type", "application/json"}});
}

void BenchHost::pause_buying() {
  if (admin("POST", "/api/providers/machinesmm/pause").status >= 300) throw std::runtime_error("cannot pause");
}

void BenchHost::resume_buying() {
  if (admin("POST", "/api/providers/machinesmm/resume").status >= 300) throw std::runtime_error("cannot resume");
}

std::size_t BenchHost::bought() {
  return world_.machinesmm().order_count();
}

std::int64_t BenchHost::payments_in(const std::vector<std::string>& states) {
  const std::string metrics = admin("GET", "/metrics").body;
  std::int64_t count = 0;
  for (const std::string& state : states) {
    const std::string name = "smmhost_payments{state=\"" + state + "\"} ";
    const std::size_t at = metrics.find(name);
    if (at != std::string::npos) count += std::stoll(metrics.substr(at + name.size(), 20));
  }
  return count;
}

void BenchHost::wait_for(const std::vector<std::string>& states, std::int64_t count, std::chrono::seconds longest) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  std::int64_t seen = 0;
  while ((seen = payments_in(states)) < count) {
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error(std::to_string(seen) + " of " + std::to_string(count) + " payments became " +
                               states.front());
    std::this_thread::sleep_for(100ms);  // looking costs the host something too
  }
}

void BenchHost::wait_for_deliveries(std::int64_t count) {
  // The shop is asked and not the host, for which counting its payments all the time is work.
  const auto deadline = std::chrono::steady_clock::now() + 120s;
  while (static_cast<std::int64_t>(world_.shop().told_count()) < count) {
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("not every order was delivered in two minutes");
    std::this_thread::sleep_for(20ms);
  }
  wait_for({"delivered"}, count);
}

std::int64_t BenchHost::status_kib(const std::string& field) const {
  std::ifstream file("/proc/" + std::to_string(host_.pid()) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(field + ":")) return std::stoll(line.substr(field.size() + 1));
  }
  throw std::runtime_error("/proc does not know " + field + " of the host");
}

std::int64_t BenchHost::resident_bytes() const {
  return status_kib("VmRSS") * 1024;
}

std::int64_t BenchHost::most_resident_bytes() const {
  return status_kib("VmHWM") * 1024;
}

int BenchHost::open_descriptors() const {
  const fs::directory_iterator entries("/proc/" + std::to_string(host_.pid()) + "/fd");
  return static_cast<int>(std::distance(fs::begin(entries), fs::end(entries)));
}

}  // namespace smmhost::bench
