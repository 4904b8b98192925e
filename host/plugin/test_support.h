// What the tests of plugins share: a transport that answers from a list, a world without real time, an opened zoo
// plugin.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "host/plugin/environment.h"
#include "host/plugin/instance.h"

namespace smmhost::testing {

inline HttpResult answered(std::string body, int status = 200) {
  HttpResult result;
  result.outcome = TransportOutcome::kAnswered;
  result.status = status;
  result.headers = {{"Content-Type", "text/plain"}};
  result.body = std::move(body);
  return result;
}

inline HttpResult unanswered(TransportOutcome outcome) {
  HttpResult result;
  result.outcome = outcome;
  result.error = HttpError::kTimeout;
  result.error_text = "no complete answer in time";
  return result;
}

// Answers each request with the next of `answers`; a request too many is maybe sent, and counted.
class FakeTransport final : public HttpTransport {
 public:
  HttpResult send(const HttpRequest& request) override {
    const std::lock_guard lock(mutex);
    requests.push_back(request);
    if (answers.empty()) return unanswered(TransportOutcome::kMaybeSent);
    HttpResult answer = answers.front();
    answers.pop_front();
    return answer;
  }

  std::mutex mutex;
  std::deque<HttpResult> answers;
  std::vector<HttpRequest> requests;
};

class FixedClock final : public Clock {
 public:
  Time now() const override { return from_unix_ms(1'700'000'000'000); }
};

// A world in which nothing waits. Everything is recorded.
struct FakeWorld {
  FakeTransport transport;
  FixedClock clock;
  std::mutex mutex;
  std::vector<Duration> slept;
  std::vector<std::string> logged;
  std::uint64_t drawn = 0;
  bool stopping = false;

  PluginEnvironment environment() {
    return {transport, clock,
            [this](Duration duration) {
              const std::lock_guard lock(mutex);
              slept.push_back(duration);
              return !stopping;
            },
            [this] {
              const std::lock_guard lock(mutex);
              return ++drawn;
            },
            [this](const std::string& name, PluginLogLevel, const std::string& message) {
              const std::lock_guard lock(mutex);
              logged.push_back(name + ": " + message);
            }};
  }
};

inline std::string zoo(const std::string& name) {
  return std::string(ZOO_FOLDER) + "/" + name + ".so";
}

inline PluginSection section(const std::string& plugin, std::map<std::string, std::string> values = {}) {
  PluginSection section;
  section.name = "panel";
  section.plugin = plugin;
  section.where = {"smmhost.ini", 10};
  int line = 11;
  for (auto& [key, value] : values) section.values[key] = {value, {"smmhost.ini", line++}};
  return section;
}

// An instance of a plugin of the zoo, or a failed test.
inline std::unique_ptr<PluginInstance> open_zoo(const std::string& name, const PluginSection& section,
                                                const PluginEnvironment& environment) {
  auto loaded = load_library(zoo(name));
  if (auto* refusal = std::get_if<Refusal>(&loaded)) {
    ADD_FAILURE() << refusal->reason;
    return nullptr;
  }
  const auto& library = std::get<PluginLibrary>(loaded);
  auto settings = check_section(library.manifest, section);
  if (auto* errors = std::get_if<std::vector<ConfigError>>(&settings)) {
    ADD_FAILURE() << errors->front().message;
    return nullptr;
  }
  auto opened = PluginInstance::open(library, std::get<PluginSettings>(std::move(settings)), section, environment);
  if (auto* errors = std::get_if<std::vector<ConfigError>>(&opened)) {
    ADD_FAILURE() << errors->front().message;
    return nullptr;
  }
  return std::get<std::unique_ptr<PluginInstance>>(std::move(opened));
}

}  // namespace smmhost::testing
