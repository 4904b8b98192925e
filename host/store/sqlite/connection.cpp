// One SQLite connection with its cached prepared statements, and a statement in use.
#include "host/store/sqlite/connection.h"

namespace smmhost::sqlite {
namespace {

[[noreturn]] void fail(sqlite3* db) {
  throw SqlError(sqlite3_extended_errcode(db), sqlite3_errmsg(db));
}

}  // namespace

bool Query::next_row() {
  column_ = 0;
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  fail(db_);
}

void Query::run() {
  while (next_row()) {
  }
}

int Query::run_checked() {
  int result = SQLITE_ROW;
  while (result == SQLITE_ROW) result = sqlite3_step(statement_);
  if (result == SQLITE_DONE) return SQLITE_OK;
  const int extended = sqlite3_extended_errcode(db_);
  if ((extended & 0xff) == SQLITE_CONSTRAINT) return extended;
  fail(db_);
}

std::string_view Query::text_view() {
  const int column = column_++;
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::optional<std::int64_t> Query::maybe_integer() {
  if (sqlite3_column_type(statement_, column_) == SQLITE_NULL) {
    ++column_;
    return std::nullopt;
  }
  return integer();
}

std::optional<Time> Query::maybe_time() {
  const auto ms = maybe_integer();
  if (!ms) return std::nullopt;
  return from_unix_ms(*ms);
}

void Query::bind_one(int index, std::string_view value) {
  const char* bytes = value.data() == nullptr ? "" : value.data();
  check(sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Query::check(int result_code) const {
  if (result_code != SQLITE_OK) fail(db_);
}

Connection::Connection(const std::string& path, Mode mode) {
  const int access = mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  sqlite3* db = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &db, access | SQLITE_OPEN_NOMUTEX, nullptr);
  db_.reset(db);
  if (result != SQLITE_OK) throw SqlError(result, db == nullptr ? sqlite3_errstr(result) : sqlite3_errmsg(db));
  sqlite3_extended_result_codes(db, 1);
}

Connection::OwnedStatement Connection::prepare(const std::string& sql, unsigned flags) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()), flags, &statement, nullptr) != SQLITE_OK)
    fail(db_.get());
  return OwnedStatement(statement);
}

Query Connection::query(const std::string& sql) {
  OwnedStatement& cached = cache_[&sql];
  if (!cached) cached = prepare(sql, SQLITE_PREPARE_PERSISTENT);
  return Query(db_.get(), cached.get());
}

void Connection::execute(const std::string& sql) {
  if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(db_.get());
}

std::string Connection::single_value(const std::string& sql) {
  const OwnedStatement statement = prepare(sql, 0);
  Query query(db_.get(), statement.get());
  return query.next_row() ? query.text() : std::string();
}

}  // namespace smmhost::sqlite
