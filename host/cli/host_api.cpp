#include "host/cli/host_api.h"

#include <Poco/URI.h>
#include <fmt/format.h>

#include <utility>
#include <vector>

#include "host/app/logging.h"
#include "host/app/service.h"
#include "host/app/store_settings.h"
#include "host/net/poco_transport.h"
#include "host/server/api.h"

namespace smmhost {
namespace {

using nlohmann::ordered_json;

constexpr Duration kProbeTimeout = std::chrono::seconds{5};
constexpr Duration kCallTimeout = std::chrono::seconds{60};

// Where a host with this configuration answers.
std::string base_url(const Config& config) {
  std::string host = config.listen_host;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(config.listen_port);
}

class RemoteApi final : public HostApi {
 public:
  RemoteApi(Session& session, std::string base, const Secret& token)
      : session_(session), base_(std::move(base)), token_(token) {}

  enum class Probe { kRuns, kDoesNot };
  Probe probe() {
    const HttpResult result = transport_.send({.url = base_ + "/healthz", .timeout = kProbeTimeout});
    if (result.outcome == TransportOutcome::kNotSent && result.error == HttpError::kConnect) return Probe::kDoesNot;
    if (result.outcome != TransportOutcome::kAnswered) {
      throw CommandFailed(session_.say(msg::kCannotReach, base_, result.error_text));
    }
    const ordered_json body = parse(result.body);
    if (!body.is_object() || !body.contains("status") || !body.contains("version")) {
      throw CommandFailed(session_.say(msg::kNotOurs, base_));
    }
    return Probe::kRuns;
  }

  bool is_of_running_host() const override { return true; }
  void set_patience(Duration longest) override { timeout_ = longest; }

  HostAnswer call(const std::string& method, const std::string& target, const ordered_json* body) override {
    HttpRequest request{.method = method, .url = base_ + target, .timeout = timeout_};
    request.effect = method == "GET" ? HttpEffect::kRead : HttpEffect::kWriteOnce;
    request.headers = {{"Authorization", "Bearer " + token_.reveal()}};
    if (body != nullptr) {
      request.body = body->dump();
      request.headers.emplace_back("Content-Type", "application/json");
    }
    request.max_response_bytes = std::size_t{256} << 20;
    const HttpResult result = transport_.send(request);
    if (result.outcome != TransportOutcome::kAnswered) {
      throw CommandFailed(session_.say(msg::kCannotReach, base_, result.error_text));
    }
    if (result.status == 401) throw CommandFailed(session_.say(msg::kRefused));
    return {result.status, parse(result.body)};
  }

  static ordered_json parse(const std::string& text) {
    ordered_json parsed = ordered_json::parse(text, nullptr, false);
    return parsed.is_discarded() ? ordered_json{} : parsed;
  }

 private:
  Session& session_;
  std::string base_;
  Secret token_;
  Duration timeout_ = kCallTimeout;
  PocoTransport transport_;
};

class LocalApi final : public HostApi {
 public:
  LocalApi(Config config, ApiUse use) : token_(config.admin_token), service_(for_use(std::move(config), use)) {
    if (use == ApiUse::kAct) service_.start_jobs_on_request();
  }

  bool is_of_running_host() const override { return false; }
  void set_patience(Duration) override {}

  HostAnswer call(const std::string& method, const std::string& target, const ordered_json* body) override {
    const Poco::URI uri{target};
    ServerRequest request;
    request.id = "cli";
    request.method = method;
    request.path = target.substr(0, target.find('?'));
    uri.getPathSegments(request.segments);
    for (const auto& [name, value] : uri.getQueryParameters()) request.query.emplace_back(name, value);
    request.headers = {{"Authorization", "Bearer " + token_.reveal()}, {"Content-Type", "application/json"}};
    if (body != nullptr) request.body = body->dump();
    std::optional<ServerResponse> response = service_.api().refuse(request);
    if (!response) response = service_.api().handle(request);
    return {response->status, RemoteApi::parse(response->body)};
  }

 private:
  // What does not act does without the plugins, which may be what is wrong.
  static Config for_use(Config config, ApiUse use) {
    if (use != ApiUse::kAct) {
      config.providers.clear();
      config.checkers.clear();
      config.profile_order.clear();
    }
    return config;
  }

  Secret token_;
  Service service_;
};

// What a database says that cannot be opened is for the operator.
template <class Action>
auto opened(Action action) {
  try {
    return action();
  } catch (const CannotOpenStore& refused) {
    throw CommandFailed(refused.what());
  }
}

void refuse_to_migrate(Session& session, const Config& config) {
  const std::vector<Migration> missing = opened([&] { return pending_migrations(store_settings(config)); });
  if (missing.empty()) return;
  throw CommandFailed(session.say(missing.front().number == 1 ? msg::kNoDatabase : msg::kMigrateFirst));
}

}  // namespace

std::unique_ptr<HostApi> running_host_api(Session& session) {
  const ConfigReading reading = read_config(session.config_path);
  if (!reading.errors.empty() || reading.config.listen_port == 0) return nullptr;
  auto remote = std::make_unique<RemoteApi>(session, base_url(reading.config), reading.config.admin_token);
  try {
    if (remote->probe() != RemoteApi::Probe::kRuns) return nullptr;
  } catch (const CommandFailed&) {
    return nullptr;
  }
  return remote;
}

std::unique_ptr<HostApi> open_host_api(Session& session, ApiUse use) {
  Config config = load_config_or_fail(session);
  start_logging("warn", config.log_format);
  if (config.listen_port != 0) {
    auto remote = std::make_unique<RemoteApi>(session, base_url(config), config.admin_token);
    if (remote->probe() == RemoteApi::Probe::kRuns) return remote;
  }
  if (use == ApiUse::kInspect) refuse_to_migrate(session, config);
  try {
    return std::make_unique<LocalApi>(std::move(config), use);
  } catch (const CannotStart& error) {
    throw CommandFailed(error.what());
  }
}

void refuse_running_hosts(Session& session, const Config& config) {
  if (config.listen_port != 0 &&
      RemoteApi(session, base_url(config), config.admin_token).probe() == RemoteApi::Probe::kRuns)
    throw CommandFailed(session.say(msg::kStopHostFirst));
  const std::vector<std::string> others = opened([&] { return living_hosts(store_settings(config)); });
  if (others.empty()) return;
  throw CommandFailed(session.say(msg::kStopHostsFirst, fmt::join(others, ", "), kHostIsDeadAfter.count() / 1000));
}

ordered_json ask(Session& session, HostApi& api, const std::string& method, const std::string& target,
                 const ordered_json* body) {
  HostAnswer answer = api.call(method, target, body);
  if (answer.status >= 200 && answer.status < 300) return std::move(answer.body);
  std::string detail = field(answer.body, "detail");
  if (const std::string hint = field(answer.body, "hint"); !hint.empty()) detail += " " + hint;
  throw CommandFailed(api.is_of_running_host() ? session.say(msg::kHostAnswered, answer.status, detail) : detail);
}

std::string url_encoded(const std::string& text) {
  std::string encoded;
  Poco::URI::encode(text, "!*'();:@&=+$,/?#[]%", encoded);
  return encoded;
}

std::string field(const ordered_json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

}  // namespace smmhost
