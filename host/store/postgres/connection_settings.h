// The address of a PostgreSQL database, checked, and completed with what a host needs of its connections.
#pragma once

#include <string>

#include "core/domain/time.h"

namespace smmhost {

struct PostgresOptions {
  // postgresql://user:password@host1:5432,host2:5432/database?key=value, as libpq reads it. Passed on as it is, but for
  // settings that are missing: target_session_attrs=read-write (after a failover the new primary is found),
  // connect_timeout, keepalives and application_name.
  std::string url;
  // No: nothing is kept in a session, as a pooler in transaction mode (pgbouncer) needs it. Statements are planned each
  // time they run, and the two timeouts are left to the role's settings.
  bool prepared_statements = true;
  int connections = 8;  // at most and at least 3, beside four that commit, one for signs of life and one that listens
  Duration statement_timeout{15'000};
  // How long a delivery waits for its commit before it is answered that it is in doubt: less than Yampi's 5 s.
  Duration ingest_patience{4'000};
  // The same of every other write. Longer than any statement may take: then what is waited for is no lock, but a
  // standby or a server that is gone.
  Duration write_patience{20'000};
  Duration idle_in_transaction_timeout{10'000};
  // This host among those that share the database: the jobs it runs bear the name, and are due again when its signs of
  // life have stopped.
  std::string host_name;
};

namespace postgres {

// What a connection is for.
enum class Session {
  kReads,
  kWrites,          // each of its few statements is planned once
  kWritesWithNext,  // the same, and a commit does not wait for the disk or a standby: Durability::kWithNext
};

// libpq's keyword/value form of the address with everything that was missing. It holds the password: it is never
// logged. Throws CannotOpenStore, whose message holds no part of the address that could be a password.
std::string connection_string(const PostgresOptions& options, Session session = Session::kReads);

// The hosts and the database for a message, without user and password: "db1:5432, db2:5432, database smmhost".
std::string describe(const PostgresOptions& options);

}  // namespace postgres
}  // namespace smmhost
