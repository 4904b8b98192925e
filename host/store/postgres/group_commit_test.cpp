// Group commit: everyone is written exactly once, what cannot go together does not, and nobody waits for ever.
#include "host/store/postgres/group_commit.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <thread>

namespace smmhost::postgres {
namespace {

struct Request {
  std::set<std::string> names;
  int written = 0;

  std::set<std::string> keys() const { return names; }
};

template <class Work>
void on_threads(int count, Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

TEST(GroupCommit, EveryRequestIsWrittenOnceAndSomeTogether) {
  std::atomic<int> batches = 0;
  GroupCommit<Request> group(8, [&](const std::vector<Request*>& batch) {
    ++batches;
    EXPECT_LE(batch.size(), 8U);
    for (Request* request : batch) ++request->written;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  });
  on_threads(16, [&](int) {
    for (int i = 0; i < 100; ++i) {
      Request request;
      group.run(request);
      EXPECT_EQ(request.written, 1);
    }
  });
  EXPECT_LT(batches, 1600);
}

TEST(GroupCommit, RequestsThatShareAKeyAreNeverWrittenTogether) {
  std::map<std::string, int> per_key;  // only the one that writes
  GroupCommit<Request> group(64, [&](const std::vector<Request*>& batch) {
    std::set<std::string> seen;
    for (const Request* request : batch)
      for (const std::string& key : request->names) {
        EXPECT_TRUE(seen.insert(key).second) << key;
        ++per_key[key];
      }
  });
  on_threads(8, [&](int thread) {
    for (int i = 0; i < 200; ++i) {
      Request request{{"a" + std::to_string(i % 3), "b" + std::to_string(thread % 2)}};
      group.run(request);
    }
  });
  EXPECT_EQ(per_key["b0"] + per_key["b1"], 1600);
}

TEST(GroupCommit, ALoneRequestIsWrittenByItsOwnCallerAtOnce) {
  std::thread::id writer;
  GroupCommit<Request> group(8, [&](const auto&) { writer = std::this_thread::get_id(); });
  Request request;
  group.run(request);
  EXPECT_EQ(writer, std::this_thread::get_id());
}

}  // namespace
}  // namespace smmhost::postgres
