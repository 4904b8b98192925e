// The shop's own order statuses, alias to id, asked for at first need and again every hour.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/ports/reply.h"
#include "host/yampi/yampi_api.h"

namespace smmhost {

// Thread safe. While the shop cannot be asked, the last list stands, and without one the built-in table.
class StatusIds {
 public:
  explicit StatusIds(YampiApi& api) : api_(api) {}

  // Failures: kConfig where the shop has no such status, kAuth. Calls made are added to `exchanges`.
  std::variant<std::int64_t, Failure> id_of(const std::string& alias, Time now, std::vector<Exchange>& exchanges);

 private:
  bool wants_asking(const std::string& alias, Time now);
  std::optional<Failure> ask(Time now, std::vector<Exchange>& exchanges);

  YampiApi& api_;
  std::mutex mutex_;
  std::map<std::string, std::int64_t> ids_;
  std::optional<Time> asked_at_;  // successfully
  std::optional<Time> tried_at_;
};

}  // namespace smmhost
