// The whole configuration, checked. Made by load_config() from the INI file, .env and the environment.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/fulfilment/settings.h"

namespace smmhost {

// A value that must not reach a log; printing it takes an explicit reveal().
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

struct Every {
  Duration interval;
};
struct DailyAt {
  std::chrono::minutes time_of_day;  // in the jobs' time zone
};
struct Off {};
using Schedule = std::variant<Every, DailyAt, Off>;

// "every 10m", "daily 19:00", "off"; nullopt for anything else.
std::optional<Schedule> parse_schedule(std::string_view text);
std::string to_string(const Schedule& schedule);

// Where a value stands, for messages.
struct SourceLine {
  std::string file;
  int line = 0;  // 0: of the file as a whole, or from the environment where `file` is "environment"
};

struct ConfigError {
  SourceLine where;
  std::string message;  // what is wrong, the nearest valid key, what the key means; never a secret's value
};

// "smmhost.ini:12: ..."
std::string to_string(const ConfigError& error);

// One key of a plugin's own section, resolved (@env:, @file:), not yet checked against the plugin's manifest.
struct PluginValue {
  std::string value;
  SourceLine where;
  bool is_resolved = true;  // false: @env: or @file: gave nothing, which is reported as a mistake already
};

// Where a plugin's code runs.
enum class Isolation {
  kProcess,    // jailed in smm-plugin-runner: what it does wrong costs one call
  kInProcess,  // in this process
};

struct PluginSection {
  std::string name;    // the part after the dot: provider.machinesmm -> machinesmm; [a-z0-9_-], 1 to 32
  std::string plugin;  // the manifest id of the plugin to use
  bool enabled = true;
  bool allow_http = false;
  Duration timeout = std::chrono::seconds{30};
  GateSettings gate;
  // An alert is raised below it; micro units in the provider's own currency. Of a provider only.
  std::optional<std::int64_t> min_balance;
  std::optional<Isolation> isolation;         // nothing: by whether the plugin comes with the program
  std::string sha256;                         // what the plugin's bytes must hash to, 64 hex digits; empty: not pinned
  std::map<std::string, PluginValue> values;  // every key that is not the host's own, `url` and `api_key` among them
  SourceLine where;
};

struct YampiConfig {
  std::string base_url;  // https://api.dooki.com.br/v2/{alias}, no trailing slash, no /orders
  std::string merchant_alias;
  Secret api_key;         // header User-Token
  Secret secret_key;      // header User-Secret-Key
  Secret webhook_secret;  // signs the webhooks; not the secret_key
  bool allow_http = false;
  Duration timeout = std::chrono::seconds{20};
  int writes_per_minute = 30;
  int reads_per_minute = 110;     // the documented limit of GET orders is 120
  std::string webhook_url;        // the address the webhook has at Yampi; empty: any that ends in /api/webhook
  bool reenable_webhook = false;  // a webhook that Yampi switched off is switched on again
  // At which an order whose history says that it was paid is to be fulfilled still; "paid" itself always is. The
  // defaults are those between payment and dispatch (ids and aliases observed in three shops).
  std::vector<std::string> paid_statuses{"paid", "handling_products", "invoiced", "ready_for_shipping"};
};

enum class LogFormat { kText, kJson };

struct Config {
  std::string listen_host = "127.0.0.1";
  int listen_port = 8080;                       // 0: any free port; the one taken is logged and printed
  int workers = 32;                             // fulfilment threads
  int http_threads = 64;                        // the most requests in progress at once
  int webhooks_per_minute = 6000;               // without a right signature; over it 429
  std::string store_url = "sqlite:smmhost.db";  // a relative path is made absolute, from the INI file's folder
  bool store_prepared_statements = true;        // no: for a pooler in transaction mode
  int store_connections = 8;
  YampiConfig yampi;
  Secret admin_token;
  std::string plugin_path;               // a folder; absolute
  std::string plugin_state;              // a folder; absolute; made when something is to be kept there
  std::string plugin_cassettes;          // a folder with one of recorded exchanges for each plugin; absolute
  std::string plugin_runner;             // smm-plugin-runner; absolute
  bool safe_mode = false;                // only the program's own plugins are loaded; of the command line
  std::vector<PluginSection> providers;  // without those that say `enabled = no`
  std::vector<PluginSection> checkers;
  std::vector<std::string> profile_order;  // names of checkers, in order of trial
  FulfilmentSettings fulfilment;
  std::string timezone = "America/Sao_Paulo";
  std::map<std::string, Schedule> jobs;  // every job of host/config/job_catalogue.h has an entry
  Duration retention = std::chrono::days{365};
  std::string log_level = "info";
  LogFormat log_format = LogFormat::kText;
  std::vector<ConfigError> warnings;  // nothing that keeps the host from starting
};

using ConfigResult = std::variant<Config, std::vector<ConfigError>>;

// The value of an environment variable; nullopt where it is not set.
using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;

// `path` empty: smmhost.ini in the working directory if there is one, else the environment alone.
// Every mistake is found in one pass. Unreadable files are mistakes too; nothing throws.
ConfigResult load_config(const std::string& path);
ConfigResult load_config(const std::string& path, const EnvironmentLookup& environment);

// What could be read, and what is wrong with it. Where there are errors the config is good for nothing but looking for
// more of them, as in its plugins' sections.
struct ConfigReading {
  Config config;
  std::vector<ConfigError> errors;
};
ConfigReading read_config(const std::string& path, const EnvironmentLookup& environment);
ConfigReading read_config(const std::string& path);

// Every key with its section, default and meaning, as an operator reads it.
std::string describe_keys();

}  // namespace smmhost
