// Backup of a SQLite store into one file, and the way back. PostgreSQL has tools of its own for both.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/time.h"
#include "core/fulfilment/mark_restored.h"
#include "host/store/open_store.h"

namespace smmhost {

// A backup or a restore that was not made; the message is for the operator. Nothing was changed.
struct BackupRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct BackupReport {
  std::string file;
  Time taken_at{};
  std::int64_t bytes = 0;
  std::map<std::string, std::int64_t> rows;  // by table
  std::vector<std::string> violations;       // of the invariants; the copy is faithful all the same
};

struct BackupRequest {
  std::string url;   // [store] url
  std::string file;  // must not exist; its folder must
  Time now{};
  std::function<bool()> stopped = [] { return false; };  // asked often; true ends the backup without a file
};

// Copies the database as it is at one moment, reads the copy back (structure, row counts, invariants), and only then
// gives it its name. Readable by its owner only. The database may be open in this process, and is not held up; it must
// not be open in another one, so the caller has it open or holds its lock. Throws BackupRefused or CannotOpenStore.
BackupReport back_up(const BackupRequest& request);

struct RestoreRequest {
  std::string url;
  std::string file;
  Time now{};
  // When the copy was taken, for one that was not made by back_up, which writes the time into it.
  std::optional<Time> taken_at;
};

struct RestoreReport {
  Restoration restoration;
  std::string kept_aside;  // the replaced database; empty where there was none
  MarkedRestored marked;
  std::vector<std::string> violations;
};

// Puts a backup in the place of the database, marked as restored. Refused while a host has the database open, and for a
// file that is damaged, not a backup or of a newer schema. Throws BackupRefused or CannotOpenStore.
RestoreReport restore(const RestoreRequest& request);

}  // namespace smmhost
