#include "core/fulfilment/past.h"

namespace smmhost {
namespace {

constexpr const char* kRestoredAt = "restored_at";
constexpr const char* kImportedAt = "imported_at";
constexpr const char* kBegunAt = "begun_at";

std::optional<Time> time_of_mark(Store& store, const char* name) {
  const std::optional<std::string> value = store.mark(name);
  return value ? parse_iso8601(*value) : std::nullopt;
}

}  // namespace

Past read_past(Store& store) {
  Past past;
  const std::optional<Time> restored_at = time_of_mark(store, kRestoredAt);
  if (restored_at)
    past.restoration = Restoration{time_of_mark(store, kBackupTakenAt).value_or(*restored_at), *restored_at};
  past.imported_at = time_of_mark(store, kImportedAt);
  past.begun_at = time_of_mark(store, kBegunAt);
  return past;
}

void note_beginning(Store& store, Time now) {
  if (store.mark(kBegunAt)) return;
  Changes changes;
  changes.marks = {{kBegunAt, to_iso8601(now)}};
  if (store.commit(changes) != CommitOutcome::kCommitted)
    throw StoreUnavailable("the database does not take its beginning");
}

std::vector<Mark> marks_of(const Restoration& restoration) {
  return {{kBackupTakenAt, to_iso8601(restoration.backup_taken_at)},
          {kRestoredAt, to_iso8601(restoration.restored_at)}};
}

Mark mark_of_import(Time at) {
  return {kImportedAt, to_iso8601(at)};
}

std::string imported_order_mark(std::int64_t order_id) {
  return "imported_order/" + std::to_string(order_id);
}

}  // namespace smmhost
