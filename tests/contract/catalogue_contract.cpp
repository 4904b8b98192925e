// Contract: products, providers, services, jobs, deleting and forgetting.
#include <gmock/gmock.h>

#include "tests/contract/store_contract.h"

namespace smmhost::contract {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST_P(StoreContract, EveryFieldOfAProductComesBack) {
  ASSERT_EQ(store().put_product(sample_product()), CommitOutcome::kCommitted);
  const auto read = store().product("SEG-100");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->service_id, "2001");
  EXPECT_EQ(read->api, "machinesmm");
  EXPECT_EQ(read->base_quantity, 100);
  EXPECT_EQ(read->type, "followers");
  EXPECT_EQ(read->routes, sample_product().routes);
  EXPECT_EQ(read->version, 1);
  EXPECT_EQ(read->created_at, kNoon);
  EXPECT_EQ(read->updated_at, kNoon);
}

TEST_P(StoreContract, ProductsAreWrittenByVersion) {
  ASSERT_EQ(store().put_product(sample_product()), CommitOutcome::kCommitted);
  EXPECT_EQ(store().put_product(sample_product()), CommitOutcome::kConflict) << "the SKU exists";
  Product product = store().product("SEG-100").value();
  product.base_quantity = 50;
  product.routes.clear();
  EXPECT_EQ(store().put_product(product), CommitOutcome::kCommitted);
  EXPECT_EQ(store().put_product(product), CommitOutcome::kConflict) << "an old version";
  EXPECT_EQ(store().product("SEG-100")->base_quantity, 50);
  EXPECT_THAT(store().product("SEG-100")->routes, IsEmpty());
  EXPECT_EQ(store().product("SEG-100")->version, 2);
}

TEST_P(StoreContract, ProductsAreDeletedOnce) {
  ASSERT_EQ(store().put_product(sample_product("B")), CommitOutcome::kCommitted);
  ASSERT_EQ(store().put_product(sample_product("A")), CommitOutcome::kCommitted);
  ASSERT_THAT(store().list_products(), SizeIs(2));
  EXPECT_EQ(store().list_products()[0].sku, "A");
  EXPECT_EQ(store().delete_product("A"), CommitOutcome::kCommitted);
  EXPECT_EQ(store().delete_product("A"), CommitOutcome::kConflict);
  EXPECT_FALSE(store().product("A"));
  EXPECT_TRUE(store().product("B"));
}

TEST_P(StoreContract, ProvidersAreWrittenByVersion) {
  Changes changes;
  changes.providers = {sample_provider()};
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  EXPECT_EQ(store().commit(changes), CommitOutcome::kConflict);
  changes.providers[0].version = 1;
  changes.providers[0].paused = Reason::kNone;
  changes.providers[0].balance.reset();
  EXPECT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  EXPECT_EQ(store().commit(changes), CommitOutcome::kConflict);
  EXPECT_EQ(store().provider("machinesmm")->paused, Reason::kNone);
  EXPECT_FALSE(store().provider("machinesmm")->balance);
  EXPECT_EQ(store().provider("machinesmm")->version, 2);
}

TEST_P(StoreContract, AServiceListIsReplacedWhole) {
  EXPECT_FALSE(store().knows_services("machinesmm"));
  ProviderService full{"machinesmm", "1", "Followers", "Default", "Instagram", 900'000, 10, 5000, true, true};
  ProviderService bare{"machinesmm", "2",          "Likes",      "Default", "Instagram",
                       100,          std::nullopt, std::nullopt, false,     false};
  const std::vector services = {full, bare, full};  // panels list a service twice
  ASSERT_EQ(store().replace_services("machinesmm", services, kNoon), CommitOutcome::kCommitted);
  ASSERT_EQ(store().replace_services("worldsmm", services, kNoon), CommitOutcome::kCommitted);
  EXPECT_TRUE(store().knows_services("machinesmm"));

  const auto read = store().service("machinesmm", "1");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->provider, "machinesmm");
  EXPECT_EQ(read->name, "Followers");
  EXPECT_EQ(read->type, "Default");
  EXPECT_EQ(read->category, "Instagram");
  EXPECT_EQ(read->rate_micros, 900'000);
  EXPECT_EQ(read->min, 10);
  EXPECT_EQ(read->max, 5000);
  EXPECT_TRUE(read->refill);
  EXPECT_TRUE(read->cancel);
  EXPECT_FALSE(store().service("machinesmm", "2")->min);

  ASSERT_EQ(store().replace_services("machinesmm", {}, kNoon + hours(1)), CommitOutcome::kCommitted);
  EXPECT_FALSE(store().service("machinesmm", "1")) << "a service that vanished";
  EXPECT_TRUE(store().knows_services("machinesmm")) << "an empty list is a list";
  EXPECT_TRUE(store().service("worldsmm", "1"));
}

TEST_P(StoreContract, AJobsSlotIsTakenOnce) {
  JobRun job;
  job.name = "update_delivered";
  job.last_run = kNoon;
  job.last_result = "3 orders told";
  job.next_run = kNoon + hours(24);
  job.running_since = kNoon + hours(1);
  ASSERT_EQ(store().put_job(job), CommitOutcome::kCommitted);
  EXPECT_EQ(store().put_job(job), CommitOutcome::kConflict);
  const auto jobs = store().list_jobs();
  ASSERT_THAT(jobs, SizeIs(1));
  EXPECT_EQ(jobs[0].name, "update_delivered");
  EXPECT_EQ(jobs[0].last_run, kNoon);
  EXPECT_EQ(jobs[0].last_result, "3 orders told");
  EXPECT_EQ(jobs[0].next_run, kNoon + hours(24));
  EXPECT_EQ(jobs[0].running_since, kNoon + hours(1));
  EXPECT_EQ(store().put_job(jobs[0]), CommitOutcome::kCommitted);
  EXPECT_EQ(store().put_job(jobs[0]), CommitOutcome::kConflict) << "the other host was first";
  EXPECT_EQ(store().list_jobs()[0].version, 2);
}

// Deleting.

TEST_P(StoreContract, APaymentWithoutASentPlacementIsRemovedWhole) {
  stored(sample_payment());
  stored(sample_placement());
  Changes changes;
  changes.events = {sample_event()};
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  EXPECT_EQ(store().delete_payment("100_1"), CommitOutcome::kCommitted);
  EXPECT_FALSE(store().payment("100_1"));
  EXPECT_FALSE(store().placement("100_1.1"));
  EXPECT_THAT(store().timeline("100_1"), IsEmpty());
  EXPECT_EQ(store().delete_payment("100_1"), CommitOutcome::kConflict);
}

TEST_P(StoreContract, APaymentForWhichMoneyMayHaveMovedIsNotRemoved) {
  for (const PlacementState state : {PlacementState::kSent, PlacementState::kAccepted, PlacementState::kUnknown,
                                     PlacementState::kRejected, PlacementState::kCanceled}) {
    const std::string id = std::string(to_string(state)) + "_1";
    stored(sample_payment(id));
    Placement placement = sample_placement(id + ".1", id);
    placement.state = state;
    placement.sent_at = kNoon;
    stored(placement);
    EXPECT_EQ(store().delete_payment(id), CommitOutcome::kConflict) << to_string(state);
    EXPECT_TRUE(store().payment(id));
  }
}

TEST_P(StoreContract, AWorkerOfADeletedPaymentWritesNothing) {
  stored(sample_payment());
  Changes send;
  send.payments = store().claim_due("a", kNoon, minutes(3), 1);
  send.placements = {sample_placement()};
  ASSERT_EQ(store().delete_payment("100_1"), CommitOutcome::kCommitted);
  EXPECT_EQ(store().commit(send), CommitOutcome::kConflict);
  EXPECT_FALSE(store().placement("100_1.1"));
}

TEST_P(StoreContract, ADeletedPaymentDoesNotComeBackWithAnotherCopyOfItsOrder) {
  store().ingest(paid_order("d1", 100, {"100_1", "100_2"}));
  ASSERT_EQ(store().delete_payment("100_1"), CommitOutcome::kCommitted);
  EXPECT_THAT(store().ingest(paid_order("d2", 100, {"100_1", "100_2"})).created, IsEmpty());
  EXPECT_FALSE(store().payment("100_1"));
  Ingest asked_for = paid_order("d3", 100, {"100_1"});
  asked_for.delivery.source = "replay";
  EXPECT_THAT(store().ingest(asked_for).created, SizeIs(1));
}

// Forgetting.

TEST_P(StoreContract, OldEndedPaymentsForgetThePerson) {
  Ingest order = paid_order("d1", 100, {"100_1"});
  order.delivery.payload = R"({"name":"Ana Teste"})";
  store().ingest(order);
  Payment payment = read_payment("100_1");
  payment.state = PaymentState::kDelivered;
  payment.updated_at = kNoon + hours(1);
  stored(payment);
  Changes changes;
  changes.exchanges = {sample_exchange()};
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);

  EXPECT_EQ(store().anonymise(kNoon + hours(1), 10), 0) << "not older";
  EXPECT_EQ(store().anonymise(kNoon + hours(2), 10), 1);
  const Payment read = read_payment("100_1");
  EXPECT_EQ(read.customer_name, "anonymised");
  EXPECT_EQ(read.email, "anonymised");
  EXPECT_EQ(read.phone_full_number, "anonymised");
  EXPECT_EQ(read.customization, "anonymised");
  EXPECT_EQ(read.username, "anonymised");
  EXPECT_EQ(read.item_sku, "SEG-100");
  EXPECT_EQ(read.state, PaymentState::kDelivered);
  EXPECT_EQ(store().exchange("x1")->request_body, "anonymised");
  EXPECT_EQ(store().list_deliveries(0, 1)[0].payload.find("Ana"), std::string::npos);
  EXPECT_EQ(store().anonymise(kNoon + hours(2), 10), 0) << "once is enough";
}

TEST_P(StoreContract, OpenPaymentsKeepThePerson) {
  stored(sample_payment());
  EXPECT_EQ(store().anonymise(kNoon + hours(9999), 10), 0);
  EXPECT_EQ(read_payment("100_1").customer_name, "Ana Teste");
}

TEST_P(StoreContract, DeliveriesWithoutAPaymentForgetThePerson) {
  const auto deliver = [&](const std::string& digest, std::int64_t order_id, std::vector<std::string> payment_ids) {
    Ingest order = paid_order(digest, order_id, payment_ids);
    order.delivery.payload = R"({"name":"Ana Teste"})";
    store().ingest(order);
  };
  deliver("never paid", 200, {});
  deliver("not understood", 0, {});
  deliver("deleted", 300, {"300_1"});
  ASSERT_EQ(store().delete_payment("300_1"), CommitOutcome::kCommitted);
  deliver("open", 400, {"400_1"});

  EXPECT_EQ(store().anonymise(kNoon, 10), 0) << "not older";
  EXPECT_EQ(store().anonymise(kNoon + hours(1), 2), 2) << "in steps";
  EXPECT_EQ(store().anonymise(kNoon + hours(1), 2), 1);
  for (const Delivery& delivery : store().list_deliveries(0, 10)) {
    const bool keeps_the_person = delivery.payload.find("Ana") != std::string::npos;
    EXPECT_EQ(keeps_the_person, delivery.digest == "open") << delivery.digest;
  }
  EXPECT_EQ(store().anonymise(kNoon + hours(1), 10), 0) << "once is enough";
}

TEST_P(StoreContract, ForgettingGoesInSteps) {
  for (int i = 0; i < 5; ++i) {
    Payment payment = sample_payment("100_" + std::to_string(i));
    payment.state = PaymentState::kCancelled;
    stored(payment);
  }
  EXPECT_EQ(store().anonymise(kNoon + hours(1), 3), 3);
  EXPECT_EQ(store().anonymise(kNoon + hours(1), 3), 2);
}

}  // namespace
}  // namespace smmhost::contract
