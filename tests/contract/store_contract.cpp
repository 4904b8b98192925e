// The helpers and samples of the store's contract.
#include "tests/contract/store_contract.h"

namespace smmhost::contract {

Payment StoreContract::stored(const Payment& payment) {
  EXPECT_EQ(commit_payment(payment), CommitOutcome::kCommitted);
  return read_payment(payment.id);
}

Placement StoreContract::stored(const Placement& placement) {
  EXPECT_EQ(commit_placement(placement), CommitOutcome::kCommitted);
  return read_placement(placement.id);
}

Payment StoreContract::read_payment(const std::string& id) {
  const auto found = store().payment(id);
  EXPECT_TRUE(found) << id;
  return found ? found->payment : Payment{};
}

Placement StoreContract::read_placement(const std::string& id) {
  const auto found = store().placement(id);
  EXPECT_TRUE(found) << id;
  return found.value_or(Placement{});
}

CommitOutcome StoreContract::commit_payment(const Payment& payment) {
  Changes changes;
  changes.payments = {payment};
  return store().commit(changes);
}

CommitOutcome StoreContract::commit_placement(const Placement& placement) {
  Changes changes;
  changes.placements = {placement};
  return store().commit(changes);
}

Payment sample_payment(const std::string& id, std::int64_t order_id) {
  Payment p;
  p.id = id;
  p.order_id = order_id;
  p.status_alias = "paid";
  p.customer_name = "Ana Teste";
  p.email = "ana@example.com";
  p.phone_full_number = "11900000000";
  p.item_sku = "SEG-100";
  p.item_quantity = 3;
  p.customization = "@ana";
  p.customization_borrowed = true;
  p.finished = false;
  p.profile_status = ProfileStatus::kPrivate;
  p.state = PaymentState::kReceived;
  p.reason = Reason::kProfilePrivate;
  p.reason_detail = "the profile is private";
  p.username = "ana";
  p.profile_waiting_since = kNoon + seconds(1);
  p.profile_checks = 2;
  p.due_at = kNoon;
  p.created_at = kNoon;
  p.updated_at = kNoon;
  return p;
}

Placement sample_placement(const std::string& id, const std::string& link) {
  Placement p;
  p.id = id;
  p.payment_id = id.substr(0, id.rfind('.'));
  p.provider = "machinesmm";
  p.service_id = "2001";
  p.link = link;
  p.quantity = 300;
  p.state = PlacementState::kIntent;
  p.request_key = "00112233445566778899aabbccddeeff";
  p.route = 1;
  p.created_at = kNoon;
  p.updated_at = kNoon;
  return p;
}

ShopUpdate sample_shop_update(std::int64_t order_id, const std::string& status_alias) {
  ShopUpdate u;
  u.id = std::to_string(order_id) + "/" + status_alias;
  u.order_id = order_id;
  u.status_alias = status_alias;
  u.due_at = kNoon;
  u.created_at = kNoon;
  return u;
}

Exchange sample_exchange(const std::string& id) {
  Exchange e;
  e.id = id;
  e.peer = "machinesmm";
  e.operation = "place";
  e.payment_id = "100_1";
  e.placement_id = "100_1.1";
  e.attempt = 2;
  e.method = "POST";
  e.url = "https://machinesmm.com/api/v2";
  e.request_body = "action=add&service=2001";
  e.outcome = TransportOutcome::kAnswered;
  e.status = 200;
  e.response_body = R"({"order":"23501"})";
  e.error = "none";
  e.started_at = kNoon + seconds(2);
  e.ended_at = kNoon + seconds(3);
  return e;
}

Event sample_event(const std::string& payment_id) {
  Event e;
  e.payment_id = payment_id;
  e.placement_id = payment_id + ".1";
  e.at = kNoon + seconds(4);
  e.kind = "state";
  e.from = "ready";
  e.to = "placing";
  e.why = "the intents are written";
  e.actor = "engine";
  e.exchange_id = "x1";
  return e;
}

Product sample_product(const std::string& sku) {
  Product p;
  p.sku = sku;
  p.service_id = "2001";
  p.api = "machinesmm";
  p.base_quantity = 100;
  p.type = "followers";
  p.routes = {{"worldsmm", "88"}, {"third", "a \"quoted\" id"}};
  p.created_at = kNoon;
  p.updated_at = kNoon;
  return p;
}

ProviderStatus sample_provider(const std::string& name) {
  ProviderStatus p;
  p.name = name;
  p.paused = Reason::kNoFunds;
  p.pause_detail = "not enough funds on balance";
  p.paused_at = kNoon;
  p.balance = Money{1'230'000, "USD"};
  p.balance_at = kNoon + seconds(1);
  p.balance_when_paused = Money{20'000, "BRL"};
  p.services_at = kNoon + seconds(2);
  return p;
}

Delivery sample_delivery(const std::string& digest) {
  Delivery d;
  d.received_at = kNoon;
  d.source = "webhook";
  d.digest = digest;
  d.signature = "c2lnbmF0dXJl";
  d.event = "order.paid";
  d.order_id = 100;
  d.outcome = DeliveryOutcome::kAccepted;
  d.note = "a note";
  d.payload = R"({"id":100})";
  d.body_bytes = 337;
  return d;
}

Ingest paid_order(const std::string& digest, std::int64_t order_id, const std::vector<std::string>& payment_ids,
                  Time status_at) {
  Ingest ingest;
  ingest.delivery = sample_delivery(digest);
  ingest.delivery.order_id = order_id;
  ingest.order_id = order_id;
  ingest.status_alias = "paid";
  ingest.status_at = status_at;
  for (const std::string& id : payment_ids) ingest.new_payments.push_back(sample_payment(id, order_id));
  return ingest;
}

Ingest cancelled_order(const std::string& digest, std::int64_t order_id, Time status_at) {
  Ingest ingest;
  ingest.delivery = sample_delivery(digest);
  ingest.delivery.order_id = order_id;
  ingest.delivery.event = "order.status.updated";
  ingest.delivery.received_at = kNoon + minutes(6);
  ingest.order_id = order_id;
  ingest.status_alias = "cancelled";
  ingest.status_at = status_at;
  ingest.cancel = true;
  return ingest;
}

}  // namespace smmhost::contract
