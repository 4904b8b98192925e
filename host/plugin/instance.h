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
#include "host/plugin/plugin_config.h"

namespace smmhost {

class PluginInstance {
 public:
  // Calls the plugin's open(). Its complaints, or the host's about what it opened, become errors with the lines of the
  // section's keys.
  static std::variant<std::unique_ptr<PluginInstance>, std::vector<ConfigError>> open(
      const PluginLibrary& library, PluginSettings settings, const PluginSection& section,
      const PluginEnvironment& environment);
  ~PluginInstance();  // closes it; no call may be under way
  PluginInstance(const PluginInstance&) = delete;
  PluginInstance& operator=(const PluginInstance&) = delete;

  const std::string& name() const { return settings_.name; }
  const Manifest& manifest() const { return manifest_; }
  const PluginSettings& settings() const { return settings_; }

  // The interface of that id, looked at once while opening; nullptr where the instance has none.
  const smm_interface* interface(std::string_view id) const;

  // Calls next(). Thread safe as far as Turn allows.
  void next(const smm_interface& interface, const smm_call& call, const smm_out& out) const;

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

  std::vector<ConfigError> open_with(const PluginSection& section);
  // Why the opened instance cannot be used; empty where it can.
  std::string interface_problem();
  bool may_log_now();
  static void log_from_plugin(const smm_host* host, std::uint32_t level, smm_str message) noexcept;

  const smm_plugin* plugin_;
  const Manifest manifest_;
  const PluginSettings settings_;
  const PluginEnvironment environment_;
  smm_host host_{};
  smm_instance* instance_ = nullptr;
  std::vector<std::pair<std::string, const smm_interface*>> interfaces_;

  std::mutex turns_mutex_;
  std::condition_variable turn_ended_;
  int turns_taken_ = 0;

  std::mutex log_mutex_;
  std::chrono::steady_clock::time_point log_window_{};
  int logged_in_window_ = 0;
};

}  // namespace smmhost
