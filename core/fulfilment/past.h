// What a database cannot know about its own past: it was restored from a backup, or it took over from an earlier
// program. Kept as marks of the whole database; a host reads them at its start.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ports/store.h"

namespace smmhost {

struct Restoration {
  Time backup_taken_at{};
  Time restored_at{};
};

struct Past {
  std::optional<Restoration> restoration;  // the latest one
  std::optional<Time> imported_at;         // the latest import from the earlier program
  std::optional<Time> begun_at;            // when a host ran on the database for the first time
};

// Throws StoreUnavailable.
Past read_past(Store& store);

// Called by a host at its start: marks the beginning, once. Throws StoreUnavailable.
void note_beginning(Store& store, Time now);

std::vector<Mark> marks_of(const Restoration& restoration);
Mark mark_of_import(Time at);

// The mark of an order that was taken over from the earlier program, which numbered the lines of an order by their
// position: such an order is known as a whole.
std::string imported_order_mark(std::int64_t order_id);

// The mark that a backup carries in itself.
inline constexpr const char* kBackupTakenAt = "backup_taken_at";

}  // namespace smmhost
