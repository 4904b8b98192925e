// Contract: lists, counts and look-ups.
#include <gmock/gmock.h>

#include <array>

#include "tests/contract/store_contract.h"

namespace smmhost::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

std::vector<std::string> ids(const std::vector<PaymentDetail>& rows) {
  std::vector<std::string> result;
  for (const PaymentDetail& row : rows) result.push_back(row.payment.id);
  return result;
}

std::vector<std::string> ids(const std::vector<Placement>& rows) {
  std::vector<std::string> result;
  for (const Placement& row : rows) result.push_back(row.id);
  return result;
}

Payment made_at(const std::string& id, Time created, std::int64_t order_id = 100) {
  Payment payment = sample_payment(id, order_id);
  payment.created_at = created;
  return payment;
}

TEST_P(StoreContract, WhatIsNotThereIsNotFound) {
  EXPECT_FALSE(store().payment("x"));
  EXPECT_FALSE(store().placement("x"));
  EXPECT_FALSE(store().exchange("x"));
  EXPECT_FALSE(store().shop_update("x"));
  EXPECT_FALSE(store().delivery(1));
  EXPECT_FALSE(store().product("x"));
  EXPECT_FALSE(store().provider("x"));
  EXPECT_FALSE(store().service("x", "1"));
  EXPECT_THAT(store().payments_of_order(1), IsEmpty());
  EXPECT_THAT(store().list_payments({}), IsEmpty());
  EXPECT_THAT(store().timeline("x"), IsEmpty());
  EXPECT_THAT(store().list_review(), IsEmpty());
  EXPECT_THAT(store().count_payments(), IsEmpty());
}

TEST_P(StoreContract, PlacementsComeInTheOrderOfTheirNumbers) {
  stored(sample_payment());
  for (const int n : {10, 2, 1, 11, 3}) stored(sample_placement("100_1." + std::to_string(n), std::to_string(n)));
  stored(sample_placement("100_11.1", "of another payment"));
  const auto detail = store().payment("100_1");
  ASSERT_TRUE(detail);
  EXPECT_THAT(ids(detail->placements), ElementsAre("100_1.1", "100_1.2", "100_1.3", "100_1.10", "100_1.11"));
  EXPECT_THAT(ids(store().payments_of_order(100).at(0).placements), SizeIs(5));
  EXPECT_THAT(ids(store().list_payments({}).at(0).placements), SizeIs(5));
}

TEST_P(StoreContract, PagesGoThroughAllPaymentsNewestFirst) {
  for (int i = 0; i < 7; ++i)
    stored(made_at("100_" + std::to_string(i), kNoon + minutes(i / 2)));  // pairs share a time
  std::vector<std::string> seen;
  PaymentFilter filter;
  filter.limit = 3;
  for (;;) {
    const auto page = ids(store().list_payments(filter));
    if (page.empty()) break;
    EXPECT_LE(page.size(), 3U);
    seen.insert(seen.end(), page.begin(), page.end());
    filter.after = page.back();
  }
  EXPECT_THAT(seen, ElementsAre("100_6", "100_5", "100_4", "100_3", "100_2", "100_1", "100_0"));
}

TEST_P(StoreContract, APageAfterAPaymentThatIsGoneIsEmptyAndNotTheFirstAgain) {
  stored(sample_payment());
  PaymentFilter filter;
  filter.after = "no such payment";
  EXPECT_THAT(store().list_payments(filter), IsEmpty());
}

TEST_P(StoreContract, PaymentsAreListedByState) {
  for (int i = 0; i <= static_cast<int>(PaymentState::kCancelled); ++i) {
    Payment payment = made_at("100_" + std::to_string(i), kNoon + minutes(i));
    payment.state = static_cast<PaymentState>(i);
    stored(payment);
  }
  for (int i = 0; i <= static_cast<int>(PaymentState::kCancelled); ++i) {
    PaymentFilter filter;
    filter.state = static_cast<PaymentState>(i);
    EXPECT_THAT(ids(store().list_payments(filter)), ElementsAre("100_" + std::to_string(i)));
  }
}

TEST_P(StoreContract, PaymentsOfAStateAreListedInPages) {
  for (int i = 0; i < 5; ++i) stored(made_at("100_" + std::to_string(i), kNoon + minutes(i)));
  PaymentFilter filter;
  filter.state = PaymentState::kReceived;
  filter.limit = 2;
  filter.after = "100_3";
  EXPECT_THAT(ids(store().list_payments(filter)), ElementsAre("100_2", "100_1"));
}

TEST_P(StoreContract, PaymentsAreListedByOrder) {
  stored(made_at("100_1", kNoon, 100));
  stored(made_at("200_1", kNoon, 200));
  stored(made_at("200_2", kNoon + minutes(1), 200));
  PaymentFilter filter;
  filter.order_id = 200;
  EXPECT_THAT(ids(store().list_payments(filter)), ElementsAre("200_2", "200_1"));
  filter.state = PaymentState::kHeld;
  EXPECT_THAT(store().list_payments(filter), IsEmpty());
}

TEST_P(StoreContract, PaymentsAreFoundByTextInAnyCase) {
  struct Field {
    std::string text;
    std::string Payment::*field;
  };
  const std::array fields = {Field{"Sku-Words", &Payment::item_sku}, Field{"insta.user", &Payment::username},
                             Field{"Httpsinstagram", &Payment::customization}, Field{"Mail@Example", &Payment::email},
                             Field{"Maria Silva", &Payment::customer_name}};
  int number = 0;
  for (const Field& field : fields) {
    Payment payment = sample_payment("100_" + std::to_string(++number));
    payment.*field.field = "before " + field.text + " after";
    stored(payment);
  }
  number = 0;
  PaymentFilter filter;
  for (const Field& field : fields) {
    filter.text = field.text;
    for (char& c : filter.text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    EXPECT_THAT(ids(store().list_payments(filter)), ElementsAre("100_" + std::to_string(++number))) << field.text;
  }
  filter.text = "100_3";
  EXPECT_THAT(ids(store().list_payments(filter)), ElementsAre("100_3"));
  filter.text = "100%3";
  EXPECT_THAT(store().list_payments(filter), IsEmpty()) << "a substring, not a pattern";
}

TEST_P(StoreContract, APartIsLookedForInTheNewestAndTheOpenOnesAndAWholeNameInAll) {
  for (int i = 1; i <= 8; ++i) {
    const std::string n = std::to_string(i);
    Payment payment = made_at("10" + n + "_1", kNoon + minutes(i), 100 + i);
    payment.username = "User." + n;
    payment.email = "Mail" + n + "@example.com";
    payment.customer_name = "somebody";
    payment.state = i == 1 ? PaymentState::kHeld : i == 5 ? PaymentState::kCancelled : PaymentState::kDelivered;
    stored(payment);
  }
  const auto found = [&](const std::string& text, std::optional<PaymentState> state = std::nullopt) {
    return ids(store().list_payments({.state = state, .text = text, .after = {}, .searched = 2}));
  };
  EXPECT_THAT(found("omebod"), ElementsAre("108_1", "107_1", "101_1")) << "the open one is old";
  EXPECT_THAT(found("user.2"), ElementsAre("102_1"));
  EXPECT_THAT(found("ser.2"), IsEmpty());
  EXPECT_THAT(found("MAIL3@example.com"), ElementsAre("103_1"));
  EXPECT_THAT(found("mail1@EXAMPLE.com"), ElementsAre("101_1"));
  EXPECT_THAT(found("104_1"), ElementsAre("104_1"));
  EXPECT_THAT(found("104"), ElementsAre("104_1")) << "its order";
  EXPECT_THAT(found("99999999999999999999"), IsEmpty());
  EXPECT_THAT(found("user.5", PaymentState::kCancelled), ElementsAre("105_1"));
  EXPECT_THAT(found("user.5", PaymentState::kDelivered), IsEmpty());
  EXPECT_THAT(found("somebody", PaymentState::kDelivered), ElementsAre("108_1", "107_1"));
  EXPECT_THAT(found("somebody", PaymentState::kHeld), ElementsAre("101_1"));

  PaymentFilter filter{.order_id = 102, .text = "omebod", .after = {}, .searched = 2};
  EXPECT_THAT(ids(store().list_payments(filter)), ElementsAre("102_1")) << "an order is searched whole";
  filter = {.text = "omebod", .after = "106_1", .searched = 2};
  EXPECT_THAT(ids(store().list_payments(filter)), ElementsAre("105_1", "104_1", "101_1")) << "the next ones";
  filter = {.text = "somebody", .after = {}, .limit = 1, .searched = 2};
  EXPECT_THAT(ids(store().list_payments(filter)), ElementsAre("108_1"));
}

TEST_P(StoreContract, AWholeNameIsFoundInPages) {
  for (int i = 0; i < 5; ++i) {
    Payment payment = made_at("100_" + std::to_string(i), kNoon + minutes(i));
    payment.username = "ana";
    payment.state = PaymentState::kDelivered;
    payment.archived = i == 3;
    stored(payment);
  }
  PaymentFilter filter{.text = "ana", .after = {}, .limit = 2, .searched = 1};
  EXPECT_THAT(ids(store().list_payments(filter)), ElementsAre("100_4", "100_2"));
  filter.after = "100_2";
  EXPECT_THAT(ids(store().list_payments(filter)), ElementsAre("100_1", "100_0"));
  filter.with_archived = true;
  filter.after.clear();
  EXPECT_THAT(ids(store().list_payments(filter)), ElementsAre("100_4", "100_3"));
}

TEST_P(StoreContract, ArchivedPaymentsAreListedOnlyWhenAskedFor) {
  Payment archived = sample_payment("100_1");
  archived.archived = true;
  stored(archived);
  stored(sample_payment("100_2"));
  EXPECT_THAT(ids(store().list_payments({})), ElementsAre("100_2"));
  PaymentFilter filter;
  filter.with_archived = true;
  EXPECT_THAT(ids(store().list_payments(filter)), UnorderedElementsAre("100_1", "100_2"));
}

TEST_P(StoreContract, CountsFollowEveryWayAPaymentChanges) {
  store().ingest(paid_order("d1", 100, {"100_1", "100_2", "100_3"}));
  stored(sample_payment("100_4"));
  Payment moved = read_payment("100_1");
  moved.state = PaymentState::kHeld;
  stored(moved);
  ASSERT_EQ(store().delete_payment("100_2"), CommitOutcome::kCommitted);
  store().ingest(paid_order("d2", 100, {"100_1", "100_3"}));  // known lines
  Payment stale = moved;
  stale.state = PaymentState::kReview;
  ASSERT_EQ(commit_payment(stale), CommitOutcome::kConflict);
  EXPECT_THAT(store().count_payments(), ElementsAre(Pair(PaymentState::kReceived, 2), Pair(PaymentState::kHeld, 1)));
}

TEST_P(StoreContract, OrdersWithCompletedLinesAreListedUntilTold) {
  for (const std::int64_t order : {30, 10, 20, 40}) {
    Payment payment = sample_payment(std::to_string(order) + "_1", order);
    payment.state = order == 40 ? PaymentState::kPlaced : PaymentState::kCompleted;
    stored(payment);
  }
  Payment second_line = sample_payment("10_2", 10);
  second_line.state = PaymentState::kCompleted;
  stored(second_line);
  EXPECT_THAT(store().orders_with_completed(0, 10), ElementsAre(10, 20, 30));
  EXPECT_THAT(store().orders_with_completed(0, 2), ElementsAre(10, 20));
  EXPECT_THAT(store().orders_with_completed(20, 10), ElementsAre(30));

  Changes changes;
  changes.shop_updates = {sample_shop_update(10), sample_shop_update(20), sample_shop_update(30, "shipment_exception")};
  changes.shop_updates[0].state = ShopUpdateState::kTold;
  changes.shop_updates[2].state = ShopUpdateState::kTold;
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  EXPECT_THAT(store().orders_with_completed(0, 10), ElementsAre(20, 30));
}

TEST_P(StoreContract, ReviewListsWhatAPersonMustDecideAndNothingElse) {
  Payment review = sample_payment("1_1", 1);
  review.state = PaymentState::kReview;
  stored(review);
  Payment placed = sample_payment("2_1", 2);
  placed.state = PaymentState::kPlaced;
  stored(placed);

  int number = 0;
  const auto add = [&](const std::string& payment, PlacementState state, Reason reason, bool given_up) {
    ++number;
    Placement placement = sample_placement(payment + "." + std::to_string(number), std::to_string(number));
    placement.state = state;
    placement.reason = reason;
    placement.given_up = given_up;
    stored(placement);
  };
  add("1_1", PlacementState::kUnknown, Reason::kOutcomeUnknown, false);           // 1: listed
  add("1_1", PlacementState::kPartial, Reason::kPartiallyDelivered, false);       // 2: listed
  add("1_1", PlacementState::kCanceled, Reason::kCanceledByProvider, false);      // 3: listed
  add("1_1", PlacementState::kAccepted, Reason::kCancelledAfterPurchase, false);  // 4: listed
  add("1_1", PlacementState::kPartial, Reason::kPartiallyDelivered, true);        // decided
  add("1_1", PlacementState::kAccepted, Reason::kNone, false);                    // nothing to decide
  add("1_1", PlacementState::kRejected, Reason::kNoFunds, false);                 // waits by itself
  add("2_1", PlacementState::kPartial, Reason::kPartiallyDelivered, false);       // its payment is not in review
  add("2_1", PlacementState::kUnknown, Reason::kOutcomeUnknown, false);           // 9: an unknown outcome always is
  add("1_1", PlacementState::kIntent, Reason::kRestoredFromBackup, false);        // 10: listed, though never sent
  add("1_1", PlacementState::kInProgress, Reason::kStalled, false);               // 11: listed
  EXPECT_THAT(ids(store().list_review()),
              UnorderedElementsAre("1_1.1", "1_1.2", "1_1.3", "1_1.4", "2_1.9", "1_1.10", "1_1.11"));
}

TEST_P(StoreContract, PlacementsAreFoundByTheProvidersOrderId) {
  Placement placement = sample_placement();
  placement.provider_order_id = "23501";
  stored(placement);
  stored(sample_placement("100_1.2"));
  ASSERT_TRUE(store().placement_by_provider_order("machinesmm", "23501"));
  EXPECT_EQ(store().placement_by_provider_order("machinesmm", "23501")->id, "100_1.1");
  EXPECT_FALSE(store().placement_by_provider_order("worldsmm", "23501"));
  EXPECT_FALSE(store().placement_by_provider_order("machinesmm", "")) << "no id is not an id";
}

TEST_P(StoreContract, ExchangesOfAPlacementComeInTheOrderOfTheirTimes) {
  Changes changes;
  changes.exchanges = {sample_exchange("b"), sample_exchange("a"), sample_exchange("c"), sample_exchange("d")};
  changes.exchanges[0].started_at = kNoon + seconds(2);
  changes.exchanges[1].started_at = kNoon + seconds(3);
  changes.exchanges[2].started_at = kNoon + seconds(1);
  changes.exchanges[3].placement_id.clear();
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  std::vector<std::string> order;
  for (const Exchange& exchange : store().exchanges_of("100_1.1")) order.push_back(exchange.id);
  EXPECT_THAT(order, ElementsAre("c", "b", "a"));
  EXPECT_THAT(store().exchanges_of(""), IsEmpty());
}

TEST_P(StoreContract, EventsComeInTheOrderTheyWereAppended) {
  for (const char* why : {"one", "two", "three"}) {
    Changes changes;
    changes.events = {sample_event(), sample_event("another")};
    changes.events[0].why = why;
    ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  }
  std::vector<std::string> whys;
  for (const Event& event : store().timeline("100_1")) whys.push_back(event.why);
  EXPECT_THAT(whys, ElementsAre("one", "two", "three"));
}

TEST_P(StoreContract, ShopUpdatesOfAnOrderAreListed) {
  Changes changes;
  changes.shop_updates = {sample_shop_update(1), sample_shop_update(1, "shipment_exception"), sample_shop_update(2)};
  changes.shop_updates[0].created_at = kNoon + seconds(1);
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  std::vector<std::string> words;
  for (const ShopUpdate& update : store().shop_updates_of(1)) words.push_back(update.status_alias);
  EXPECT_THAT(words, ElementsAre("shipment_exception", "delivered"));
}

TEST_P(StoreContract, ShopUpdatesOfManyOrdersAreListedByOrder) {
  Changes changes;
  changes.shop_updates = {sample_shop_update(3), sample_shop_update(1), sample_shop_update(1, "shipment_exception"),
                          sample_shop_update(2)};
  changes.shop_updates[1].created_at = kNoon + seconds(1);
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  std::vector<std::string> ids;
  const std::vector<std::int64_t> orders{3, 1, 99, 1};
  for (const ShopUpdate& update : store().shop_updates_of_orders(orders)) ids.push_back(update.id);
  EXPECT_THAT(ids, ElementsAre("1/shipment_exception", "1/delivered", "3/delivered"));
  EXPECT_THAT(store().shop_updates_of_orders({}), IsEmpty());
}

TEST_P(StoreContract, ManyPaymentsAreReadAtOnceEachWithItsOwnPlacements) {
  const std::string odd = R"(1_"\{},'NULL)";
  for (const std::string& id : {std::string("2_1"), std::string("1_1"), odd}) stored(sample_payment(id, 1));
  for (const char* id : {"1_1.2", "1_1.10", "1_1.1", "2_1.1"}) stored(sample_placement(id, id));
  const std::vector<std::string> asked{"2_1", "nothing", odd, "1_1", "2_1"};
  std::map<std::string, std::vector<std::string>> found;
  for (const PaymentDetail& detail : store().payments(asked)) {
    EXPECT_FALSE(found.contains(detail.payment.id)) << "twice: " << detail.payment.id;
    std::vector<std::string>& placements = found[detail.payment.id];
    for (const Placement& placement : detail.placements) placements.push_back(placement.id);
  }
  EXPECT_THAT(found, ElementsAre(Pair(odd, IsEmpty()), Pair("1_1", ElementsAre("1_1.1", "1_1.2", "1_1.10")),
                                 Pair("2_1", ElementsAre("2_1.1"))));
  EXPECT_THAT(store().payments({}), IsEmpty());
}

TEST_P(StoreContract, LinesOfManyOrdersAreReadByOrder) {
  for (const auto& [id, order] :
       std::map<std::string, std::int64_t>{{"20_2", 20}, {"20_1", 20}, {"3_1", 3}, {"4_1", 4}})
    stored(sample_payment(id, order));
  stored(sample_placement("20_1.1"));
  std::vector<std::string> ids;
  const std::vector<std::int64_t> orders{20, 3, 99, 20};
  for (const PaymentDetail& line : store().payments_of_orders(orders)) {
    ids.push_back(line.payment.id);
    EXPECT_THAT(line.placements, SizeIs(line.payment.id == "20_1" ? 1 : 0));
  }
  EXPECT_THAT(ids, ElementsAre("3_1", "20_1", "20_2"));
  EXPECT_THAT(store().payments_of_orders({}), IsEmpty());
}

TEST_P(StoreContract, RefusedShopUpdatesAreListedNewestFirst) {
  Changes changes;
  changes.shop_updates = {sample_shop_update(1), sample_shop_update(2), sample_shop_update(3), sample_shop_update(4)};
  changes.shop_updates[0].created_at = kNoon + seconds(1);
  changes.shop_updates[3].created_at = kNoon + seconds(2);
  for (const std::size_t i : {0U, 1U, 3U}) changes.shop_updates[i].state = ShopUpdateState::kRefused;
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  std::vector<std::int64_t> orders;
  for (const ShopUpdate& update : store().refused_shop_updates(10)) orders.push_back(update.order_id);
  EXPECT_THAT(orders, ElementsAre(4, 1, 2));
  EXPECT_THAT(store().refused_shop_updates(2), SizeIs(2));
}

TEST_P(StoreContract, DeliveriesAreListedNewestFirstInPages) {
  for (int i = 0; i < 5; ++i) store().ingest(paid_order("d" + std::to_string(i), 100 + i, {}));
  const auto first = store().list_deliveries(0, 2);
  ASSERT_THAT(first, SizeIs(2));
  EXPECT_EQ(first[0].digest, "d4");
  EXPECT_EQ(first[1].digest, "d3");
  const auto second = store().list_deliveries(first[1].id, 10);
  ASSERT_THAT(second, SizeIs(3));
  EXPECT_EQ(second[0].digest, "d2");
}

}  // namespace
}  // namespace smmhost::contract
