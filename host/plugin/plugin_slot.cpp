#include "host/plugin/plugin_slot.h"

#include <utility>

namespace smmhost {
namespace {

// What this system cannot confine is worth a warning.
void log_posture(const PluginInstance& instance, const PluginEnvironment& environment) {
  const std::string posture = instance.posture();
  const bool lacks_something = posture.find(" NOT (") != std::string::npos;
  environment.log(instance.name(), lacks_something ? PluginLogLevel::kWarning : PluginLogLevel::kInfo,
                  "runs in a process of its own: " + posture);
}

}  // namespace

PluginSlot::PluginSlot(std::string kind, const PluginSection& section, PluginEnvironment environment)
    : kind_(std::move(kind)), section_(section), environment_(std::move(environment)) {}

std::shared_ptr<const ServedInstance> PluginSlot::serving() const {
  const std::lock_guard lock(mutex_);
  return serving_;
}

void PluginSlot::serve(std::unique_ptr<PluginInstance> instance) {
  if (instance->is_jailed()) log_posture(*instance, environment_);
  std::shared_ptr<const ServedInstance> next =
      std::make_shared<ServedInstance>(std::move(instance), section_.timeout, section_.allow_http, environment_);
  {
    const std::lock_guard lock(mutex_);
    std::swap(serving_, next);
    if (next) older_.emplace_back(next);
    ++loaded_;
    why_empty_.clear();
  }
  // Here, outside of the lock, the one before is closed where no call is in it.
}

void PluginSlot::leave_empty(std::string why) {
  const std::lock_guard lock(mutex_);
  why_empty_ = std::move(why);
}

std::string PluginSlot::unavailable(Time now) const {
  const auto served = serving();
  if (served) {
    // A rest is over before anybody need be told.
    const PluginHealth& health = served->instance->health();
    return health.is_quarantined(main_operation()) ? health.objection(main_operation(), now).value_or("") : "";
  }
  const std::lock_guard lock(mutex_);
  return "the plugin " + section_.plugin + " is not loaded: " + why_empty_;
}

PluginView PluginSlot::view(Time now) const {
  const auto served = serving();
  PluginView view;
  view.section = kind_ + "." + section_.name;
  view.name = section_.name;
  view.plugin = section_.plugin;
  view.state = "ok";
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(older_, [](const auto& older) { return older.expired(); });
    view.draining = static_cast<int>(older_.size());
    view.loaded = loaded_;
    if (!served) view.why = why_empty_;
  }
  if (!served) {
    view.state = "not_loaded";
    return view;
  }
  const PluginInstance& instance = *served->instance;
  const PluginHealth::View health = instance.health().view(now);
  view.version = instance.manifest().version;
  view.sha256 = instance.sha256();
  view.isolation = instance.is_jailed() ? "process" : "in-process";
  view.restarts = instance.restarts();
  view.faults = health.faults;
  view.last_fault = health.last_fault;
  view.last_fault_at = health.last_fault_at;
  view.posture = instance.posture();
  view.rests_until = health.rests_until;
  view.why = health.why;
  if (instance.health().is_quarantined(main_operation())) {
    view.state = "quarantined";
    view.why = instance.health().objection(main_operation(), now).value_or("");
  } else if (health.quarantined) {
    view.state = "impaired";
  } else if (health.rests_until) {
    view.state = "resting";
  }
  return view;
}

std::shared_ptr<PluginSlot> slot_of(std::string kind, std::unique_ptr<PluginInstance> instance, Duration timeout,
                                    bool allow_http, const PluginEnvironment& environment) {
  PluginSection section;
  section.name = instance->name();
  section.plugin = instance->manifest().id;
  section.timeout = timeout;
  section.allow_http = allow_http;
  auto slot = std::make_shared<PluginSlot>(std::move(kind), section, environment);
  slot->serve(std::move(instance));
  return slot;
}

}  // namespace smmhost
