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
  health.fault("crashed", kNow);
  health.fault("crashed", kNow);
  EXPECT_EQ(health.objection(kNow), std::nullopt);
  EXPECT_EQ(health.view(kNow).faults, 2U);
  EXPECT_EQ(health.view(kNow).last_fault, "crashed");
}

TEST(PluginHealth, FaultsInARowAreFollowedByLongerRests) {
  PluginHealth health;
  for (int i = 0; i < 3; ++i) health.fault("spins", kNow);
  EXPECT_THAT(health.objection(kNow).value_or(""), HasSubstr("after 3 faults in a row (the last: it spins"));
  EXPECT_EQ(health.objection(kNow + 1s), std::nullopt);
  health.fault("spins", kNow + 1s);
  EXPECT_NE(health.objection(kNow + 2s), std::nullopt);
  EXPECT_EQ(health.objection(kNow + 3s), std::nullopt);
}

TEST(PluginHealth, GoodWorkStartsTheCountAnew) {
  PluginHealth health;
  for (int i = 0; i < 50; ++i) {
    health.fault("crashed", kNow);
    health.fault("crashed", kNow);
    health.good();
  }
  EXPECT_EQ(health.objection(kNow), std::nullopt);
  EXPECT_FALSE(health.view(kNow).quarantined);
  EXPECT_EQ(health.view(kNow).faults, 100U);
}

TEST(PluginHealth, TheTenthFaultInARowIsQuarantineUntilAReload) {
  PluginHealth health;
  for (int i = 0; i < PluginHealth::kFaultsBeforeQuarantine; ++i) health.fault("crashed", kNow);
  health.good();  // of a call that was under way
  EXPECT_THAT(health.objection(kNow + 1000h).value_or(""), HasSubstr("in quarantine"));
  EXPECT_TRUE(health.view(kNow).quarantined);
}

}  // namespace
}  // namespace smmhost
