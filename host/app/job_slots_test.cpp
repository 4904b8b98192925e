#include "host/app/job_slots.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

using namespace std::chrono_literals;

Time at(const char* text) {
  return parse_iso8601(text).value();
}
Schedule schedule(const char* text) {
  return parse_schedule(text).value();
}

struct SlotCase {
  const char* schedule;
  const char* timezone;
  const char* after;
  const char* expected;
};

class NextSlot : public testing::TestWithParam<SlotCase> {};

TEST_P(NextSlot, IsTheFirstAfter) {
  const SlotCase& c = GetParam();
  const std::optional<Time> slot = next_slot(schedule(c.schedule), at(c.after), c.timezone);
  ASSERT_TRUE(slot);
  EXPECT_EQ(to_iso8601(*slot), c.expected) << c.schedule << " after " << c.after << " in " << c.timezone;
}

INSTANTIATE_TEST_SUITE_P(
    Every, NextSlot,
    testing::Values(SlotCase{"every 10m", "UTC", "2026-01-15T10:00:00Z", "2026-01-15T10:10:00.000Z"},
                    SlotCase{"every 10m", "UTC", "2026-01-15T10:09:59.999Z", "2026-01-15T10:10:00.000Z"},
                    SlotCase{"every 7d", "UTC", "1970-01-01T00:00:00Z", "1970-01-08T00:00:00.000Z"}));

INSTANTIATE_TEST_SUITE_P(
    SaoPaulo, NextSlot,
    testing::Values(SlotCase{"daily 19:00", "America/Sao_Paulo", "2026-01-15T21:59:59Z", "2026-01-15T22:00:00.000Z"},
                    SlotCase{"daily 19:00", "America/Sao_Paulo", "2026-01-15T22:00:00Z", "2026-01-16T22:00:00.000Z"},
                    SlotCase{"daily 23:30", "America/Sao_Paulo", "2026-01-16T02:00:00Z", "2026-01-16T02:30:00.000Z"},
                    // Summer time as it last was: one hour less to wait in UTC.
                    SlotCase{"daily 19:00", "America/Sao_Paulo", "2019-01-10T12:00:00Z", "2019-01-10T21:00:00.000Z"},
                    // On 2018-11-04 the clocks went from 00:00 to 01:00: the date has no 00:30.
                    SlotCase{"daily 00:30", "America/Sao_Paulo", "2018-11-03T12:00:00Z", "2018-11-04T03:00:00.000Z"},
                    SlotCase{"daily 00:30", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-05T02:30:00.000Z"}));

INSTANTIATE_TEST_SUITE_P(
    NewYork, NextSlot,
    testing::Values(
        // 2026-03-08 has no 02:30: the slot is the jump itself.
        SlotCase{"daily 02:30", "America/New_York", "2026-03-08T00:00:00Z", "2026-03-08T07:00:00.000Z"},
        SlotCase{"daily 02:30", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-09T06:30:00.000Z"},
        // 2026-11-01 has 01:30 twice: the first counts, and the second is not a slot.
        SlotCase{"daily 01:30", "America/New_York", "2026-11-01T00:00:00Z", "2026-11-01T05:30:00.000Z"},
        SlotCase{"daily 01:30", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00.000Z"},
        SlotCase{"daily 19:00", "America/New_York", "2026-03-07T23:59:00Z", "2026-03-08T00:00:00.000Z"},
        SlotCase{"daily 19:00", "America/New_York", "2026-03-08T00:00:00Z", "2026-03-08T23:00:00.000Z"}));

INSTANTIATE_TEST_SUITE_P(
    FarEast, NextSlot,
    testing::Values(
        // Samoa skipped the whole of 2011-12-30 when it crossed the date line.
        SlotCase{"daily 19:00", "Pacific/Apia", "2011-12-30T05:00:00Z", "2011-12-30T10:00:00.000Z"},
        SlotCase{"daily 19:00", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T05:00:00.000Z"}));

TEST(NextSlot, OffHasNone) {
  EXPECT_EQ(next_slot(Off{}, at("2026-01-15T10:00:00Z"), "UTC"), std::nullopt);
}

TEST(NextSlot, AYearOfDailySlotsHasOneForEveryDate) {
  for (const char* zone : {"America/Sao_Paulo", "America/New_York", "Europe/Lisbon", "Australia/Lord_Howe"}) {
    Time time = at("2018-06-01T00:00:00Z");
    for (int day = 0; day < 730; ++day) {
      const Time next = *next_slot(schedule("daily 02:30"), time, zone);
      EXPECT_GE(next - time, day == 0 ? 0h : 22h) << zone << " " << to_iso8601(next);
      EXPECT_LE(next - time, 26h) << zone << " " << to_iso8601(next);
      time = next;
    }
  }
}

TEST(NextRun, AMissedSlotIsDueOnceAndLate) {
  JobRun past{.name = "update_delivered", .last_run = at("2026-01-10T22:00:00Z")};
  const Time now = at("2026-01-15T12:00:00Z");  // the host was down over five slots
  const auto due = next_run(past, schedule("daily 19:00"), now, "America/Sao_Paulo");
  ASSERT_TRUE(due);
  EXPECT_LE(*due, now);
  past.last_run = now;
  EXPECT_EQ(to_iso8601(*next_run(past, schedule("daily 19:00"), now, "America/Sao_Paulo")), "2026-01-15T22:00:00.000Z");
}

TEST(NextRun, ANewDailyJobWaitsForItsTimeAndANewPeriodicOneRunsAtOnce) {
  const Time now = at("2026-01-15T12:00:00Z");
  EXPECT_EQ(to_iso8601(*next_run({}, schedule("daily 19:00"), now, "UTC")), "2026-01-15T19:00:00.000Z");
  EXPECT_EQ(next_run({}, schedule("every 10m"), now, "UTC"), now);
  EXPECT_EQ(next_run({}, Off{}, now, "UTC"), std::nullopt);
}

TEST(NextRun, ARunThatWasCutOffIsDueAtOnce) {
  const Time now = at("2026-01-15T22:05:00Z"), began = at("2026-01-15T22:00:00Z");
  const JobRun past{.name = "update_delivered", .last_run = began, .next_run = began};
  EXPECT_EQ(next_run(past, schedule("daily 19:00"), now, "America/Sao_Paulo"), now);
  EXPECT_EQ(next_run(past, Off{}, now, "America/Sao_Paulo"), std::nullopt);
}

TEST(NextRun, AClockSetBackDoesNotStopTheJob) {
  const JobRun past{.name = "x", .last_run = at("2027-01-01T00:00:00Z")};
  const Time now = at("2026-01-15T12:00:00Z");
  EXPECT_EQ(to_iso8601(*next_run(past, schedule("every 10m"), now, "UTC")), "2026-01-15T12:10:00.000Z");
}

}  // namespace
}  // namespace smmhost
