// Debian's pgbouncer in transaction mode in front of a test cluster.
#include "tests/support/pgbouncer.h"

#include <signal.h>

#include <chrono>
#include <fstream>
#include <pqxx/pqxx>
#include <stdexcept>
#include <thread>

#include "tests/support/child_program.h"

namespace smmhost::tests {
namespace {

constexpr const char* kProgram = "/usr/sbin/pgbouncer";

}  // namespace

PgBouncer::PgBouncer(const PostgresCluster& cluster, int server_connections)
    : folder_(make_server_folder("smmhost-pgbouncer")), port_(free_port()) {
  if (!std::filesystem::exists(kProgram)) throw std::runtime_error("no pgbouncer was found: apt-get install pgbouncer");
  std::ofstream(folder_ / "pgbouncer.ini")
      << "[databases]\n* = host=127.0.0.1 port=" << cluster.port()
      << " user=smmhost\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " << port_
      << "\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n"
      << "max_client_conn = 200\ndefault_pool_size = " << server_connections << "\nserver_login_retry = 1\n";
  start();
}

PgBouncer::~PgBouncer() {
  stop_at_once();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PgBouncer::start() {
  pooler_ = start_server({kProgram, folder_ / "pgbouncer.ini"}, folder_ / "pgbouncer.log", SIGKILL);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (;;) {
    try {
      const pqxx::connection ready(url("postgres"));
      return;
    } catch (const pqxx::broken_connection&) {
      if (has_ended(pooler_)) {
        pooler_ = 0;
        throw std::runtime_error("pgbouncer ended:\n" + text_of(folder_ / "pgbouncer.log"));
      }
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("pgbouncer did not start in 20 s:\n" + text_of(folder_ / "pgbouncer.log"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void PgBouncer::stop_at_once() {
  if (pooler_ == 0) return;
  kill(pooler_, SIGKILL);
  wait_for_end(pooler_);
  pooler_ = 0;
}

std::string PgBouncer::url(const std::string& database) const {
  return "postgresql://smmhost@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

}  // namespace smmhost::tests
