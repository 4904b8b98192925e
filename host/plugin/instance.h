// One opened plugin: a library plus the settings of one section.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "host/config/config.h"
#include "host/plugin/environment.h"
#include "host/plugin/loader.h"
#include "host/plugin/plugin_code.h"
#include "host/plugin/plugin_config.h"
#include "host/plugin/plugin_health.h"

namespace smmhost {

// A jailed plugin whose process ended while it was loaded or opened.
struct CrashWhileOpening {
  std::string how;
  bool is_outside = false;  // perhaps nothing that the plugin did
};

class PluginInstance {
 public:
  using Opened = std::variant<std::unique_ptr<PluginInstance>, std::vector<ConfigError>, CrashWhileOpening>;

  // Calls the plugin's open(), in this process or in a runner as the library says. Its complaints, or the host's about
  // what it opened, become errors with the lines of the section's keys.
  static Opened open(const PluginLibrary& library, PluginSettings settings, const PluginSection& section,
                     const PluginEnvironment& environment);
  ~PluginInstance();  // closes it; no call may be under way
  PluginInstance(const PluginInstance&) = delete;
  PluginInstance& operator=(const PluginInstance&) = delete;

  const std::string& name() const { return settings_.name; }
  const Manifest& manifest() const { return manifest_; }
  const PluginSettings& settings() const { return settings_; }

  const std::string& sha256() const { return sha256_; }
  // recipient_of() it.
  const std::string& recipient() const { return recipient_; }
  bool is_jailed() const { return is_jailed_; }

  // Whether the instance says that the operation works; looked at once while opening.
  bool can(std::string_view interface_id, std::uint32_t operation) const;

  // Calls next(). Thread safe as far as Turn allows.
  CodeReturn next(std::string_view interface_id, const smm_call& call, const smm_out& out) const;

  PluginHealth& health() const { return health_; }
  std::uint64_t restarts() const { return code_->restarts(); }
  std::string posture() const { return code_->posture(); }

  // The right to have one operation under way. The manifest's concurrency says how many there are.
  class Turn {
   public:
    // Waits at most `patience`.
    Turn(PluginInstance& instance, Duration patience);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    bool granted() const { return granted_; }

   private:
    PluginInstance& instance_;
    bool granted_;
  };

 private:
  PluginInstance(const PluginLibrary& library, PluginSettings settings, const PluginEnvironment& environment);

  Opened problem_of(OpenFailure failure, const PluginSection& section) const;
  // Why the opened instance cannot be used; empty where it can.
  std::string interface_problem() const;
  void log(std::uint32_t level, std::string_view message);
  bool may_log_now();

  const Manifest manifest_;
  const PluginSettings settings_;
  const std::string recipient_;
  const PluginEnvironment environment_;
  const std::string sha256_;
  const bool is_jailed_;
  mutable PluginHealth health_;

  std::mutex turns_mutex_;
  std::condition_variable turn_ended_;
  int turns_taken_ = 0;

  std::mutex log_mutex_;
  std::chrono::steady_clock::time_point log_window_{};
  int logged_in_window_ = 0;

  std::unique_ptr<PluginCode> code_;  // ends first: it may still have a word for the log
};

}  // namespace smmhost
