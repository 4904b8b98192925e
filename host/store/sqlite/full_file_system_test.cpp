// A small file system of the test's own that fills up: what the kernel refuses, the store refuses, and nothing is lost.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <filesystem>
#include <fstream>

#include "host/store/sqlite/sqlite_store.h"
#include "tests/support/temporary_folder.h"

namespace smmhost {
namespace {

// 1 MiB in memory, which only this process sees.
class SmallFileSystem {
 public:
  explicit SmallFileSystem(std::string folder) : folder_(std::move(folder)) {
    mounted_ = unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
               mount("none", folder_.c_str(), "tmpfs", 0, "size=1m") == 0;
  }
  ~SmallFileSystem() {
    if (mounted_) umount(folder_.c_str());
  }
  SmallFileSystem(const SmallFileSystem&) = delete;
  SmallFileSystem& operator=(const SmallFileSystem&) = delete;

  bool is_mounted() const { return mounted_; }

 private:
  const std::string folder_;
  bool mounted_ = false;
};

std::string payment_id(int number) {
  return std::to_string(number) + "_1";
}

Ingest order(int number) {
  Ingest ingest;
  ingest.delivery.source = "webhook";
  ingest.delivery.digest = "digest " + std::to_string(number);
  ingest.delivery.payload = std::string(2'000, 'x');
  ingest.delivery.order_id = ingest.order_id = number;
  ingest.new_payments.emplace_back().id = payment_id(number);
  ingest.new_payments.back().order_id = number;
  return ingest;
}

TEST(FullFileSystem, RefusesAndLosesNothingAndTakesAgainWhenThereIsRoom) {
  const tests::TemporaryFolder folder;
  const SmallFileSystem small(folder.file(""));
  if (!small.is_mounted()) GTEST_SKIP() << "only root mounts a file system";
  SqliteOptions options;
  options.path = folder.file("store.db");
  const std::string ballast = folder.file("ballast");
  std::ofstream(ballast) << std::string(200'000, 'b');
  int stored = 0;
  {
    SqliteStore store(options);
    while (store.ingest(order(stored)).outcome == CommitOutcome::kCommitted) ASSERT_LT(++stored, 10'000);
    ASSERT_GT(stored, 3);
    EXPECT_EQ(store.ingest(order(stored)).outcome, CommitOutcome::kUnavailable);
    EXPECT_FALSE(store.payment(payment_id(stored))) << "refused, and there";
    for (int i = 0; i < stored; ++i) ASSERT_TRUE(store.payment(payment_id(i))) << i;

    std::filesystem::remove(ballast);
    EXPECT_EQ(store.ingest(order(stored)).outcome, CommitOutcome::kCommitted) << "room again, without opening anew";
  }
  SqliteStore again(options);
  EXPECT_EQ(again.count_payments()[PaymentState::kReceived], stored + 1);
}

}  // namespace
}  // namespace smmhost
