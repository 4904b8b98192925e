// A PostgreSQL server for tests: a cluster of its own in a temporary folder, on a Unix socket there and a free port of
// the loopback address. It never touches a cluster that exists. Stopped and removed at the end, also when the test
// program is killed (all but the folder).
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace smmhost::tests {

class PostgresCluster {
 public:
  enum class Durability { kNone, kFull };  // kNone: fsync off, for tests that lose nothing with the machine

  // Takes about a second. Throws std::runtime_error, with the Debian package to install where the server is missing.
  explicit PostgresCluster(Durability durability = Durability::kNone);
  ~PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  // The cluster for all tests of this program; it stands until the program ends.
  static PostgresCluster& shared();

  // A streaming standby of `primary`, caught up. From here on the primary acknowledges a commit only when the standby
  // has it (synchronous_commit = on). One standby a primary.
  static std::unique_ptr<PostgresCluster> synchronous_standby_of(PostgresCluster& primary);
  // A standby becomes a primary, without a standby of its own. Returns when it takes writes.
  void promote();

  // A database of that name that does not exist yet. Returns its URL.
  std::string create_database(const std::string& name);
  void drop_database(const std::string& name);
  std::string url(const std::string& database = "postgres") const;
  int port() const { return port_; }
  const std::filesystem::path& folder() const { return folder_; }

  // Kills it as a power cut would (SIGQUIT to the postmaster: no checkpoint, no farewell), and starts it again.
  void stop_at_once();
  void start();

 private:
  struct CopyOf {
    const PostgresCluster& primary;
  };
  explicit PostgresCluster(CopyOf source);
  void initialise();
  void copy(const PostgresCluster& primary);
  void start_on_a_free_port();
  void wait_until_ready();
  void run(const std::string& program, const std::vector<std::string>& arguments) const;

  const Durability durability_;
  std::filesystem::path folder_;
  int port_ = 0;
  pid_t server_ = 0;
};

// Where Debian keeps the server's programs, the newest version: "/usr/lib/postgresql/15/bin". Throws as above.
std::filesystem::path postgres_programs();

}  // namespace smmhost::tests
