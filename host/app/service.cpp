#include "host/app/service.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <utility>

#include "core/fulfilment/guard_ingest.h"
#include "host/app/budget_portions.h"
#include "host/app/catalogue_cache.h"
#include "host/app/draining_store.h"
#include "host/app/heartbeat.h"
#include "host/app/known_past.h"
#include "host/app/observed_ports.h"
#include "host/app/scheduler.h"
#include "host/app/stop_flag.h"
#include "host/app/store_settings.h"
#include "host/app/system_clock.h"
#include "host/app/workers.h"
#include "host/config/job_catalogue.h"
#include "host/net/poco_transport.h"
#include "host/plugin/registry.h"
#include "host/plugin/reload.h"
#include "host/server/api.h"
#include "host/server/http_server.h"
#include "host/store/backup.h"
#include "host/store/paid_lines.h"
#include "host/store/wake_ups.h"
#include "host/yampi/receive_webhook.h"
#include "host/yampi/signature.h"
#include "host/yampi/watch_webhook.h"
#include "host/yampi/yampi_client.h"

#ifdef SMMHOST_TEST_HOOKS
#include "host/app/crash_points.h"
#endif

namespace smmhost {
namespace {

constexpr int kAnonymisedAtOnce = 500;

// The name on leases where one process owns the database: it need not tell hosts apart, and stays the same when a
// container comes back under another host name, so its leases are broken at once.
constexpr const char* kOnlyOwner = "local";

// Where hosts share the database each run has a name of its own: what a run leaves behind is taken over when its signs
// of life have stopped, and a second host under the same name could never be told from the first.
std::string name_of_this_run() {
  std::array<char, 256> machine{};
  gethostname(machine.data(), machine.size() - 1);
  return fmt::format("{}-{}-{:08x}", machine.data(), getpid(), PluginEnvironment::system_entropy() & 0xffffffff);
}

// While the budget cannot be asked for, no call is made.
constexpr Duration kBudgetUnknown = std::chrono::seconds{1};

std::optional<Duration> take_shared(HostGroup& group, const std::string& name, double per_minute, int burst, Time now) {
  try {
    return group.take_budget(name, per_minute, burst, now);
  } catch (const StoreUnavailable&) {
    return kBudgetUnknown;
  }
}

template <class Action>
void tell_others(Action action) {
  try {
    action();
  } catch (const StoreUnavailable&) {
    // What they do not learn now, they learn by themselves.
  }
}

// So many calls at once are one call of a budget that has so many times fewer.
SharedBudget budget_shared_in(HostGroup& group, const std::string& name, double per_minute, int burst) {
  const auto portions = std::make_shared<BudgetPortions>(per_minute, burst, [=, &group](int calls, Time now) {
    return take_shared(group, name, per_minute / calls, std::max(1, burst / calls), now);
  });
  return {.take = [=](Time now) { return portions->take(now); },
          .pause =
              [=, &group](Duration pause, Time now) {
                portions->drop();
                tell_others([&] { group.pause_budget(name, pause, now); });
              },
          .give_back = [=, &group] { tell_others([&] { group.give_back_budget(name, per_minute); }); }};
}

StoreSettings store_of_this_run(const Config& config) {
  StoreSettings settings = store_settings(config);
  settings.host_name = is_shared(settings) ? name_of_this_run() : kOnlyOwner;
  return settings;
}

std::unique_ptr<Store> open_store_or_fail(const StoreSettings& settings) {
  try {
    return open_store(settings);
  } catch (const CannotOpenStore& error) {
    throw CannotStart(error.what());
  }
}

KnownPast past_or_fail(Store& store, Time now) {
  try {
    note_beginning(store, now);
    return KnownPast(store);
  } catch (const StoreUnavailable& error) {
    throw CannotStart(error.what());
  }
}

LoadedPlugins load_plugins_or_fail(const Config& config, const PluginEnvironment& environment) {
  auto loaded = load_plugins(config, environment);
  if (auto* plugins = std::get_if<LoadedPlugins>(&loaded)) return std::move(*plugins);
  std::string message = "the plugins cannot be used as configured";
  for (const ConfigError& error : std::get<std::vector<ConfigError>>(loaded)) message += "\n  " + to_string(error);
  throw CannotStart(message);
}

HttpServerSettings server_settings(const Config& config) {
  HttpServerSettings settings;
  settings.host = config.listen_host;
  settings.port = config.listen_port;
  settings.handler_threads = config.http_threads;
  return settings;
}

#ifdef SMMHOST_TEST_HOOKS
std::shared_ptr<CrashTrigger> crash_trigger() {
  const char* text = std::getenv("SMMHOST_CRASH_AT");
  if (text == nullptr) return nullptr;
  const std::optional<CrashPoint> point = CrashPoint::parse(text);
  if (!point) throw CannotStart(std::string{"SMMHOST_CRASH_AT names no crash point: "} + text);
  return std::make_shared<CrashTrigger>(*point);
}
#endif

// The store and the outgoing HTTP, in test builds with crash points around them.
class Ground {
 public:
  explicit Ground(const StoreSettings& store)
      : real_store_(open_store_or_fail(store)),
        real_transport_(PocoTransportOptions{.user_agent = "smmhost/" SMMHOST_VERSION}) {
#ifdef SMMHOST_TEST_HOOKS
    if (const auto trigger = crash_trigger()) {
      crashing_store_ = crashing_store(*real_store_, trigger);
      crashing_transport_ = crashing_transport(real_transport_, trigger);
    }
#endif
  }

  Store& store() {
    return crashing_store_ ? *crashing_store_ : *real_store_;
  }
  // Null where no other host can have the database open.
  HostGroup* group() {
    return dynamic_cast<HostGroup*>(real_store_.get());
  }
  HttpTransport& transport() {
    if (crashing_transport_) return *crashing_transport_;
    return real_transport_;
  }

 private:
  std::unique_ptr<Store> real_store_;
  PocoTransport real_transport_;
  std::unique_ptr<Store> crashing_store_;
  std::unique_ptr<HttpTransport> crashing_transport_;
};

}  // namespace

class Service::Impl {
 public:
  explicit Impl(Config config)
      : config_(std::move(config)),
        store_settings_(store_of_this_run(config_)),
        ground_(store_settings_),
        catalogue_(ground_.store()),
        store_(catalogue_, stop_),
        past_(past_or_fail(store_, clock_.now())),
        plugins_(load_plugins_or_fail(config_, environment())),
        reloader_(config_, environment(), plugins_.slots),
        yampi_(config_.yampi, ground_.transport(), PluginEnvironment::system_entropy, budgets_of_the_shop()),
        shop_(yampi_, metrics_),
        engine_(ports(), config_.fulfilment, gates()),
        actions_(engine_),
        workers_(steps_of(engine_, store_), clock_, WorkerSettings{.threads = config_.workers}),
        scheduler_(store_, clock_, jobs(),
                   SchedulerSettings{.timezone = config_.timezone, .host_name = store_settings_.host_name},
                   [this](const std::string& name, bool succeeded) {
                     metrics_.job_run(name, succeeded);
                     workers_.wake({});
                   }),
        api_(server_deps()) {}

  ~Impl() { stop(); }

  void start() {
    const Time now = clock_.now();
    const int taken_back = engine_.recover(now);
    if (taken_back > 0) spdlog::info("taken back from the run before: payments={}", taken_back);
    try {
      server_.emplace(server_settings(config_), api_);
    } catch (const std::runtime_error& error) {
      throw CannotStart(std::string{error.what()} +
                        "; is another program there? [host] listen says where this one listens");
    }
    join_the_others();
    wake_ups_ = open_wake_ups(store_settings_, store_settings_.host_name, [this] {
      catalogue_.forget();
      workers_.wake({});
    });
    scheduler_.start();
    workers_.start();
    server_->start();
    spdlog::info("smmhost {} started address={} providers={} checkers={}", SMMHOST_VERSION, address(),
                 plugins_.providers.size(), plugins_.checkers.size());
  }

  void start_jobs_on_request() {
    engine_.recover(clock_.now());
    join_the_others();
    scheduler_.start_on_request();
  }

  void stop() {
    if (server_) server_->stop();
    stop_.raise();
    scheduler_.stop();
    wake_ups_.reset();
    workers_.stop();
    if (const int unsaved = engine_.flush_unsaved(clock_.now()); unsaved > 0) {
      spdlog::error("answers could not be stored before the end and will be in review: placements={}", unsaved);
    }
    leave_the_others();
    server_.reset();
  }

  std::string address() const {
    const bool ipv6 = config_.listen_host.find(':') != std::string::npos;
    const std::string host = ipv6 ? "[" + config_.listen_host + "]" : config_.listen_host;
    return "http://" + host + ":" + std::to_string(server_ ? server_->port() : config_.listen_port);
  }

  Api& api() { return api_; }

 private:
  PluginEnvironment environment() {
    return {.transport = ground_.transport(), .clock = clock_, .sleep = [this](Duration duration) {
              return stop_.sleep(duration);
            }};
  }

  EnginePorts ports() {
    EnginePorts ports{.store = store_,
                      .shop = shop_,
                      .providers = {},
                      .checkers = {},
                      .entropy = PluginEnvironment::system_entropy,
                      .owner = store_settings_.host_name,
                      .is_stopping = [this] { return stop_.raised(); }};
    if (HostGroup* group = ground_.group())
      ports.shared_budget = [group](const std::string& name, const GateSettings& gate) {
        return budget_shared_in(*group, "gate/" + name, gate.calls_per_minute, gate.burst);
      };
    for (const auto& provider : plugins_.providers) {
      providers_.push_back(std::make_unique<ObservedProvider>(*provider, metrics_, stop_));
      ports.providers.push_back(providers_.back().get());
    }
    for (const std::string& name : config_.profile_order) {
      const auto found = std::find_if(plugins_.checkers.begin(), plugins_.checkers.end(),
                                      [&](const auto& checker) { return checker->name() == name; });
      if (found == plugins_.checkers.end()) continue;
      checkers_.push_back(std::make_unique<ObservedChecker>(**found, metrics_));
      ports.checkers.push_back(checkers_.back().get());
    }
    return ports;
  }

  SharedBudgets budgets_of_the_shop() {
    return {shared_budget("yampi/reads", config_.yampi.reads_per_minute),
            shared_budget("yampi/writes", config_.yampi.writes_per_minute)};
  }

  // The burst is part of what is allowed in a minute, so that no minute has more.
  SharedBudget shared_budget(const std::string& name, int per_minute) {
    HostGroup* group = ground_.group();
    if (group == nullptr) return {};
    const int burst = std::max(1, per_minute / 10);
    const double rate = std::max(per_minute - burst, 1);
    return budget_shared_in(*group, name, rate, burst);
  }

  // What a host of the database left behind is taken over: at once where there can only have been this one.
  void join_the_others() {
    HostGroup* group = ground_.group();
    if (group == nullptr) return scheduler_.recover(clock_.now());
    heartbeat_ = std::make_unique<Heartbeat>(
        *group, clock_, store_settings_.host_name, HeartbeatSettings{.dead_after = kHostIsDeadAfter},
        HeartbeatActions{.taken_over = [this](int) { workers_.wake({}); }, .given = [this] { past_.read_again(); }});
  }

  void leave_the_others() {
    if (!std::exchange(heartbeat_, nullptr)) return;
    try {
      ground_.group()->farewell(store_settings_.host_name, clock_.now());
    } catch (const StoreUnavailable&) {
      // Its silence tells them.
    }
  }

  void wake(const std::vector<std::string>& payment_ids) {
    workers_.wake(payment_ids);
    if (wake_ups_) wake_ups_->tell();
  }

  std::vector<GateConfig> gates() const {
    std::vector<GateConfig> gates;
    for (const PluginSection& provider : config_.providers) gates.push_back({provider.name, provider.gate});
    for (const PluginSection& checker : config_.checkers) gates.push_back({checker.name, checker.gate});
    return gates;
  }

  std::vector<ScheduledJob> jobs() {
    const std::map<std::string, std::function<JobReport(Time)>> steps{
        {"check_profiles", [this](Time now) { return engine_.check_profiles(now); }},
        {"process_payments", [this](Time now) { return engine_.process_payments(now); }},
        {"track_placements", [this](Time now) { return engine_.track_placements(now); }},
        {"update_delivered", [this](Time now) { return engine_.update_delivered(now); }},
        {"reconcile_shop", [this](Time now) { return engine_.reconcile_shop(now); }},
        {"watch_webhook", [this](Time now) { return watch_webhook(yampi_, store_, config_.yampi, now); }},
        {"check_providers",
         [this](Time now) {
           JobReport report = engine_.check_providers(now);
           log_alerts();
           return report;
         }},
        {"purge", [this](Time now) { return purge(now); }},
    };
    std::vector<ScheduledJob> jobs;
    for (const JobEntry& entry : kJobCatalogue) {
      const std::string name{entry.name};
      jobs.push_back({name, config_.jobs.at(name), steps.at(name)});
    }
    return jobs;
  }

  // What is due to be looked at is said again as often as the providers are checked.
  void log_alerts() {
    const Time now = clock_.now();
    for (const Alert& alert :
         current_alerts({store_, provider_names(), min_balances(), engine_.gates(now), scheduler_.list(now)}))
      spdlog::warn("alert kind={} subject={} message=\"{}\"", alert.kind, alert.subject, alert.message);
  }

  std::vector<std::string> provider_names() const {
    std::vector<std::string> names;
    for (const PluginSection& provider : config_.providers) names.push_back(provider.name);
    return names;
  }

  MinBalances min_balances() const {
    MinBalances bounds;
    for (const PluginSection& provider : config_.providers)
      if (provider.min_balance) bounds[provider.name] = *provider.min_balance;
    return bounds;
  }

  JobReport purge(Time now) {
    JobReport report;
    while (!stop_.raised()) {
      const int done = store_.anonymise(now - config_.retention, kAnonymisedAtOnce);
      report.handled += done;
      if (done < kAnonymisedAtOnce) break;
    }
    report.summary = std::to_string(report.handled) + " payments and deliveries anonymised";
    return report;
  }

  void wake_held_at(const std::string& provider) {
    try {
      store_.wake_held(Reason::kProviderUnreachable, provider, "", clock_.now());
    } catch (const StoreUnavailable&) {
      // They are looked at again by themselves, only later.
    }
  }

  // What was held because its plugin could not be used is looked at again.
  ReloadOutcome reload(const std::string& plugin) {
    ReloadOutcome outcome = reloader_.reload(plugin);
    if (outcome.result != ReloadOutcome::Result::kReloaded) return outcome;
    for (const PluginSection& provider : config_.providers)
      if (provider.plugin == plugin) wake_held_at(provider.name);
    workers_.wake({});
    return outcome;
  }

  Ingest guarded(Ingest ingest) {
    guard_ingest(store_, past_.current(), ingest);
    return ingest;
  }

  std::variant<BackupDone, std::string> make_backup(const std::string& file, Time now) {
    try {
      BackupReport report =
          back_up({.url = config_.store_url, .file = file, .now = now, .stopped = [this] { return stop_.raised(); }});
      spdlog::info("backup written bytes={} violations={}", report.bytes, report.violations.size());
      return BackupDone{std::move(report.file), report.taken_at, report.bytes, std::move(report.rows),
                        std::move(report.violations)};
    } catch (const BackupRefused& refused) {
      return std::string{refused.what()};
    } catch (const CannotOpenStore& refused) {
      return std::string{refused.what()};
    } catch (const StoreUnavailable& refused) {
      return std::string{refused.what()};
    }
  }

  ServerDeps server_deps() {
    ServerDeps deps{.store = store_, .actions = actions_, .jobs = scheduler_, .clock = clock_, .metrics = metrics_};
    deps.receive_webhook = [this](std::string_view body, std::string_view signature,
                                  Time now) -> std::optional<Ingest> {
      if (!verify_webhook(body, signature, config_.yampi.webhook_secret.reveal())) return std::nullopt;
      return guarded(
          receive_webhook({body, signature, config_.yampi.merchant_alias, now, config_.yampi.paid_statuses}));
    };
    deps.replay_delivery = [this](const Delivery& delivery, Time now) {
      return guarded(replay_delivery(delivery, config_.yampi.merchant_alias, now, config_.yampi.paid_statuses));
    };
    deps.wake = [this](const std::vector<std::string>& payment_ids) { wake(payment_ids); };
    deps.back_up = [this](const std::string& file, Time now) { return make_backup(file, now); };
    deps.paid_lines_of = paid_lines_of;
    deps.provider_names = provider_names();
    deps.min_balances = min_balances();
    deps.plugins = [this](Time now) { return reloader_.views(now); };
    deps.reload_plugin = [this](const std::string& plugin) { return reload(plugin); };
    deps.admin_token = config_.admin_token;
    deps.webhooks_per_minute = config_.webhooks_per_minute;
    return deps;
  }

  // In the order in which each stands on those before it.
  const Config config_;
  SystemClock clock_;
  StopFlag stop_;
  Metrics metrics_;
  const StoreSettings store_settings_;
  Ground ground_;
  CatalogueCache catalogue_;
  DrainingStore store_;
  KnownPast past_;
  LoadedPlugins plugins_;
  PluginReloader reloader_;
  std::vector<std::unique_ptr<ObservedProvider>> providers_;
  std::vector<std::unique_ptr<ObservedChecker>> checkers_;
  YampiClient yampi_;
  ObservedShop shop_;
  Engine engine_;
  EngineActions actions_;
  Workers workers_;
  Scheduler scheduler_;
  Api api_;
  std::unique_ptr<Heartbeat> heartbeat_;
  std::unique_ptr<WakeUps> wake_ups_;
  std::optional<HttpServer> server_;
};

Service::Service(Config config) : impl_(std::make_unique<Impl>(std::move(config))) {}
Service::~Service() = default;
void Service::start() {
  impl_->start();
}
void Service::start_jobs_on_request() {
  impl_->start_jobs_on_request();
}
void Service::stop() {
  impl_->stop();
}
std::string Service::address() const {
  return impl_->address();
}
Api& Service::api() {
  return impl_->api();
}

}  // namespace smmhost
