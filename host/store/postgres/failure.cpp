// What is certain after a statement failed.
#include "host/store/postgres/failure.h"

#include <string_view>

namespace smmhost::postgres {
namespace {

bool in_class(std::string_view sqlstate, std::string_view prefix) {
  return sqlstate.substr(0, prefix.size()) == prefix;
}

Failure failure_by_code(const pqxx::sql_error& error) {
  const std::string_view code = error.sqlstate();
  if (code == "23505") {
    const bool link = std::string_view(error.what()).find("placements_link") != std::string_view::npos;
    return link ? Failure::kLinkTaken : Failure::kExists;
  }
  if (code == "25006") return Failure::kReadOnly;
  if (in_class(code, "40")) return Failure::kRetry;
  // A backend that is told to stop while it waits for its standby has committed already: only other answers of the
  // server prove that nothing was written.
  if (code.empty() || in_class(code, "08") || in_class(code, "57P")) return Failure::kInDoubt;
  return Failure::kRefused;
}

}  // namespace

Failure failure_of(const std::exception& error, Connection& connection) {
  if (!connection.raw().is_open()) return Failure::kInDoubt;
  if (dynamic_cast<const pqxx::deadlock_detected*>(&error) != nullptr ||
      dynamic_cast<const pqxx::serialization_failure*>(&error) != nullptr)
    return Failure::kRetry;
  if (const auto* answered = dynamic_cast<const pqxx::sql_error*>(&error)) return failure_by_code(*answered);
  return Failure::kInDoubt;
}

std::string words_of(const std::exception& error) {
  const std::string_view text = error.what();
  const std::string first_line(text.substr(0, text.find('\n')));
  const auto* answered = dynamic_cast<const pqxx::sql_error*>(&error);
  if (answered == nullptr) return first_line;
  const std::string& code = answered->sqlstate();
  // Data exceptions and violated constraints name values.
  if (in_class(code, "22") || in_class(code, "23")) return "SQLSTATE " + code;
  return first_line + " (SQLSTATE " + code + ")";
}

Failure take_failure(const std::exception& error, Connections& connections, Connections::Lease& db) {
  const Failure failure = failure_of(error, *db);
  const bool connection_is_lost = failure == Failure::kInDoubt || failure == Failure::kReadOnly;
  if (connection_is_lost || failure == Failure::kRefused) connections.note_trouble(words_of(error));
  if (connection_is_lost) db.discard();
  return failure;
}

}  // namespace smmhost::postgres
