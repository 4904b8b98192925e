// A profile look-up reached through a plugin: ProfileChecker on the driver.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/ports/profile_checker.h"
#include "host/plugin/plugin_slot.h"

namespace smmhost {

// What the host holds a plugin to: an answer about another user, or without a clear "private or not", is kBadResponse;
// pinned posts and, where videos are asked, other posts are left out; posts are sorted, the newest first.
class PluginChecker final : public ProfileChecker {
 public:
  explicit PluginChecker(std::shared_ptr<PluginSlot> slot) : slot_(std::move(slot)) {}
  // One that always serves the same instance.
  PluginChecker(std::unique_ptr<PluginInstance> instance, Duration timeout, bool allow_http,
                const PluginEnvironment& environment);

  const std::string& name() const override { return slot_->name(); }
  // False while nothing serves.
  bool can_list_posts() const override {
    const auto served = slot_->serving();
    return served && served->driver.can(SMM_PROFILE_CHECKER_ID, SMM_CHECKER_MEDIA);
  }

  Reply<Profile> check(const std::string& username, Time now) override;

  // Posts that a check() of the same user brought along within the last minute are used instead of a second billed
  // call; the reply has no exchange then.
  Reply<std::vector<Post>> latest_posts(const std::string& username, int limit, PostKind kind, Time now) override;

 private:
  struct Known {
    std::string user_id;
    std::optional<std::vector<Post>> posts;
    Time at{};
  };

  void remember(const std::string& username, Known known);
  std::optional<Known> recall(const std::string& username) const;

  std::shared_ptr<PluginSlot> slot_;
  mutable std::mutex mutex_;
  std::map<std::string, Known> known_;
};

}  // namespace smmhost
