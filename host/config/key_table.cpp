#include "host/config/key_table.h"

#include <date/tz.h>

#include <algorithm>
#include <functional>

#include "core/domain/money.h"
#include "host/config/job_catalogue.h"
#include "host/config/text.h"
#include "host/config/values.h"

namespace smmhost {
namespace {

using Problem = std::optional<std::string>;

// The forms a value can have. Each makes the `apply` of one key out of its place: a member, or a function to the
// member.

template <auto Field>
auto& field_of(auto& target) {
  return std::invoke(Field, target);
}

template <auto Field, class Target>
Problem text_value(Target& target, const std::string& value) {
  field_of<Field>(target) = value;
  return std::nullopt;
}

template <auto Field, class Target>
Problem secret_value(Target& target, const std::string& value) {
  field_of<Field>(target) = Secret{value};
  return std::nullopt;
}

template <auto Field, class Target>
Problem yes_no_value(Target& target, const std::string& value) {
  const std::optional<bool> parsed = parse_bool(value);
  if (!parsed) return "expected yes or no";
  field_of<Field>(target) = *parsed;
  return std::nullopt;
}

template <auto Field, int kMin, int kMax, class Target>
Problem int_value(Target& target, const std::string& value) {
  const std::optional<int> parsed = parse_int(value, kMin, kMax);
  if (!parsed) return "expected a whole number from " + std::to_string(kMin) + " to " + std::to_string(kMax);
  field_of<Field>(target) = *parsed;
  return std::nullopt;
}

template <auto Field, int kMinMs, class Target>
Problem duration_value(Target& target, const std::string& value) {
  const std::optional<Duration> parsed = parse_duration(value);
  if (!parsed) return "expected a duration such as 500ms, 30s, 10m, 1h or 7d";
  if (*parsed < Duration{kMinMs}) return "expected at least " + duration_text(Duration{kMinMs});
  field_of<Field>(target) = *parsed;
  return std::nullopt;
}

// A status of the shop, or `none`.
template <auto Field>
Problem status_value(Config& config, const std::string& value) {
  const bool is_alias =
      std::all_of(value.begin(), value.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  if (!is_alias) return "expected a status alias of Yampi such as shipment_exception, or none";
  field_of<Field>(config) = value == "none" ? std::string{} : value;
  return std::nullopt;
}

Problem min_balance_value(PluginSection& section, const std::string& value) {
  const auto micros = parse_decimal_micros(value);
  if (!micros || *micros < 0) return "expected an amount such as 25 or 12.50, without a currency";
  section.min_balance = *micros;
  return std::nullopt;
}

Problem listen_value(Config& config, const std::string& value) {
  const std::optional<HostPort> parsed = parse_host_port(value);
  if (!parsed) return "expected address:port, such as 127.0.0.1:8080 or [::1]:8080";
  config.listen_host = parsed->host;
  config.listen_port = parsed->port;
  return std::nullopt;
}

Problem store_url_value(Config& config, const std::string& value) {
  const bool postgresql = value.starts_with("postgresql://") || value.starts_with("postgres://");
  if (!postgresql && (!value.starts_with("sqlite:") || value.size() == 7)) {
    return "expected sqlite:PATH or postgresql://user:password@host/database";
  }
  config.store_url = value;
  return std::nullopt;
}

// The seed's variable ends in /orders; the API's base does not.
Problem base_url_value(Config& config, const std::string& value) {
  std::string url = value;
  const auto strip_slashes = [&] {
    while (url.ends_with('/')) url.pop_back();
  };
  strip_slashes();
  if (url.ends_with("/orders")) url.resize(url.size() - 7);
  strip_slashes();
  const std::size_t authority = url.find("://");
  const std::size_t path = authority == std::string::npos ? authority : url.find('/', authority + 3);
  const std::string alias = path == std::string::npos ? std::string{} : url.substr(url.rfind('/') + 1);
  if (alias.empty() || url.find('?') != std::string::npos) {
    return "expected https://api.dooki.com.br/v2/ and the store's alias";
  }
  config.yampi.base_url = url;
  config.yampi.merchant_alias = alias;
  return std::nullopt;
}

Problem timezone_value(Config& config, const std::string& value) {
  try {
    date::locate_zone(value);
  } catch (const std::exception&) {
    return "is not a time zone of this machine; expected a name such as America/Sao_Paulo or UTC";
  }
  config.timezone = value;
  return std::nullopt;
}

Problem order_value(Config& config, const std::string& value) {
  config.profile_order = split_trimmed(value, ',');
  const auto& names = config.profile_order;
  if (std::find(names.begin(), names.end(), "") != names.end()) return "expected names of checkers separated by commas";
  return std::nullopt;
}

Problem paid_statuses_value(Config& config, const std::string& value) {
  static const std::vector<std::string> kNeverPaid{"",          "waiting_payment", "partially_paid",
                                                   "cancelled", "refused",         "refunded"};
  const std::vector<std::string> aliases = split_trimmed(value, ',');
  for (const std::string& alias : aliases) {
    const bool is_alias =
        std::all_of(alias.begin(), alias.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    if (!is_alias || std::find(kNeverPaid.begin(), kNeverPaid.end(), alias) != kNeverPaid.end())
      return "expected statuses of Yampi that follow payment, separated by commas, such as paid, invoiced";
  }
  config.yampi.paid_statuses = aliases;
  return std::nullopt;
}

Problem delivered_when_value(Config& config, const std::string& value) {
  if (value != "completed" && value != "accepted") return "expected completed or accepted";
  config.fulfilment.delivered_when = value == "completed" ? DeliveredWhen::kCompleted : DeliveredWhen::kAccepted;
  return std::nullopt;
}

Problem log_level_value(Config& config, const std::string& value) {
  static const std::vector<std::string> kLevels{"trace", "debug", "info", "warn", "error"};
  if (std::find(kLevels.begin(), kLevels.end(), value) == kLevels.end()) {
    return "expected trace, debug, info, warn or error";
  }
  config.log_level = value;
  return std::nullopt;
}

Problem log_format_value(Config& config, const std::string& value) {
  if (value != "text" && value != "json") return "expected text or json";
  config.log_format = value == "json" ? LogFormat::kJson : LogFormat::kText;
  return std::nullopt;
}

// Ten seconds' worth, but ten calls at most; of a rate above 100 a second a tenth of a second's worth, because calls of
// one moment are that many there.
int burst_of(double calls_per_minute) {
  return std::max(std::clamp(static_cast<int>(calls_per_minute / 6), 1, 10), static_cast<int>(calls_per_minute / 600));
}

Problem rate_value(PluginSection& section, const std::string& value) {
  const std::optional<double> rate = parse_rate_per_minute(value);
  if (!rate) return "expected calls per time such as 60/min, 1/s or 600/h";
  section.gate.calls_per_minute = *rate;
  section.gate.burst = burst_of(*rate);
  return std::nullopt;
}

Problem isolation_value(PluginSection& section, const std::string& value) {
  if (value != "process" && value != "in-process") return "expected process or in-process";
  section.isolation = value == "process" ? Isolation::kProcess : Isolation::kInProcess;
  return std::nullopt;
}

Problem sha256_value(PluginSection& section, const std::string& value) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  if (value.size() != 64 || !std::all_of(value.begin(), value.end(), is_hex))
    return "expected 64 hex digits, as sha256sum prints them";
  section.sha256.clear();
  for (const char c : value) section.sha256 += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::nullopt;
}

constexpr auto api_key_of = [](Config& c) -> Secret& { return c.yampi.api_key; };
constexpr auto secret_key_of = [](Config& c) -> Secret& { return c.yampi.secret_key; };
constexpr auto webhook_secret_of = [](Config& c) -> Secret& { return c.yampi.webhook_secret; };
constexpr auto yampi_http_of = [](Config& c) -> bool& { return c.yampi.allow_http; };
constexpr auto yampi_timeout_of = [](Config& c) -> Duration& { return c.yampi.timeout; };
constexpr auto yampi_writes_of = [](Config& c) -> int& { return c.yampi.writes_per_minute; };
constexpr auto webhook_url_of = [](Config& c) -> std::string& { return c.yampi.webhook_url; };
constexpr auto reenable_webhook_of = [](Config& c) -> bool& { return c.yampi.reenable_webhook; };
constexpr auto yampi_reads_of = [](Config& c) -> int& { return c.yampi.reads_per_minute; };

template <class T, T FulfilmentSettings::*Member>
constexpr auto fulfilment_of = [](Config& c) -> T& { return c.fulfilment.*Member; };
template <Duration FulfilmentSettings::*Member>
constexpr auto fulfilment_time = fulfilment_of<Duration, Member>;

}  // namespace

const std::vector<KeySpec<Config>>& config_keys() {
  using F = FulfilmentSettings;
  static const std::vector<KeySpec<Config>> kKeys{
      {"host", "listen", "127.0.0.1:8080", "the address and port the HTTP server takes; port 0 takes any free one",
       listen_value},
      {"host", "workers", "32", "threads that check profiles and buy", int_value<&Config::workers, 1, 256, Config>},
      {"host", "http_threads", "64", "the most HTTP requests in progress at once",
       int_value<&Config::http_threads, 4, 1024, Config>},
      {"host", "webhooks_per_minute", "6000",
       "posts to the webhook without a right signature; over this rate they are answered 429, signed ones never",
       int_value<&Config::webhooks_per_minute, 1, 10'000'000, Config>},

      {"store", "url", "sqlite:smmhost.db", "the database; a relative path starts at the folder of this file",
       store_url_value, true},
      {"store", "prepared_statements", "yes",
       "PostgreSQL: no keeps nothing in a session, for a pooler in transaction mode (pgbouncer)",
       yes_no_value<&Config::store_prepared_statements, Config>},
      {"store", "connections", "8", "PostgreSQL: the most connections of this host, beside five that it always has",
       int_value<&Config::store_connections, 3, 200, Config>},
      {"store", "retention", "365d",
       "personal data of payments that ended longer ago, and of webhooks without a payment, is anonymised",
       duration_value<&Config::retention, 86'400'000, Config>},

      {"yampi", "base_url", "required", "the store's API address: https://api.dooki.com.br/v2/ and the store's alias",
       base_url_value},
      {"yampi", "api_key", "required", "the API key (User-Token) from Yampi's panel", secret_value<api_key_of, Config>,
       true},
      {"yampi", "secret_key", "required", "the secret key (User-Secret-Key) from Yampi's panel",
       secret_value<secret_key_of, Config>, true},
      {"yampi", "webhook_secret", "required", "the secret Yampi signs this webhook with; it is not the secret_key",
       secret_value<webhook_secret_of, Config>, true},
      {"yampi", "allow_http", "no", "accepts an http:// base_url that is not loopback",
       yes_no_value<yampi_http_of, Config>},
      {"yampi", "timeout", "20s", "the longest a call to Yampi may take",
       duration_value<yampi_timeout_of, 100, Config>},
      {"yampi", "writes_per_minute", "30", "the most status changes sent to Yampi in a minute",
       int_value<yampi_writes_of, 1, 1'000'000, Config>},
      {"yampi", "reads_per_minute", "110", "the most questions sent to Yampi in a minute; its limit is 120",
       int_value<yampi_reads_of, 1, 1'000'000, Config>},
      {"yampi", "reconcile_window", "10d", "how far back reconcile_shop looks for paid orders",
       duration_value<fulfilment_time<&F::reconcile_window>, 60'000, Config>},
      {"yampi", "webhook_url", "any address that ends in /api/webhook",
       "the address that this host's webhook has at Yampi, by which watch_webhook finds it",
       text_value<webhook_url_of, Config>},
      {"yampi", "reenable_webhook", "no", "yes: watch_webhook switches a webhook on again that Yampi switched off",
       yes_no_value<reenable_webhook_of, Config>},
      {"yampi", "paid_statuses", "paid, handling_products, invoiced, ready_for_shipping",
       "an order whose history says paid is fulfilled at these statuses too; an order on its way or delivered is not, "
       "unless Yampi posts order.paid for it",
       paid_statuses_value},

      {"admin", "token", "required", "the bearer token of the API and the dashboard; at least 16 characters",
       secret_value<&Config::admin_token, Config>, true},

      {"plugins", "path", "plugins beside the program", "the folder with the plugins' .so files",
       text_value<&Config::plugin_path, Config>},
      {"plugins", "state", "plugin-state beside the database",
       "the folder that remembers which plugins crashed the program while they were loaded",
       text_value<&Config::plugin_state, Config>},
      {"plugins", "cassettes", "cassettes in the folder of the plugins",
       "the folder of recorded exchanges, ID/*.json, that a new copy must replay before a reload takes it",
       text_value<&Config::plugin_cassettes, Config>},
      {"plugins", "runner", "smm-plugin-runner beside the program", "the program that plugins are jailed in",
       text_value<&Config::plugin_runner, Config>},

      {"profiles", "order", "all checkers in the order of this file",
       "checkers in the order of trial, separated by commas", order_value},
      {"profiles", "recheck", "10m", "time between checks of a private or missing profile",
       duration_value<fulfilment_time<&F::profile_recheck>, 100, Config>},
      {"profiles", "give_up_after", "7d", "a profile not public for this long is held for a person",
       duration_value<fulfilment_time<&F::profile_give_up_after>, 100, Config>},
      {"profiles", "cache", "60s", "how long a look-up's answer serves other lines; 0s: not at all",
       duration_value<fulfilment_time<&F::profile_cache>, 0, Config>},

      {"jobs", "timezone", "America/Sao_Paulo", "the time zone of `daily` schedules", timezone_value},

      {"fulfilment", "delivered_when", "completed", "completed or accepted: when a purchase counts as done",
       delivered_when_value},
      {"fulfilment", "likes_posts", "4", "the number of latest posts that likes and views are split over",
       int_value<fulfilment_of<int, &F::likes_posts>, 1, 50, Config>},
      {"fulfilment", "held_recheck", "10m", "time between looks at a payment held for a cause that may go away",
       duration_value<fulfilment_time<&F::held_recheck>, 100, Config>},
      {"fulfilment", "lease", "3m", "the work of a host that died comes back after this; more than every timeout",
       duration_value<fulfilment_time<&F::lease>, 1000, Config>},
      {"fulfilment", "track_first", "1m", "time from acceptance to the first question for the status",
       duration_value<fulfilment_time<&F::track_first>, 100, Config>},
      {"fulfilment", "track_longest", "1h", "the longest time between questions for the status",
       duration_value<fulfilment_time<&F::track_longest>, 100, Config>},
      {"fulfilment", "problem_after", "24h",
       "a purchase of which the provider says for this long that it failed is reviewed",
       duration_value<fulfilment_time<&F::problem_after>, 100, Config>},
      {"fulfilment", "stale_after", "7d", "a purchase that has not ended this long after its acceptance is reviewed",
       duration_value<fulfilment_time<&F::stale_after>, 100, Config>},
      {"fulfilment", "backoff_first", "2s", "the first wait after a call that was certainly not sent",
       duration_value<fulfilment_time<&F::backoff_first>, 10, Config>},
      {"fulfilment", "backoff_longest", "10m", "the longest such wait",
       duration_value<fulfilment_time<&F::backoff_longest>, 10, Config>},
      {"fulfilment", "busy_link_wait", "15m", "the wait after a provider says that the link has an active order",
       duration_value<fulfilment_time<&F::busy_link_wait>, 100, Config>},
      {"fulfilment", "transient_failures_before_held", "5",
       "failed tries after which a payment is shown as held; tried on",
       int_value<fulfilment_of<int, &F::transient_failures_before_held>, 1, 1000, Config>},
      {"fulfilment", "status_when_private", "shipment_exception",
       "what Yampi is told, once, of a private profile; none: nothing",
       status_value<fulfilment_of<std::string, &F::status_when_private>>},
      {"fulfilment", "status_when_public_again", "handling_products", "what Yampi is told when it opens; none: nothing",
       status_value<fulfilment_of<std::string, &F::status_when_public_again>>},

      {"log", "level", "info", "trace, debug, info, warn or error", log_level_value},
      {"log", "format", "text", "text or json (one object a line)", log_format_value},
  };
  return kKeys;
}

const std::vector<KeySpec<PluginSection>>& plugin_section_keys() {
  using S = PluginSection;
  constexpr std::string_view kBoth = "provider";
  static const std::vector<KeySpec<S>> kKeys{
      {kBoth, "plugin", "the section's name", "the id of the plugin to use", text_value<&S::plugin, S>},
      {kBoth, "enabled", "yes", "no: as if the section were not there", yes_no_value<&S::enabled, S>},
      {kBoth, "rate", "60/min", "the most calls per time", rate_value},
      {kBoth, "timeout", "30s", "the longest a call may take", duration_value<&S::timeout, 100, S>},
      {kBoth, "allow_http", "no", "accepts an http:// url that is not loopback", yes_no_value<&S::allow_http, S>},
      {kBoth, "min_balance", "none", "an alert is raised when the balance at the provider is below it, in its currency",
       min_balance_value},
      {kBoth, "isolation", "in-process for the program's own plugins, process for others",
       "process: the plugin runs jailed in a process of its own; in-process: a crash of it is a crash of the host",
       isolation_value},
      {kBoth, "sha256", "not pinned", "the SHA-256 of the plugin's file; another file is refused", sha256_value},
  };
  return kKeys;
}

const std::vector<std::string>& section_names() {
  static const std::vector<std::string> kNames{"host",     "store", "yampi",      "admin", "plugins",
                                               "profiles", "jobs",  "fulfilment", "log"};
  return kNames;
}

std::vector<std::string> keys_of_section(std::string_view section) {
  std::vector<std::string> keys;
  for (const auto& spec : config_keys()) {
    if (spec.section == section) keys.emplace_back(spec.key);
  }
  if (section == "jobs") {
    for (const JobEntry& job : kJobCatalogue) keys.emplace_back(job.name);
  }
  return keys;
}

std::string meaning_of(std::string_view section, std::string_view key) {
  const auto phrase = [](std::string_view help, std::string_view fallback) {
    std::string text{help};
    return text + (fallback == "required" ? " (required)" : " (default: " + std::string{fallback} + ")");
  };
  if (section == "jobs") {
    for (const JobEntry& job : kJobCatalogue) {
      if (job.name == key) return phrase(job.help, job.default_schedule);
    }
  }
  for (const auto& spec : config_keys()) {
    if (spec.section == section && spec.key == key) return phrase(spec.help, spec.fallback);
  }
  if (section == "provider" || section == "checker") {
    for (const auto& spec : plugin_section_keys()) {
      if (spec.key == key) return phrase(spec.help, spec.fallback);
    }
  }
  return {};
}

std::string describe_keys() {
  std::string text;
  const auto add_section = [&](std::string_view title, std::string_view section, const std::vector<std::string>& keys) {
    text += (text.empty() ? "[" : "\n[") + std::string{title} + "]\n";
    for (const std::string& key : keys) {
      text += key + std::string(key.size() < 32 ? 32 - key.size() : 1, ' ') + meaning_of(section, key) + "\n";
    }
  };
  for (const std::string& section : section_names()) add_section(section, section, keys_of_section(section));
  std::vector<std::string> own;
  for (const auto& spec : plugin_section_keys()) own.emplace_back(spec.key);
  add_section("provider.NAME] and [checker.NAME", "provider", own);
  text += "every other key belongs to the plugin: smmhost plugins why ID\n";
  return text;
}

}  // namespace smmhost
