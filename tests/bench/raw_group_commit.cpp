// What the store's ingest is measured against: the same rows, written by plain SQLite under the same durability.
#include "tests/bench/raw_group_commit.h"

#include <stdexcept>
#include <utility>

namespace smmhost::bench {
namespace {

void bind_text(sqlite3_stmt* statement, int index, const std::string& text) {
  sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

}  // namespace

RawGroupCommit::RawGroupCommit(const std::string& path) {
  if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
  execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
      "CREATE TABLE deliveries(id INTEGER PRIMARY KEY, received_at, source, digest UNIQUE, signature, event, order_id, "
      "payload);"
      "CREATE TABLE payments(id TEXT PRIMARY KEY, order_id, status_alias, customer_name, email, phone, sku, quantity, "
      "customization, state, due_at, created_at, updated_at)");
  sqlite3_prepare_v2(db_, "INSERT INTO deliveries VALUES(NULL,?,?,?,?,?,?,?)", -1, &delivery_, nullptr);
  sqlite3_prepare_v2(db_, "INSERT INTO payments VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)", -1, &payment_, nullptr);
  thread_ = std::thread([this] { serve(); });
}

RawGroupCommit::~RawGroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  queued_.notify_one();
  thread_.join();
  sqlite3_finalize(delivery_);
  sqlite3_finalize(payment_);
  sqlite3_close(db_);
}

void RawGroupCommit::ingest(const Ingest& ingest) {
  Waiting waiting;
  waiting.ingest = &ingest;
  std::unique_lock lock(mutex_);
  queue_.push_back(&waiting);
  queued_.notify_one();
  waiting.answered.wait(lock, [&] { return waiting.done; });
}

void RawGroupCommit::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    queued_.wait(lock, [this] { return !queue_.empty() || stopping_; });
    if (queue_.empty()) return;
    const std::vector<Waiting*> batch = std::exchange(queue_, {});
    lock.unlock();
    execute("BEGIN IMMEDIATE");
    for (const Waiting* waiting : batch) insert(*waiting->ingest);
    execute("COMMIT");
    lock.lock();
    for (Waiting* waiting : batch) {
      waiting->done = true;
      waiting->answered.notify_one();
    }
  }
}

void RawGroupCommit::insert(const Ingest& ingest) {
  const Delivery& d = ingest.delivery;
  sqlite3_bind_int64(delivery_, 1, to_unix_ms(d.received_at));
  bind_text(delivery_, 2, d.source);
  bind_text(delivery_, 3, d.digest);
  bind_text(delivery_, 4, d.signature);
  bind_text(delivery_, 5, d.event);
  sqlite3_bind_int64(delivery_, 6, d.order_id);
  bind_text(delivery_, 7, d.payload);
  sqlite3_step(delivery_);
  sqlite3_reset(delivery_);
  for (const Payment& p : ingest.new_payments) {
    bind_text(payment_, 1, p.id);
    sqlite3_bind_int64(payment_, 2, p.order_id);
    bind_text(payment_, 3, p.status_alias);
    bind_text(payment_, 4, p.customer_name);
    bind_text(payment_, 5, p.email);
    bind_text(payment_, 6, p.phone_full_number);
    bind_text(payment_, 7, p.item_sku);
    sqlite3_bind_int64(payment_, 8, p.item_quantity);
    bind_text(payment_, 9, p.customization);
    sqlite3_bind_text(payment_, 10, "received", -1, SQLITE_STATIC);
    sqlite3_bind_int64(payment_, 11, to_unix_ms(p.created_at));
    sqlite3_bind_int64(payment_, 12, to_unix_ms(p.created_at));
    sqlite3_bind_int64(payment_, 13, to_unix_ms(p.updated_at));
    sqlite3_step(payment_);
    sqlite3_reset(payment_);
  }
}

void RawGroupCommit::execute(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
}

}  // namespace smmhost::bench
