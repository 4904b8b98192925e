// The earlier program's tables at one moment, in whatever database it kept them.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace smmhost {

using EarlierRow = std::vector<std::string>;  // a value for each column asked for; NULL is ""

class EarlierTables {
 public:
  virtual ~EarlierTables() = default;

  // Empty where there is no such table.
  virtual std::set<std::string> columns_of(const std::string& table) = 0;
  // Of a table that has these columns, ordered by the first.
  virtual std::vector<EarlierRow> rows_of(const std::string& table, const std::vector<std::string>& columns) = 0;
  // How many other programs are connected to the database; 0 where it cannot tell.
  virtual int other_sessions() = 0;
};

// Both throw what their library throws, std::runtime_error or a kind of it. A URL without SQLAlchemy's driver.
std::unique_ptr<EarlierTables> open_earlier_postgres(const std::string& url);
std::unique_ptr<EarlierTables> open_earlier_sqlite(const std::string& url);

}  // namespace smmhost
