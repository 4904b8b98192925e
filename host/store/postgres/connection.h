// One PostgreSQL connection, used by one thread at a time; only cut() is for any other thread.
//
// Every statement runs in one round trip and in a transaction of its own: alone, or as a script of several that are
// committed together. Errors are pqxx's exceptions; the store turns them into outcomes.
#pragma once

#include <pqxx/pqxx>
#include <set>
#include <string>
#include <vector>

#include "host/store/postgres/connection_settings.h"
#include "host/store/postgres/parameters.h"

namespace smmhost::postgres {

enum class Planned {
  kOnce,
  kForItsValues,  // each time, and not prepared: which index is the best depends on them
};

// A named statement with numbered parameters ($1, $2, ...).
struct Statement {
  std::string name;
  std::string sql;
  Planned planned = Planned::kOnce;
};

struct Call {
  const Statement* statement = nullptr;
  Parameters parameters;
};

class Connection {
 public:
  // Connects. Throws pqxx::failure.
  Connection(const std::string& connection_string, bool prepared_statements);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  pqxx::result run(const Statement& statement, const Parameters& parameters);
  // The same as a part of a transaction that the caller began and commits.
  pqxx::result run_within(pqxx::transaction_base& transaction, const Statement& statement,
                          const Parameters& parameters);
  // Each call sees what was committed before it began, and what the calls before it did. Returns the last one's rows.
  pqxx::result run_script(const std::vector<Call>& calls);

  // False where the server has closed the connection while it was idle, so that nothing need be sent to learn it.
  bool is_alive();
  // Ends the connection under whoever waits for an answer on it, who learns that it died. Nothing is cancelled: the
  // server is not told, and what it was doing it may yet complete.
  void cut() const;
  pqxx::connection& raw() { return connection_; }

 private:
  void prepare(const Statement& statement);
  std::string text_of(const Call& call);

  pqxx::connection connection_;
  const int socket_;  // a second name of the connection's own, which libpq cannot close and the system not give away
  const bool prepared_statements_;
  std::set<std::string> prepared_;
};

}  // namespace smmhost::postgres
