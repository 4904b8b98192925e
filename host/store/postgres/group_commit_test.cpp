// Group commit: everyone is written exactly once, what cannot go together does not, and nobody waits for ever.
#include "host/store/postgres/group_commit.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <thread>

namespace smmhost::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Request {
  std::set<std::string> names;
  std::atomic<int> written = 0;

  std::set<std::string> keys() const { return names; }
};
using Group = GroupCommit<Request>;

std::shared_ptr<Request> request(std::set<std::string> names = {}) {
  auto made = std::make_shared<Request>();
  made->names = std::move(names);
  return made;
}

template <class Work>
void on_threads(int count, Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

// A database that acknowledges nothing until it is let go.
class Hanging {
 public:
  void write(const Group::Batch& batch) {
    ++begun;
    open_.get_future().wait();
    for (Request* each : batch) ++each->written;
  }
  void let_go() { open_.set_value(); }
  bool is_writing() const {
    for (int i = 0; i < 2000 && begun == 0; ++i) std::this_thread::sleep_for(milliseconds{1});
    return begun > 0;
  }

  std::atomic<int> begun = 0;

 private:
  std::promise<void> open_;
};

TEST(GroupCommit, EveryRequestIsWrittenOnceAndSomeTogether) {
  std::atomic<int> batches = 0;
  Group group({.most = 8, .patience = seconds{60}}, [&](const Group::Batch& batch) {
    ++batches;
    EXPECT_LE(batch.size(), 8U);
    for (Request* each : batch) ++each->written;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  });
  on_threads(16, [&](int) {
    for (int i = 0; i < 100; ++i) {
      const auto one = request();
      EXPECT_EQ(group.run(one), Waited::kWritten);
      EXPECT_EQ(one->written, 1);
    }
  });
  EXPECT_LT(batches, 1600);
}

TEST(GroupCommit, RequestsThatShareAKeyAreNeverWrittenTogether) {
  for (const int writers : {1, 3}) {
    std::mutex mutex;
    std::set<std::string> being_written;
    std::map<std::string, int> per_key;
    Group group({.most = 64, .threads = writers, .patience = seconds{60}}, [&](const Group::Batch& batch) {
      const auto each_key = [&](auto action) {
        const std::lock_guard lock(mutex);
        for (const Request* each : batch)
          for (const std::string& key : each->names) action(key);
      };
      each_key([&](const std::string& key) { EXPECT_TRUE(being_written.insert(key).second) << key; });
      each_key([&](const std::string& key) {
        being_written.erase(key);
        ++per_key[key];
      });
    });
    on_threads(8, [&](int thread) {
      for (int i = 0; i < 200; ++i)
        EXPECT_EQ(group.run(request({"a" + std::to_string(i % 3), "b" + std::to_string(thread % 2)})),
                  Waited::kWritten);
    });
    EXPECT_EQ(per_key["b0"] + per_key["b1"], 1600);
  }
}

TEST(GroupCommit, ALoneRequestIsWrittenAtOnce) {
  Group group({.most = 8, .patience = seconds{60}}, [](const auto&) {});
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) group.run(request());
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds{5});
}

TEST(GroupCommit, SeveralThreadsWriteAtTheSameTime) {
  std::atomic<int> writing = 0;
  std::atomic<int> most = 0;
  Group group({.most = 1, .threads = 3, .patience = seconds{60}}, [&](const auto&) {
    most = std::max(most.load(), ++writing);
    std::this_thread::sleep_for(milliseconds{20});
    --writing;
  });
  on_threads(9, [&](int) { group.run(request()); });
  EXPECT_GT(most, 1);
  EXPECT_LE(most, 3);
}

TEST(GroupCommit, WhoHasLostPatienceGoesAndTheWritingGoesOn) {
  Hanging database;
  const auto first = request();
  const auto second = request();
  {
    Group group({.most = 1, .patience = milliseconds{100}}, [&](const Group::Batch& batch) { database.write(batch); });
    std::thread waiting([&] { EXPECT_EQ(group.run(first), Waited::kGoesOn); });
    ASSERT_TRUE(database.is_writing());
    EXPECT_EQ(group.run(second), Waited::kNotBegun);
    waiting.join();
    database.let_go();
  }
  EXPECT_EQ(first->written, 1);
  EXPECT_EQ(second->written, 0) << "its caller was told that nobody will write it";
}

TEST(GroupCommit, WhileNothingIsWrittenRequestsAreTurnedAwayAtOnceAndAfterwardsTaken) {
  Hanging database;
  std::atomic<bool> hangs = true;
  Group group({.most = 1, .patience = milliseconds{200}}, [&](const Group::Batch& batch) {
    if (hangs) database.write(batch);
  });
  EXPECT_EQ(group.run(request()), Waited::kGoesOn);
  std::this_thread::sleep_for(milliseconds{50});
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(group.run(request()), Waited::kNotBegun);
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds{1});

  hangs = false;
  database.let_go();
  Waited after = Waited::kNotBegun;
  for (int i = 0; i < 1000 && after != Waited::kWritten; ++i) {
    std::this_thread::sleep_for(milliseconds{1});
    after = group.run(request());
  }
  EXPECT_EQ(after, Waited::kWritten);
}

}  // namespace
}  // namespace smmhost::postgres
