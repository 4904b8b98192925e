// The earlier program's tables in SQLite, where it was run without a PostgreSQL server.
#include <filesystem>
#include <stdexcept>

#include "host/import/earlier_tables.h"
#include "host/store/sqlite/connection.h"

namespace smmhost {
namespace {

constexpr int kBusyTimeoutMs = 10'000;

// "sqlite:///shop.db" is relative and "sqlite:////var/shop.db" absolute, as SQLAlchemy has it; "sqlite:shop.db" is how
// this program writes it.
std::string path_of(const std::string& url) {
  std::string path = url.substr(url.find(':') + 1);
  if (path.starts_with("///")) path.erase(0, 3);
  if (path.empty() || path.starts_with("//"))
    throw std::runtime_error("a file is written sqlite:///shop.db, with its whole path sqlite:////var/lib/shop.db");
  if (!std::filesystem::is_regular_file(path)) throw std::runtime_error("there is no file " + path);
  return path;
}

std::string quoted(const std::string& name) {
  return '"' + name + '"';
}

class SqliteTables final : public EarlierTables {
 public:
  explicit SqliteTables(const std::string& path) : db_(path, sqlite::Connection::Mode::kReadOnly) {
    sqlite3_busy_timeout(db_.handle(), kBusyTimeoutMs);
    db_.execute("BEGIN");
  }

  std::set<std::string> columns_of(const std::string& table) override {
    static const std::string kColumns = "SELECT name FROM pragma_table_info(?1)";
    std::set<std::string> columns;
    sqlite::Query query = db_.query(kColumns);
    query.bind(table);
    while (query.next_row()) columns.insert(query.text());
    return columns;
  }

  std::vector<EarlierRow> rows_of(const std::string& table, const std::vector<std::string>& columns) override {
    std::string sql = "SELECT ";
    for (const std::string& column : columns)
      sql += (&column == &columns.front() ? "" : ", ") + ("coalesce(CAST(" + quoted(column) + " AS TEXT), '')");
    statements_.push_back(std::make_unique<std::string>(sql + " FROM " + quoted(table) + " ORDER BY 1"));
    sqlite::Query query = db_.query(*statements_.back());
    std::vector<EarlierRow> rows;
    while (query.next_row()) {
      EarlierRow row;
      row.reserve(columns.size());
      for (std::size_t i = 0; i < columns.size(); ++i) row.push_back(query.text());
      rows.push_back(std::move(row));
    }
    return rows;
  }

  int other_sessions() override { return 0; }

 private:
  std::vector<std::unique_ptr<std::string>> statements_;  // the connection knows a statement by its text's address
  sqlite::Connection db_;
};

}  // namespace

std::unique_ptr<EarlierTables> open_earlier_sqlite(const std::string& url) {
  return std::make_unique<SqliteTables>(path_of(url));
}

}  // namespace smmhost
