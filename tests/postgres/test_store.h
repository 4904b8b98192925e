// A store on a database of its own in the cluster of this program.
#pragma once

#include <chrono>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <thread>

#include "host/store/postgres/postgres_store.h"
#include "tests/contract/store_contract.h"
#include "tests/support/postgres_cluster.h"

namespace smmhost::tests {

class TestStore {
 public:
  explicit TestStore(const std::string& name, PostgresCluster& cluster = PostgresCluster::shared())
      : cluster_(cluster), name_(name), url_(cluster.create_database(name)) {}

  PostgresOptions options() const {
    PostgresOptions options;
    options.url = url_;
    return options;
  }
  std::unique_ptr<PostgresStore> open() const { return std::make_unique<PostgresStore>(options()); }

  // A statement by an administrator, past the store.
  pqxx::result execute(const std::string& sql) const {
    pqxx::connection connection(url_);
    return pqxx::nontransaction(connection).exec(sql);
  }
  // Ends every connection of the store; how many there were.
  std::size_t end_connections() const {
    pqxx::connection connection(cluster_.url());
    pqxx::nontransaction transaction(connection);
    return static_cast<std::size_t>(
        transaction
            .exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = " + transaction.quote(name_))
            .size());
  }
  // Whether all connections have gone, within some seconds.
  bool is_left() const {
    pqxx::connection connection(cluster_.url());
    pqxx::nontransaction transaction(connection);
    const std::string count = "SELECT count(*) FROM pg_stat_activity WHERE datname = " + transaction.quote(name_);
    for (int i = 0; i < 1000; ++i) {
      if (transaction.exec(count)[0][0].as<int>() == 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return false;
  }

 private:
  PostgresCluster& cluster_;
  const std::string name_;
  const std::string url_;
};

}  // namespace smmhost::tests
