// A process that is killed at any moment: whatever it acknowledged is there afterwards.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "host/store/sqlite/sqlite_store.h"
#include "tests/support/temporary_folder.h"

namespace smmhost {
namespace {

constexpr Time kNow = from_unix_ms(1'768'478'400'000);
constexpr int kProducers = 6;
constexpr int kRounds = 8;

SqliteOptions options_for(const std::string& path) {
  SqliteOptions options;
  options.path = path;
  options.writer.idle_checkpoint_pages = 4;
  options.writer.forced_checkpoint_pages = 64;  // so that some kills hit a checkpoint
  return options;
}

Ingest order(std::int64_t number) {
  Payment payment;
  payment.id = std::to_string(number) + "_1";
  payment.order_id = number;
  payment.due_at = payment.created_at = payment.updated_at = kNow;
  Ingest ingest;
  ingest.delivery.received_at = kNow;
  ingest.delivery.digest = std::to_string(number);
  ingest.order_id = number;
  ingest.status_alias = "paid";
  ingest.new_payments = {payment};
  return ingest;
}

// The child: ingests until it is killed, and writes the number of each acknowledged order into the pipe.
[[noreturn]] void produce(const std::string& path, std::int64_t first, int pipe) {
  SqliteStore store(options_for(path));
  std::vector<std::thread> producers;
  for (int i = 0; i < kProducers; ++i)
    producers.emplace_back([&store, first, i, pipe] {
      for (std::int64_t number = first + i;; number += kProducers)
        if (store.ingest(order(number)).outcome != CommitOutcome::kCommitted ||
            write(pipe, &number, sizeof number) != sizeof number)
          _exit(1);
    });
  for (std::thread& producer : producers) producer.join();
  _exit(1);
}

// Reads until the pipe is closed by the child's death; kills it after `until` acknowledgements and a moment.
std::vector<std::int64_t> collect_and_kill(pid_t child, int pipe, std::size_t until, std::chrono::microseconds moment) {
  std::vector<std::int64_t> acknowledged;
  std::int64_t number = 0;
  while (read(pipe, &number, sizeof number) == sizeof number) {
    acknowledged.push_back(number);
    if (acknowledged.size() != until) continue;
    std::this_thread::sleep_for(moment);
    kill(child, SIGKILL);
  }
  return acknowledged;
}

TEST(SqliteCrashTest, WhatWasAcknowledgedSurvivesAKillAtAnyMoment) {
  const tests::TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  std::mt19937 random(std::random_device{}());
  std::vector<std::int64_t> acknowledged;
  for (int round = 0; round < kRounds; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) produce(path, round * 1'000'000, pipe_ends[1]);
    close(pipe_ends[1]);
    const auto moment = std::chrono::microseconds(std::uniform_int_distribution(0, 20'000)(random));
    const auto until = std::uniform_int_distribution<std::size_t>(1, 300)(random);
    const auto more = collect_and_kill(child, pipe_ends[0], until, moment);
    close(pipe_ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << status;
    ASSERT_GE(more.size(), until);
    acknowledged.insert(acknowledged.end(), more.begin(), more.end());

    SqliteStore store(options_for(path));  // the lock of the dead process is gone, too
    for (const std::int64_t number : acknowledged) {
      ASSERT_TRUE(store.payment(std::to_string(number) + "_1"))
          << "round " << round << ": acknowledged, and lost: " << number;
      ASSERT_EQ(store.timeline(std::to_string(number) + "_1").size(), 1U) << "half a transaction: " << number;
    }
    ASSERT_GE(store.count_payments()[PaymentState::kReceived], static_cast<std::int64_t>(acknowledged.size()));
  }
  sqlite::Connection db(path, sqlite::Connection::Mode::kReadWrite);
  EXPECT_EQ(db.single_value("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(db.single_value("SELECT sum(n) FROM payment_counts"), db.single_value("SELECT count(*) FROM payments"));
}

}  // namespace
}  // namespace smmhost
