// The place of one section: which instance serves it now. A reload puts another one there; a call that is under way
// keeps the one that it began with.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/plugin/driver.h"
#include "host/plugin/instance.h"
#include "host/plugin/plugin_view.h"

namespace smmhost {

// An instance and what asks it.
struct ServedInstance {
  ServedInstance(std::unique_ptr<PluginInstance> opened, Duration timeout, bool allow_http,
                 const PluginEnvironment& environment)
      : instance(std::move(opened)), driver(*instance, timeout, allow_http, environment) {}

  std::unique_ptr<PluginInstance> instance;
  PluginDriver driver;
};

// Thread safe.
class PluginSlot {
 public:
  PluginSlot(std::string kind, const PluginSection& section, PluginEnvironment environment);

  const std::string& name() const { return section_.name; }
  const PluginSection& section() const { return section_; }
  bool is_provider() const { return kind_ == "provider"; }

  // Who serves it now; nullptr where nobody does. Whoever holds it may finish with it.
  std::shared_ptr<const ServedInstance> serving() const;
  // From now on this one serves; how it is confined is logged. The one before is closed when its last call has ended.
  void serve(std::unique_ptr<PluginInstance> instance);
  // Nobody serves it, because `why`.
  void leave_empty(std::string why);

  // Why it cannot do what it is there for, buying or looking up; empty where it can.
  std::string unavailable(Time now) const;
  PluginView view(Time now) const;

 private:
  // What an instance of it is there for, by its name in the manifest.
  std::string main_operation() const { return is_provider() ? "place" : "check"; }

  const std::string kind_;
  const PluginSection section_;
  const PluginEnvironment environment_;
  mutable std::mutex mutex_;
  std::shared_ptr<const ServedInstance> serving_;
  std::string why_empty_ = "it is not loaded";
  std::uint64_t loaded_ = 0;
  mutable std::vector<std::weak_ptr<const ServedInstance>> older_;
};

// A slot for an instance that is there already.
std::shared_ptr<PluginSlot> slot_of(std::string kind, std::unique_ptr<PluginInstance> instance, Duration timeout,
                                    bool allow_http, const PluginEnvironment& environment);

}  // namespace smmhost
