// The check of a live database: silent on what the engine made, loud where a row was tampered with.
#include "core/fulfilment/check_invariants.h"

#include <gmock/gmock.h>

#include "host/store/sqlite/connection.h"
#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

using ::testing::IsEmpty;

class CheckInvariantsTest : public EngineTest {
 protected:
  // One order through to the end, one with an unknown outcome that a person decides.
  void make_history() {
    post(1, "SEG", "@ana");
    work();
    panel.report("1001", OrderProgress::kCompleted);
    track();
    work();
    engine->update_delivered(now);
    panel.will(lost_answer());
    post(2, "CURT", "@bia");
    work();
    ASSERT_EQ(engine->decide("2_1.1", {DecisionKind::kPlaced, "555", ""}, now), DecisionOutcome::kDone);
  }

  void tamper(const std::string& sql) {
    engine.reset();
    store.reset();
    database.reset();
    const std::string path = folder / "store.db";
    sqlite::Connection(path, sqlite::Connection::Mode::kReadWrite).execute(sql);
    SqliteOptions options;
    options.path = path;
    options.synchronous = SqliteOptions::Synchronous::kOff;
    database = std::make_unique<SqliteStore>(options);
    store = std::make_unique<InterceptedStore>(*database);
  }

  // The names of those that are violated.
  std::string violated() {
    std::string names;
    for (const InvariantReport& report : check_invariants(*store, lines))
      if (report.violated > 0) names += report.name + " ";
    return names;
  }

  PaidLinesOf lines = [](const Delivery& delivery) {
    return std::vector<std::string>{std::to_string(delivery.order_id) + "_1"};
  };
};

TEST_F(CheckInvariantsTest, FindNothingInWhatTheEngineMade) {
  make_history();
  ASSERT_EQ(state("1_1"), PaymentState::kDelivered);
  tamper("UPDATE deliveries SET source = 'poll'");  // the fixture's webhooks bear no signature
  const auto reports = check_invariants(*store, lines);
  for (const InvariantReport& report : reports) {
    EXPECT_THAT(report.shown, IsEmpty()) << report.name;
    EXPECT_TRUE(report.checked > 0 || report.name == "I9") << report.name << " looked at nothing";
  }
}

TEST_F(CheckInvariantsTest, FindEachKindOfFault) {
  make_history();
  struct Fault {
    const char* sql;
    const char* name;
  };
  const Fault faults[] = {
      {"UPDATE deliveries SET digest = id, source = 'webhook'", "I9 "},
      {"UPDATE deliveries SET source = 'poll'; INSERT INTO deliveries SELECT 99, received_at, source, 'x', signature, "
       "event, 99, 'accepted', note, payload, body_bytes, copies FROM deliveries LIMIT 1",
       "I1 "},
      {"DELETE FROM deliveries WHERE id = 99; UPDATE placements SET provider_order_id = '555' WHERE id = '1_1.1'",
       "I2 "},
      {"UPDATE placements SET provider_order_id = '1001' WHERE id = '1_1.1'; UPDATE events SET to_state = 'x' WHERE "
       "placement_id = '1_1.1' AND to_state = 'sent'",
       "I3 "},
      {"UPDATE events SET to_state = 'sent' WHERE to_state = 'x'; UPDATE placements SET provider_order_id = '' WHERE "
       "id "
       "= '1_1.1'",
       "I4 "},
      {"UPDATE placements SET provider_order_id = '1001' WHERE id = '1_1.1'; UPDATE events SET actor = 'engine' WHERE "
       "from_state = 'unknown'",
       "I5 "},
      {"UPDATE events SET actor = 'operator' WHERE from_state = 'unknown'; UPDATE payments SET state = 'placed' WHERE "
       "id "
       "= '1_1'",
       "I6 "},
      {"UPDATE payments SET state = 'delivered' WHERE id = '1_1'; UPDATE shop_updates SET state = 'pending'", "I7 "},
      {"UPDATE shop_updates SET state = 'told'; UPDATE payments SET fence = version + 1 WHERE id = '1_1'", "I8 "},
  };
  for (const Fault& fault : faults) {
    tamper(fault.sql);
    EXPECT_EQ(violated(), fault.name) << fault.sql;
  }
}

}  // namespace
}  // namespace smmhost::testing
