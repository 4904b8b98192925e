// What a runner gives up before the plugin's code runs, and what more once it is loaded.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace smm::runner {

class Confinement {
 public:
  // Before anything of the plugin runs: it ends with `host`, its parent; another user where this one is root, resource
  // limits, no reading but of the system's libraries (Landlock), no system calls but those that loading and computing
  // take (seccomp). Does not return where the host is gone.
  void before_loading(pid_t host, std::uint64_t memory_bytes);
  // Once it is loaded: opens nothing and makes no memory executable any more.
  void after_loading();

  // One line for the operator: what confines the process, and what this system does not have.
  std::string posture() const;

 private:
  void drop_root();
  void limit_resources(std::uint64_t memory_bytes);

  bool limited_ = false;
  bool memory_limited_ = false;
  std::string files_;  // why there is no Landlock; empty: there is
  std::string calls_;  // why there is no seccomp; empty: there is
  bool is_nobody_ = false;
};

}  // namespace smm::runner
