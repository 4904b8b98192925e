// A look-up's answer serves other lines of the same profile for a short time; look-ups are paid for by the call.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "core/domain/payment.h"

namespace smmhost {

// Thread safe. Only certain answers are kept, never a failed look-up.
class ProfileCache {
 public:
  explicit ProfileCache(Duration lifetime) : lifetime_(lifetime) {}

  std::optional<ProfileStatus> find(const std::string& username, Time now);
  void keep(const std::string& username, ProfileStatus status, Time now);

 private:
  struct Entry {
    ProfileStatus status;
    Time kept_at;
  };

  const Duration lifetime_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace smmhost
