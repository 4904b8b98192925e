// Copying a SQLite database while it is in use, and checking what came out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "host/store/sqlite/connection.h"

namespace smmhost::sqlite {

using RowCounts = std::map<std::string, std::int64_t>;

// Copies what `from` holds at one moment into the empty file `to`, page by page, without holding up its writer.
// Returns the rows of each table at that moment. Throws SqlError; SQLITE_INTERRUPT where `stopped` said so.
RowCounts copy_database(const std::string& from, const std::string& to, const std::function<bool()>& stopped);

RowCounts count_rows(Connection& db);

// "ok", or the first faults that SQLite finds in the file's structure.
std::string check_integrity(Connection& db);

}  // namespace smmhost::sqlite
