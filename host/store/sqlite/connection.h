// One SQLite connection with its cached prepared statements, and a statement in use.
//
// A connection is used by one thread at a time. Every statement text is a named constant of statements.h; its address
// is the key of the cache. Errors are thrown as SqlError and turned into outcomes by the store, never seen outside it.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/domain/time.h"

namespace smmhost::sqlite {

struct SqlError : std::runtime_error {
  SqlError(int result_code, const std::string& what) : std::runtime_error(what), code(result_code) {}
  int code;  // extended result code
};

// A cached statement, borrowed for one execution. Parameters and columns go by position.
class Query {
 public:
  Query(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
  ~Query() { sqlite3_reset(statement_); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Binds every parameter from ?1 on. Text is not copied: it must live until the statement was stepped for the last
  // time.
  template <class... Values>
  Query& bind(const Values&... values) {
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }

  // Steps to the next row; false after the last one.
  bool next_row();
  // Runs a statement to its end.
  void run();
  // The same, but a violated constraint is returned (its extended code) instead of thrown. SQLITE_OK otherwise.
  int run_checked();
  // Rows changed by the statement that just ran.
  std::int64_t changed() const { return sqlite3_changes64(db_); }

  // The columns of the present row, read from left to right.
  std::int64_t integer() { return sqlite3_column_int64(statement_, column_++); }
  std::int32_t small_integer() { return sqlite3_column_int(statement_, column_++); }
  bool boolean() { return sqlite3_column_int(statement_, column_++) != 0; }
  std::string text() { return std::string(text_view()); }
  std::string_view text_view();  // valid until the next step
  Time time() { return from_unix_ms(integer()); }
  std::optional<std::int64_t> maybe_integer();
  std::optional<Time> maybe_time();

 private:
  void bind_one(int index, std::int64_t value) { check(sqlite3_bind_int64(statement_, index, value)); }
  void bind_one(int index, std::int32_t value) { check(sqlite3_bind_int(statement_, index, value)); }
  void bind_one(int index, bool value) { check(sqlite3_bind_int(statement_, index, value ? 1 : 0)); }
  void bind_one(int index, std::nullopt_t) { check(sqlite3_bind_null(statement_, index)); }
  void bind_one(int index, std::string_view value);
  void bind_one(int index, const std::string& value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, const char* value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, Time value) { bind_one(index, to_unix_ms(value)); }
  template <class T>
  void bind_one(int index, const std::optional<T>& value) {
    if (value)
      bind_one(index, *value);
    else
      bind_one(index, std::nullopt);
  }
  void check(int result_code) const;

  sqlite3* db_;
  sqlite3_stmt* statement_;
  int column_ = 0;
};

class Connection {
 public:
  enum class Mode { kReadWrite, kReadOnly };

  // Throws SqlError. `path` must exist.
  Connection(const std::string& path, Mode mode);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // `sql` must be a named constant that outlives the connection.
  Query query(const std::string& sql);
  // Runs statements that are not worth caching (settings, migrations).
  void execute(const std::string& sql);
  std::string single_value(const std::string& sql);  // the first column of the first row, or ""

  bool in_transaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }
  sqlite3* handle() { return db_.get(); }

 private:
  struct CloseDatabase {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using OwnedStatement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

  OwnedStatement prepare(const std::string& sql, unsigned flags);

  std::unique_ptr<sqlite3, CloseDatabase> db_;
  std::unordered_map<const std::string*, OwnedStatement> cache_;
};

}  // namespace smmhost::sqlite
