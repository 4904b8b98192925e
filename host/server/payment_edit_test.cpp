// What an edit of a payment may and may not do.
#include "host/server/payment_edit.h"

#include <gtest/gtest.h>

#include "core/fulfilment/settle_payment.h"
#include "host/server/json_views.h"

namespace smmhost {
namespace {

const Time kNow = from_unix_ms(1'800'000'000'000);

PaymentDetail payment(PaymentState state) {
  PaymentDetail detail;
  detail.payment.id = "7_1";
  detail.payment.order_id = 7;
  detail.payment.status_alias = "paid";
  detail.payment.item_sku = "F100";
  detail.payment.item_quantity = 1;
  detail.payment.customization = "ana";
  detail.payment.username = "ana";
  detail.payment.profile_status = ProfileStatus::kPublic;
  detail.payment.state = state;
  detail.payment.version = 4;
  detail.payment.updated_at = kNow - std::chrono::hours{1};
  return detail;
}

PaymentDetail payment(PaymentState state, PlacementState placed) {
  PaymentDetail detail = payment(state);
  Placement placement;
  placement.id = "7_1.1";
  placement.payment_id = "7_1";
  placement.state = placed;
  placement.version = 2;
  if (placed != PlacementState::kIntent && placed != PlacementState::kRejected) placement.provider_order_id = "900";
  if (placed != PlacementState::kIntent) placement.sent_at = kNow - std::chrono::minutes{5};
  detail.placements.push_back(placement);
  return detail;
}

std::variant<Changes, ServerResponse> put(const PaymentDetail& present, const std::string& body) {
  const auto edit = read_payment_edit(Json::parse(body), present);
  if (const auto* const wrong = std::get_if<ServerResponse>(&edit)) return *wrong;
  return apply_payment_edit(std::get<PaymentEdit>(edit), present, kNow);
}

int status_of(const std::variant<Changes, ServerResponse>& result) {
  const auto* const response = std::get_if<ServerResponse>(&result);
  return response ? response->status : 200;
}

Payment payment_of(const std::variant<Changes, ServerResponse>& result) {
  return std::get<Changes>(result).payments.at(0);
}

TEST(PaymentEdit, ANewCustomizationIsCheckedAnew) {
  PaymentDetail held = payment(PaymentState::kHeld);
  held.payment.reason = Reason::kNoUsername;
  held.payment.profile_checks = 9;
  held.payment.customization_borrowed = true;
  const auto result = put(held, R"({"customization":"bia"})");
  ASSERT_EQ(status_of(result), 200);
  const Payment changed = payment_of(result);
  EXPECT_EQ(changed.customization, "bia");
  EXPECT_EQ(changed.state, PaymentState::kReceived);
  EXPECT_EQ(changed.reason, Reason::kNone);
  EXPECT_EQ(changed.profile_status, ProfileStatus::kPending);
  EXPECT_EQ(changed.profile_checks, 0);
  EXPECT_TRUE(changed.username.empty());
  EXPECT_FALSE(changed.customization_borrowed);
  EXPECT_EQ(changed.due_at, kNow);
  EXPECT_EQ(changed.version, 4) << "the version that was read is what the store compares";
  const Event event = std::get<Changes>(result).events.at(0);
  EXPECT_EQ(event.actor, "operator");
  EXPECT_EQ(event.kind, "edit");
  EXPECT_EQ(event.from, "held");
  EXPECT_EQ(event.to, "received");
  EXPECT_EQ(event.why.find("bia"), std::string::npos) << "what customers type does not belong into the timeline";
}

TEST(PaymentEdit, WhatWasBoughtIsNotBoughtAgain) {
  for (const auto bought :
       {PlacementState::kAccepted, PlacementState::kInProgress, PlacementState::kCompleted, PlacementState::kPartial,
        PlacementState::kUnknown, PlacementState::kRefunded, PlacementState::kCanceled})
    for (const char* body : {R"({"customization":"bia"})", R"({"item_sku":"F200"})", R"({"item_quantity":2})",
                             R"({"profile_status":"pending"})"})
      EXPECT_EQ(status_of(put(payment(PaymentState::kPlaced, bought), body)), 409) << to_string(bought) << body;
  PaymentDetail done = payment(PaymentState::kCompleted, PlacementState::kCompleted);
  done.payment.finished = true;
  EXPECT_EQ(status_of(put(done, R"({"finished":0})")), 409);
}

TEST(PaymentEdit, UnsentPurchasesAreFencedWhenTheyArePlannedAnew) {
  for (const auto unsent : {PlacementState::kIntent, PlacementState::kRejected}) {
    const auto result = put(payment(PaymentState::kPlacing, unsent), R"({"customization":"bia"})");
    ASSERT_EQ(status_of(result), 200);
    const auto& placements = std::get<Changes>(result).placements;
    ASSERT_EQ(placements.size(), 1u) << "a worker that read the old row must not be able to send it";
    EXPECT_EQ(placements[0].version, 2);
  }
}

TEST(PaymentEdit, NothingChangesWhileAPurchaseIsBeingSent) {
  const auto sending = payment(PaymentState::kPlacing, PlacementState::kSent);
  for (const char* body : {R"({"customization":"bia"})", R"({"email":"x@example.com"})", R"({"finished":1})"})
    EXPECT_EQ(status_of(put(sending, body)), 409) << body;
  EXPECT_EQ(status_of(archive_payment(sending, kNow)), 409);
}

TEST(PaymentEdit, EndedAndArchivedPaymentsStayAsTheyAre) {
  for (const auto state : {PaymentState::kDelivered, PaymentState::kCancelled})
    EXPECT_EQ(status_of(put(payment(state), R"({"email":"x@example.com"})")), 409);
  PaymentDetail archived = payment(PaymentState::kPlaced, PlacementState::kAccepted);
  archived.payment.archived = true;
  EXPECT_EQ(status_of(put(archived, R"({"email":"x@example.com"})")), 409);
}

TEST(PaymentEdit, FinishingByHandDropsWhatWasNotSent) {
  const auto result = put(payment(PaymentState::kHeld, PlacementState::kRejected), R"({"finished":1})");
  ASSERT_EQ(status_of(result), 200);
  const Payment changed = payment_of(result);
  EXPECT_TRUE(changed.finished);
  EXPECT_EQ(changed.state, PaymentState::kCompleted);
  EXPECT_EQ(changed.due_at, std::nullopt);
  const Placement dropped = std::get<Changes>(result).placements.at(0);
  EXPECT_EQ(dropped.state, PlacementState::kCanceled);
  EXPECT_FALSE(dropped.given_up) << "the engine would take the payment for cancelled";
  EXPECT_EQ(dropped.due_at, std::nullopt);
  PaymentDetail after{payment_of(result), {dropped}};
  EXPECT_EQ(settle_payment(after.payment, after.placements, DeliveredWhen::kCompleted).state, PaymentState::kCompleted);
  EXPECT_EQ(status_of(put(after, R"({"finished":0})")), 200) << "nothing was bought, so it can start again";
}

TEST(PaymentEdit, AnOpenPurchaseCannotBeFinishedByHand) {
  for (const auto open : {PlacementState::kAccepted, PlacementState::kInProgress, PlacementState::kUnknown})
    EXPECT_EQ(status_of(put(payment(PaymentState::kPlaced, open), R"({"finished":1})")), 409) << to_string(open);
  EXPECT_EQ(status_of(put(payment(PaymentState::kReview, PlacementState::kPartial), R"({"finished":1})")), 409);
}

TEST(PaymentEdit, UnfinishingWhatWasNeverBoughtStartsItAgain) {
  PaymentDetail done = payment(PaymentState::kCompleted);
  done.payment.finished = true;
  const auto result = put(done, R"({"finished":0})");
  ASSERT_EQ(status_of(result), 200);
  EXPECT_EQ(payment_of(result).state, PaymentState::kReceived);
  EXPECT_FALSE(payment_of(result).finished);
}

TEST(PaymentEdit, ContactFieldsDisturbNothing) {
  PaymentDetail placed = payment(PaymentState::kPlaced, PlacementState::kAccepted);
  placed.payment.due_at = kNow + std::chrono::hours{1};
  placed.payment.lease_owner = "a";
  const auto result = put(placed, R"({"email":"x@example.com","customer_name":"X","status_alias":"invoiced"})");
  ASSERT_EQ(status_of(result), 200);
  EXPECT_EQ(payment_of(result).state, PaymentState::kPlaced);
  EXPECT_EQ(payment_of(result).due_at, placed.payment.due_at);
  EXPECT_EQ(payment_of(result).lease_owner, "a");
  EXPECT_TRUE(std::get<Changes>(result).placements.empty());
}

TEST(PaymentEdit, SendingBackWhatWasGotChangesNothing) {
  const auto placed = payment(PaymentState::kPlaced, PlacementState::kAccepted);
  const auto result = put(placed, Json(payment_view(placed)).dump());
  ASSERT_EQ(status_of(result), 200);
  EXPECT_TRUE(std::get<Changes>(result).payments.empty());
}

TEST(PaymentEdit, WrongFieldsAreAllNamed) {
  const auto result =
      put(payment(PaymentState::kHeld), R"({"colour":"red","state":"ready","finished":2,"item_quantity":0,"email":5})");
  ASSERT_EQ(status_of(result), 400);
  const std::string& body = std::get<ServerResponse>(result).body;
  for (const char* name : {"colour", "state", "finished", "item_quantity", "email"})
    EXPECT_NE(body.find(name), std::string::npos) << name << " in " << body;
}

TEST(PaymentEdit, TimesOfARowNeverGoBack) {
  PaymentDetail held = payment(PaymentState::kHeld);
  held.payment.updated_at = kNow + std::chrono::minutes{1};
  const auto result = put(held, R"({"customization":"bia"})");
  EXPECT_EQ(payment_of(result).updated_at, held.payment.updated_at);
}

TEST(PaymentEdit, ArchivingStopsWhatWasNotSentAndKeepsTheRest) {
  PaymentDetail half = payment(PaymentState::kPlacing, PlacementState::kAccepted);
  Placement intent;
  intent.id = "7_1.2";
  intent.payment_id = "7_1";
  intent.version = 1;
  half.placements.push_back(intent);
  const auto result = archive_payment(half, kNow);
  ASSERT_EQ(status_of(result), 200);
  EXPECT_TRUE(payment_of(result).archived);
  const auto& placements = std::get<Changes>(result).placements;
  ASSERT_EQ(placements.size(), 1u);
  EXPECT_EQ(placements[0].id, "7_1.2");
  EXPECT_EQ(placements[0].state, PlacementState::kCanceled);
}

}  // namespace
}  // namespace smmhost
