// The whole program under load: how many webhooks a second become durable, how many purchases and whole order lives it
// manages, how soon the panel sees an order, and what memory that takes. One JSON object a line on standard output.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/bench/bench_host.h"
#include "tests/bench/webhook_load.h"

namespace smmhost::bench {
namespace {

using namespace std::chrono_literals;

constexpr double kMiB = 1024.0 * 1024.0;
constexpr int kWarmUp = 200;  // orders

struct Options {
  std::string store;  // "": SQLite
  int orders = 3000;
  int connections = 32;
  int workers = 0;  // 0: the program's default
  int seconds = 600;
  double rate = 0;  // orders a second
};

double seconds_since(Steady::time_point from) {
  return std::chrono::duration<double>(Steady::now() - from).count();
}

void report(const std::string& name, double value, const std::string& unit) {
  std::cout << nlohmann::ordered_json{{"name", name}, {"value", value}, {"unit", unit}}.dump() << std::endl;
}

// Each value lies at or above that share of all of them.
double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values.at(std::min(values.size() - 1, static_cast<std::size_t>(static_cast<double>(values.size()) * share)));
}

BenchHostOptions host_options(const Options& options, bool followed_at_once = true) {
  return {.store_url = options.store, .workers = options.workers, .followed_at_once = followed_at_once};
}

// Over HTTP, signature checked, parsed and committed.
void ingest(const Options& options) {
  BenchHost host(host_options(options));
  host.pause_buying();
  const auto webhooks = host.paid_orders(options.orders);
  const auto started = Steady::now();
  post_all(host.webhook_url(), webhooks, options.connections);
  report("webhooks over HTTP", options.orders / seconds_since(started), "1/s");
}

// Claimed, intent committed, bought over HTTP, answer committed. What follows the purchases is not measured here.
void place(const Options& options) {
  BenchHost host(host_options(options, false));
  host.pause_buying();
  post_all(host.webhook_url(), host.paid_orders(options.orders), options.connections);
  host.wait_for({"ready", "held"}, options.orders);
  const auto started = Steady::now();
  host.resume_buying();
  while (host.bought() < static_cast<std::size_t>(options.orders)) {
    if (seconds_since(started) > 120) throw std::runtime_error("not everything was bought in two minutes");
    std::this_thread::sleep_for(5ms);
  }
  report("placements", options.orders / seconds_since(started), "1/s");
}

// Orders a second that a burst of them manages from the webhook to `delivered` at the shop, `before` of them
// having gone before.
double lives_a_second(BenchHost& host, int orders, int before, const Options& options) {
  const auto webhooks = host.paid_orders(orders);
  const auto started = Steady::now();
  post_all(host.webhook_url(), webhooks, options.connections);
  host.wait_for_deliveries(before + orders);
  return orders / seconds_since(started);
}

// The engines that this is compared with are measured after some lives as well.
void life(const Options& options) {
  BenchHost host(host_options(options));
  const double at_rest = static_cast<double>(host.resident_bytes()) / kMiB;
  lives_a_second(host, kWarmUp, 0, options);
  report("order lives", lives_a_second(host, options.orders, kWarmUp, options), "1/s");
  report("memory at rest", at_rest, "MiB");
  report("memory under load", static_cast<double>(host.most_resident_bytes()) / kMiB, "MiB");
}

// From the webhook's answer to the panel's having the order in its hands, profile check included.
void pickup(const Options& options) {
  BenchHost host(host_options(options));
  const auto webhooks = host.paid_orders(options.orders);
  const auto answered = post_all(host.webhook_url(), webhooks, 1, options.rate > 0 ? options.rate : 50);
  for (int tries = 0; tries < 1000 && host.bought() < webhooks.size(); ++tries) std::this_thread::sleep_for(10ms);
  // One after the other at this pace, the n-th webhook's purchase is found by its customer.
  std::map<std::string, Steady::time_point> seen;
  for (const auto& add : host.world().machinesmm().add_requests()) seen.emplace(add.link, add.received_at);
  std::vector<double> waits;
  for (std::size_t i = 0; i < webhooks.size(); ++i) {
    const auto at = seen.find("https://www.instagram.com/cliente." + std::to_string(i) + "/");
    if (at == seen.end()) throw std::runtime_error("an order was not bought");
    waits.push_back(std::chrono::duration<double, std::milli>(at->second - answered[i]).count());
  }
  report("pickup p50", quantile(waits, 0.50), "ms");
  report("pickup p99", quantile(waits, 0.99), "ms");
}

struct Sample {
  double rss_mib = 0;
  double descriptors = 0;
};

// What grows, leaks: the last third is held against the middle one, since the first fills caches and pools.
bool stays_flat(const std::vector<Sample>& samples) {
  const auto median = [&](std::size_t third, double Sample::*field) {
    std::vector<double> values;
    for (std::size_t i = third * samples.size() / 3; i < (third + 1) * samples.size() / 3; ++i)
      values.push_back(samples[i].*field);
    return quantile(values, 0.5);
  };
  if (samples.size() < 6) throw std::runtime_error("a soak this short shows nothing; use --seconds 60 or more");
  const double grown = median(2, &Sample::rss_mib) - median(1, &Sample::rss_mib);
  const double opened = median(2, &Sample::descriptors) - median(1, &Sample::descriptors);
  report("soak memory growth", grown, "MiB");
  report("soak descriptor growth", opened, "descriptors");
  return grown <= 1.0 && opened <= 1.0;
}

// A steady load for a long time, by default at half of what a burst manages.
void soak(const Options& options) {
  BenchHost host(host_options(options));
  std::int64_t posted = 0;
  double rate = options.rate;
  if (rate <= 0) {
    rate = lives_a_second(host, options.orders, 0, options) / 2;
    posted = options.orders;
  }
  report("soak rate", rate, "1/s");
  const int per_turn = std::max(1, static_cast<int>(rate * 10));
  std::vector<Sample> samples;
  for (const auto started = Steady::now(); seconds_since(started) < options.seconds;) {
    const auto webhooks = host.paid_orders(per_turn);
    post_all(host.webhook_url(), webhooks, options.connections, rate);
    posted += per_turn;
    samples.push_back(
        {static_cast<double>(host.resident_bytes()) / kMiB, static_cast<double>(host.open_descriptors())});
    std::cout << nlohmann::ordered_json{{"second", static_cast<int>(seconds_since(started))},
                                        {"orders", posted},
                                        {"rss_mib", samples.back().rss_mib},
                                        {"descriptors", samples.back().descriptors},
                                        {"delivered", host.payments_in({"delivered"})}}
                     .dump()
              << std::endl;
  }
  host.wait_for_deliveries(posted);
  report("soak orders", static_cast<double>(posted), "orders");
  if (!stays_flat(samples)) throw std::runtime_error("memory or descriptors grew");
}

int run(int argc, char** argv) {
  CLI::App app("The whole program under load; see docs/performance.md");
  Options options;
  app.add_option("--store", options.store, "the store's URL; without it SQLite in a folder made here");
  app.add_option("--orders", options.orders, "orders")->check(CLI::Range(1, 1'000'000));
  app.add_option("--connections", options.connections, "connections that post webhooks")->check(CLI::Range(1, 1000));
  app.add_option("--workers", options.workers, "[host] workers; 0: the default")->check(CLI::Range(0, 256));
  app.add_option("--seconds", options.seconds, "soak: how long")->check(CLI::Range(10, 86'400));
  app.add_option("--rate", options.rate, "pickup and soak: orders a second")->check(CLI::Range(0.1, 100'000.0));
  app.require_subcommand(1)->fallthrough();
  const std::map<std::string, void (*)(const Options&)> modes{
      {"ingest", ingest}, {"place", place}, {"life", life}, {"pickup", pickup}, {"soak", soak}};
  for (const auto& [name, mode] : modes) app.add_subcommand(name)->callback([&options, mode] { mode(options); });
  CLI11_PARSE(app, argc, argv);
  return 0;
}

}  // namespace
}  // namespace smmhost::bench

int main(int argc, char** argv) {
  try {
    return smmhost::bench::run(argc, argv);
  } catch (const std::exception& failed) {
    std::cerr << "flow_bench: " << failed.what() << "\n";
    return 1;
  }
}
