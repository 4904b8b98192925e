// What is certain after a statement failed.
#pragma once

#include <exception>
#include <string>

#include "host/store/postgres/connection.h"
#include "host/store/postgres/connections.h"

namespace smmhost::postgres {

enum class Failure {
  kLinkTaken,  // another placement occupies the link: nothing was written
  kExists,     // another unique key exists: nothing was written
  kRetry,      // a deadlock or serialisation failure: nothing was written, and the same may well succeed
  kRefused,    // anything else that the server answered: nothing was written
  kReadOnly,   // the same, because the server is no primary any more: the connection must be given up
  kInDoubt,    // the connection died: it may have been committed
};

// `error` was thrown by a statement on `connection` that commits by itself.
Failure failure_of(const std::exception& error, Connection& connection);

// The same, and what follows from it for the connection: one that broke or leads to a standby is given up, and what is
// no affair of the statement's own rows is noted as trouble.
Failure take_failure(const std::exception& error, Connections& connections, Connections::Lease& db);

// For the operator: the server's words without its details, which quote rows.
std::string words_of(const std::exception& error);

}  // namespace smmhost::postgres
