// Faults add up to rests and to a quarantine, and good work takes them back.
#include "host/plugin/plugin_health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace smmhost {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr Time kNow = Time{} + 1h;

TEST(PluginHealth, OneFaultCostsItsOwnCallOnly) {
  PluginHealth health;
  health.fault("place", "crashed", kNow);
  health.fault("place", "crashed", kNow);
  EXPECT_EQ(health.objection("place", kNow), std::nullopt);
  EXPECT_EQ(health.view(kNow).faults, 2U);
  EXPECT_EQ(health.view(kNow).last_fault, "crashed");
}

TEST(PluginHealth, FaultsInARowAreFollowedByLongerRests) {
  PluginHealth health;
  for (int i = 0; i < 3; ++i) health.fault("place", "spins", kNow);
  EXPECT_THAT(health.objection("place", kNow).value_or(""),
              HasSubstr("after 3 faults in a row in place (the last: it spins"));
  EXPECT_EQ(health.objection("place", kNow + 1s), std::nullopt);
  health.fault("place", "spins", kNow + 1s);
  EXPECT_NE(health.objection("place", kNow + 2s), std::nullopt);
  EXPECT_EQ(health.objection("place", kNow + 3s), std::nullopt);
}

TEST(PluginHealth, GoodWorkStartsTheCountAnew) {
  PluginHealth health;
  for (int i = 0; i < 50; ++i) {
    health.fault("place", "crashed", kNow);
    health.fault("place", "crashed", kNow);
    health.good("place");
  }
  EXPECT_EQ(health.objection("place", kNow), std::nullopt);
  EXPECT_FALSE(health.view(kNow).quarantined);
  EXPECT_EQ(health.view(kNow).faults, 100U);
}

TEST(PluginHealth, GoodWorkInOneOperationDoesNotMakeUpForAnother) {
  PluginHealth health;
  for (int i = 0; i < PluginHealth::kFaultsBeforeQuarantine; ++i) {
    health.fault("place", "crashed", kNow);
    health.good("status");
  }
  EXPECT_TRUE(health.is_quarantined("place"));
  EXPECT_THAT(health.view(kNow).why, HasSubstr("after 10 faults in a row in place"));
  EXPECT_EQ(health.objection("status", kNow), std::nullopt) << "orders are still followed";
  EXPECT_FALSE(health.is_quarantined("status"));
}

TEST(PluginHealth, TheWorstOfAllOperationsIsShown) {
  PluginHealth health;
  for (int i = 0; i < PluginHealth::kFaultsBeforeRest; ++i) health.fault("balance", "spins", kNow);
  EXPECT_THAT(health.view(kNow).why, HasSubstr("rests until"));
  EXPECT_EQ(health.view(kNow).rests_until, kNow + 1s);
  for (int i = 0; i < PluginHealth::kFaultsBeforeQuarantine; ++i) health.fault("place", "crashed", kNow);
  EXPECT_THAT(health.view(kNow).why, HasSubstr("quarantine"));
  EXPECT_EQ(health.view(kNow + 1h).why.find("rests"), std::string::npos);
  EXPECT_EQ(health.view(kNow).faults, 13U);
}

TEST(PluginHealth, TheTenthFaultInARowIsQuarantineUntilAReload) {
  PluginHealth health;
  for (int i = 0; i < PluginHealth::kFaultsBeforeQuarantine; ++i) health.fault("place", "crashed", kNow);
  health.good("place");  // of a call that was under way
  EXPECT_THAT(health.objection("place", kNow + 1000h).value_or(""), HasSubstr("in quarantine"));
  EXPECT_TRUE(health.view(kNow).quarantined);
}

}  // namespace
}  // namespace smmhost
