// Seeded runs of the real engine and the real store. SMMHOST_SIM_SEED=n replays one and prints its journal;
// SMMHOST_SIM_SEEDS=n runs that many instead of 500.
#include "tests/simulation/simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "tests/support/temporary_folder.h"

namespace smmhost::sim {
namespace {

constexpr std::uint64_t kSeeds = 500;
constexpr std::uint64_t kSeedsPerShard = 125;

// Every one of these must happen somewhere in the seeds, or the run proves less than it says.
const char* const kMustHappen[] = {
    "crash before the request is sent",
    "crash after the panel bought",
    "crash before a commit",
    "crash after a commit",
    "connection refused",
    "request lost",
    "answer lost",
    "500 after buying",
    "500 without buying",
    "rate limited",
    "refused: no_funds",
    "refused: rejected",
    "panel delivers partly",
    "panel cancels",
    "status row missing",
    "status word not recognised",
    "profile private",
    "look-up fails",
    "shop unreachable",
    "the shop's answer is lost",
    "crash after the shop was told",
    "delivered told",
    "store unavailable at ingest",
    "store unavailable at a commit",
    "commit in doubt, and it was made",
    "commit in doubt, and it was not made",
    "ingest in doubt, and it was made",
    "ingest in doubt, and it was not made",
    "a refused webhook is posted again",
    "store unavailable: claim_due",
    "store unavailable: claim",
    "store unavailable: claim_tracking",
    "store unavailable: claim_shop_updates",
    "store unavailable: wake_held",
    "store unavailable: wake_links",
    "store unavailable at replace_services",
    "done, and its answer lost: claim_due",
    "done, and its answer lost: claim",
    "done, and its answer lost: claim_tracking",
    "done, and its answer lost: claim_shop_updates",
    "done, and its answer lost: wake_held",
    "done, and its answer lost: wake_links",
    "cannot be read: payments",
    "cannot be read: placement",
    "cannot be read: payments_of_orders",
    "cannot be read: list_payments",
    "cannot be read: orders_with_completed",
    "cannot be read: link_occupied",
    "cannot be read: mark",
    "cannot be read: placement_by_provider_order",
    "cannot be read: shop_update",
    "cannot be read: shop_updates_of_orders",
    "cannot be read: refused_shop_updates",
    "cannot be read: product",
    "cannot be read: provider",
    "cannot be read: service",
    "cannot be read: knows_services",
    "a claim that the database lost",
    "a write of rows that had changed",
    "a write under a lost fence",
    "a late write of a dead worker",
    "same bytes posted again",
    "same order in other bytes",
    "order cancelled",
    "cancelled before paid arrived",
    "another host works in the middle of a call",
    "a lease runs out in the middle of a call",
    "a person decides: placed",
    "a person decides: not placed",
    "a person decides: give up",
    "an unknown outcome is proved",
    "asked again with the same key: the order it made before",
    "another plugin is installed while an outcome is unknown",
    "webhook lost, found by the poll",
    "balance topped up",
};

// In memory where the system has such a folder.
class ScratchFolder {
 public:
  std::string path() const { return folder_.path(); }

 private:
  const tests::TemporaryFolder folder_{std::filesystem::exists("/dev/shm") ? "/dev/shm"
                                                                           : std::filesystem::temp_directory_path()};
};

std::optional<std::uint64_t> number_from_environment(const char* name) {
  const char* text = std::getenv(name);
  if (!text) return std::nullopt;
  return std::strtoull(text, nullptr, 10);
}

void run_seeds(std::uint64_t first, std::uint64_t count, Sometimes& sometimes) {
  ScratchFolder scratch;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const RunResult result = run_simulation(seed, scratch.path());
    for (const auto& [what, times] : result.sometimes) sometimes[what] += times;
    for (const std::string& violation : result.violations)
      ADD_FAILURE() << violation << "\n  replay: SMMHOST_SIM_SEED=" << seed << " simulation_tests";
  }
}

class Simulation : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Simulation, InvariantsHoldForEverySeed) {
  if (const auto seed = number_from_environment("SMMHOST_SIM_SEED")) {
    if (GetParam() != 0) return;
    ScratchFolder scratch;
    const RunResult result = run_simulation(*seed, scratch.path());
    std::cout << result.journal;
    EXPECT_THAT(result.violations, ::testing::IsEmpty());
    return;
  }
  const std::uint64_t seeds = number_from_environment("SMMHOST_SIM_SEEDS").value_or(kSeeds) * kSeedsPerShard / kSeeds;
  Sometimes sometimes;
  run_seeds(1 + GetParam() * seeds, seeds, sometimes);
  for (const char* what : kMustHappen) EXPECT_GT(sometimes[what], 0) << "never happened in this batch: " << what;
}

INSTANTIATE_TEST_SUITE_P(Batch, Simulation, ::testing::Range<std::uint64_t>(0, kSeeds / kSeedsPerShard));

// A run that differed between two replays could not be debugged.
TEST(SimulationReplay, SameSeedIsTheSameRun) {
  ScratchFolder a, b;
  EXPECT_EQ(run_simulation(42, a.path()).journal, run_simulation(42, b.path()).journal);
}

}  // namespace
}  // namespace smmhost::sim
