// How many connections each remote address holds right now.
#pragma once

#include <map>
#include <mutex>
#include <string>

namespace smmhost {

// Thread safe.
class ConnectionLimit {
 public:
  explicit ConnectionLimit(int per_address) : per_address_(per_address) {}

  // Holds one place of an address until destroyed; `granted()` is false where the address had no place left.
  class Place {
   public:
    Place(ConnectionLimit& limit, std::string address)
        : limit_(limit), address_(std::move(address)), granted_(limit.take(address_)) {}
    ~Place() {
      if (granted_) limit_.give_back(address_);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    bool granted() const { return granted_; }

   private:
    ConnectionLimit& limit_;
    std::string address_;
    bool granted_;
  };

  bool has_room(const std::string& address) {
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(address);
    return found == held_.end() || found->second < per_address_;
  }

 private:
  bool take(const std::string& address) {
    const std::lock_guard lock(mutex_);
    int& held = held_[address];
    if (held >= per_address_) return false;
    ++held;
    return true;
  }

  void give_back(const std::string& address) {
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(address);
    if (--found->second == 0) held_.erase(found);
  }

  const int per_address_;
  std::mutex mutex_;
  std::map<std::string, int> held_;
};

}  // namespace smmhost
