// Debian's pgbouncer in transaction mode in front of a test cluster, on a free port of the loopback address.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "tests/support/postgres_cluster.h"

namespace smmhost::tests {

class PgBouncer {
 public:
  // Few connections to the server, so that sessions really are shared. `cluster` must outlive it. Throws
  // std::runtime_error, with the Debian package to install where the program is missing.
  explicit PgBouncer(const PostgresCluster& cluster, int server_connections = 3);
  ~PgBouncer();
  PgBouncer(const PgBouncer&) = delete;
  PgBouncer& operator=(const PgBouncer&) = delete;

  std::string url(const std::string& database) const;

  void stop_at_once();
  void start();

 private:
  std::filesystem::path folder_;
  int port_ = 0;
  pid_t pooler_ = 0;
};

}  // namespace smmhost::tests
