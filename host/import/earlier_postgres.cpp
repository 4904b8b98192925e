// The earlier program's tables in PostgreSQL.
#include <optional>
#include <pqxx/pqxx>

#include "host/import/earlier_tables.h"

namespace smmhost {
namespace {

using Snapshot = pqxx::transaction<pqxx::repeatable_read, pqxx::readwrite_policy::read_only>;

class PostgresTables final : public EarlierTables {
 public:
  explicit PostgresTables(const std::string& url) : connection_(url) {
    connection_.set_client_encoding("UTF8");
    snapshot_.emplace(connection_);
  }

  // Where the connection's search path finds a table of that name.
  std::set<std::string> columns_of(const std::string& table) override {
    std::set<std::string> columns;
    const pqxx::result rows = snapshot_->exec("SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(" +
                                              snapshot_->quote(table) + ") AND attnum > 0 AND NOT attisdropped");
    for (const auto& row : rows) columns.insert(row[0].as<std::string>());
    return columns;
  }

  std::vector<EarlierRow> rows_of(const std::string& table, const std::vector<std::string>& columns) override {
    std::string selected;
    for (const std::string& column : columns)
      selected += (selected.empty() ? "coalesce(" : ", coalesce(") + snapshot_->quote_name(column) + "::text, '')";
    std::vector<EarlierRow> rows;
    for (const auto& found :
         snapshot_->exec("SELECT " + selected + " FROM " + snapshot_->quote_name(table) + " ORDER BY 1")) {
      EarlierRow row;
      row.reserve(columns.size());
      for (const auto& field : found) row.push_back(field.as<std::string>());
      rows.push_back(std::move(row));
    }
    return rows;
  }

  int other_sessions() override {
    return snapshot_
        ->exec1(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend' AND application_name NOT LIKE 'smmhost%'")[0]
        .as<int>();
  }

 private:
  pqxx::connection connection_;
  std::optional<Snapshot> snapshot_;
};

}  // namespace

std::unique_ptr<EarlierTables> open_earlier_postgres(const std::string& url) {
  return std::make_unique<PostgresTables>(url);
}

}  // namespace smmhost
