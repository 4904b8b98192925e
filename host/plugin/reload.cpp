#include "host/plugin/reload.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "host/plugin/abi_text.h"
#include "host/plugin/replay.h"
#include "host/plugin/section_loading.h"

namespace smmhost {
namespace {

// Calls that compute end within this; those that wait for an upstream go on, and are counted.
constexpr std::chrono::milliseconds kDrainPatience{200};
constexpr std::chrono::milliseconds kDrainLook{5};
constexpr std::size_t kMostDifferences = 5;

ReloadOutcome refused(const std::string& why) {
  return {ReloadOutcome::Result::kRefused, "the copy that served goes on: " + presentable(why)};
}

Role role_of(const PluginSlot& slot) {
  return slot.is_provider() ? Role::kProvider : Role::kChecker;
}

// Empty where there is an instance.
std::string why_not(const SectionOutcome& outcome) {
  if (const auto* not_loaded = std::get_if<NotLoaded>(&outcome)) return not_loaded->why;
  std::string why;
  if (const auto* errors = std::get_if<LoadingErrors>(&outcome))
    for (const ConfigError& error : *errors) why += (why.empty() ? "" : "; ") + error.message;
  return why;
}

std::string differences_text(const ReplayOutcome& replay) {
  // What cannot be read is not replayed: none of the folder was.
  std::string text = replay.replayed == 0 ? "its cassettes cannot be replayed"
                                          : std::to_string(replay.differences.size()) + " of " +
                                                std::to_string(replay.replayed) + " cassettes do not replay";
  for (std::size_t i = 0; i < std::min(replay.differences.size(), kMostDifferences); ++i)
    text += "; " + replay.differences[i];
  return text;
}

// Beside the plugin: <plugin_path>/cassettes/<id>, unless the configuration has another folder.
std::string cassettes_of(const Config& config, const std::string& plugin) {
  return (std::filesystem::path(config.plugin_cassettes) / plugin).string();
}

}  // namespace

std::vector<PluginView> PluginReloader::views(Time now) const {
  std::vector<PluginView> views;
  for (const auto& slot : slots_) views.push_back(slot->view(now));
  return views;
}

ReloadOutcome PluginReloader::reload(const std::string& plugin) {
  const std::lock_guard lock(one_at_a_time_);
  std::vector<PluginSlot*> using_it;
  for (const auto& slot : slots_)
    if (slot->section().plugin == plugin) using_it.push_back(slot.get());
  if (using_it.empty())
    return {ReloadOutcome::Result::kUnknownPlugin, "no section of the running configuration uses the plugin " + plugin};

  SectionLoading loading(config_, environment_, LoadingPurpose::kServe);
  // Nobody has tried these bytes yet: first all of it where a crash or a loop without end costs a process of its own.
  for (const PluginSlot* slot : using_it)
    if (const std::string why = why_not(loading.try_jailed(role_of(*slot), slot->section())); !why.empty())
      return refused(why);
  const ReplayOutcome replay = replay_cassettes(*loading.loaded_library(plugin), cassettes_of(config_, plugin));
  if (!replay.differences.empty()) return refused(differences_text(replay));

  std::vector<std::unique_ptr<PluginInstance>> opened;
  for (const PluginSlot* slot : using_it) {
    SectionOutcome outcome = loading.open(role_of(*slot), slot->section());
    if (const std::string why = why_not(outcome); !why.empty()) return refused(why);
    opened.push_back(std::move(std::get<std::unique_ptr<PluginInstance>>(outcome)));
  }

  const std::string version = opened.front()->manifest().version;
  const std::string sha256 = opened.front()->sha256();
  for (std::size_t i = 0; i < using_it.size(); ++i) using_it[i]->serve(std::move(opened[i]));

  ReloadOutcome outcome{ReloadOutcome::Result::kReloaded, {}, replay.replayed, 0};
  const auto count_older = [&] {
    outcome.draining = 0;
    for (const PluginSlot* slot : using_it) outcome.draining += slot->view(environment_.clock.now()).draining;
    return outcome.draining;
  };
  for (auto waited = std::chrono::milliseconds::zero(); count_older() > 0 && waited < kDrainPatience;
       waited += kDrainLook)
    std::this_thread::sleep_for(kDrainLook);
  outcome.message = plugin + " " + version + " serves " + std::to_string(using_it.size()) +
                    (using_it.size() == 1 ? " section" : " sections") + ", " + std::to_string(replay.replayed) +
                    " cassettes replayed, SHA-256 " + sha256 +
                    (outcome.draining > 0 ? "; calls under way finish with the copy before" : "");
  environment_.log(plugin, PluginLogLevel::kInfo, "reloaded: " + outcome.message);
  return outcome;
}

}  // namespace smmhost
