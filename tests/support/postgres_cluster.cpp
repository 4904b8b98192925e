// A PostgreSQL server for tests.
#include "tests/support/postgres_cluster.h"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <pqxx/pqxx>
#include <stdexcept>
#include <thread>
#include <utility>

#include "tests/support/child_program.h"

namespace smmhost::tests {
namespace {

constexpr const char* kStandby = "standby";

void wait_until(const std::string& what, const std::function<bool()>& good) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!good()) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("not in 30 s: " + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace

std::filesystem::path postgres_programs() {
  std::vector<std::pair<int, std::filesystem::path>> versions;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", missing))
    if (std::filesystem::exists(entry.path() / "bin" / "initdb"))
      versions.emplace_back(std::atoi(entry.path().filename().c_str()), entry.path() / "bin");
  if (versions.empty()) throw std::runtime_error("no PostgreSQL server was found: apt-get install postgresql");
  return std::max_element(versions.begin(), versions.end())->second;
}

PostgresCluster::PostgresCluster(Durability durability)
    : durability_(durability), folder_(make_server_folder("smmhost-pg")) {
  initialise();
  start_on_a_free_port();
}

PostgresCluster::PostgresCluster(CopyOf source)
    : durability_(source.primary.durability_), folder_(make_server_folder("smmhost-pg")) {
  copy(source.primary);
  start_on_a_free_port();
}

PostgresCluster::~PostgresCluster() {
  stop_at_once();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

PostgresCluster& PostgresCluster::shared() {
  static PostgresCluster cluster;
  return cluster;
}

std::unique_ptr<PostgresCluster> PostgresCluster::synchronous_standby_of(PostgresCluster& primary) {
  std::unique_ptr<PostgresCluster> standby(new PostgresCluster(CopyOf{primary}));
  pqxx::connection connection(primary.url());
  pqxx::nontransaction administrator(connection);
  administrator.exec(std::string("ALTER SYSTEM SET synchronous_standby_names = '") + kStandby + "'");
  administrator.exec("SELECT pg_reload_conf()");
  wait_until("the standby follows", [&] {
    return !administrator.exec("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'")
                .empty();
  });
  return standby;
}

void PostgresCluster::promote() {
  pqxx::connection connection(url());
  pqxx::nontransaction(connection).exec("SELECT pg_promote(true, 30)");
  wait_until("the standby takes writes",
             [&] { return !pqxx::nontransaction(connection).exec("SELECT pg_is_in_recovery()")[0][0].as<bool>(); });
}

void PostgresCluster::run(const std::string& program, const std::vector<std::string>& arguments) const {
  const std::filesystem::path log = folder_ / (program + ".log");
  std::vector<std::string> command{postgres_programs() / program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  if (wait_for_end(start_server(command, log, SIGKILL)) != 0)
    throw std::runtime_error(program + " failed:\n" + text_of(log));
}

void PostgresCluster::initialise() {
  run("initdb", {"--pgdata", folder_ / "data", "--username", "smmhost", "--auth", "trust", "--encoding", "UTF8",
                 "--locale", "C", "--no-sync", "--no-instructions"});
  std::ofstream settings(folder_ / "data" / "postgresql.conf", std::ios::app);
  settings << "listen_addresses = '127.0.0.1'\n"
           << "max_connections = 100\nshared_buffers = 32MB\nlog_min_messages = warning\n"
           << "max_wal_senders = 4\nwal_level = replica\nautovacuum_naptime = 10s\n"
           << (durability_ == Durability::kNone ? "fsync = off\nfull_page_writes = off\n" : "");
  if (!settings.flush()) throw std::runtime_error("cannot write postgresql.conf");
}

void PostgresCluster::copy(const PostgresCluster& primary) {
  run("pg_basebackup",
      {"--pgdata", folder_ / "data", "--dbname",
       "host=127.0.0.1 port=" + std::to_string(primary.port_) + " user=smmhost application_name=" + kStandby,
       "--write-recovery-conf", "--wal-method", "stream", "--checkpoint", "fast", "--no-sync"});
}

void PostgresCluster::start_on_a_free_port() {
  for (int attempt = 1;; ++attempt) {
    port_ = free_port();
    try {
      start();
      return;
    } catch (const std::runtime_error&) {
      if (attempt == 3) throw;
    }
  }
}

void PostgresCluster::start() {
  server_ = start_server(
      {postgres_programs() / "postgres", "-D", folder_ / "data", "-p", std::to_string(port_), "-k", folder_},
      folder_ / "server.log", SIGQUIT);
  wait_until_ready();
}

void PostgresCluster::wait_until_ready() {
  wait_until("the server starts", [this] {
    try {
      const pqxx::connection ready(url());
      return true;
    } catch (const pqxx::broken_connection&) {
      if (!has_ended(server_)) return false;
      server_ = 0;
      throw std::runtime_error("the server ended:\n" + text_of(folder_ / "server.log"));
    }
  });
}

void PostgresCluster::stop_at_once() {
  if (server_ == 0) return;
  kill(server_, SIGQUIT);
  wait_for_end(server_);
  server_ = 0;
}

std::string PostgresCluster::url(const std::string& database) const {
  return "postgresql://smmhost@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

std::string PostgresCluster::create_database(const std::string& name) {
  pqxx::connection connection(url());
  pqxx::nontransaction(connection).exec("CREATE DATABASE " + connection.quote_name(name));
  return url(name);
}

void PostgresCluster::drop_database(const std::string& name) {
  pqxx::connection connection(url());
  pqxx::nontransaction(connection).exec("DROP DATABASE IF EXISTS " + connection.quote_name(name) + " WITH (FORCE)");
}

}  // namespace smmhost::tests
