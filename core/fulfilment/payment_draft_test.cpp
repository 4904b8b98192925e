// A commit in doubt is judged by what stands in the store: only what this draft wrote may pass for its own.
#include "core/fulfilment/payment_draft.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

const Time kStart = from_unix_ms(1'768'483'231'000);

PaymentDetail leased_payment() {
  PaymentDetail rows;
  rows.payment.id = "1_1";
  rows.payment.state = PaymentState::kReady;
  rows.payment.lease_owner = "this host";
  rows.payment.fence = 5;
  rows.payment.version = 7;
  return rows;
}

PaymentDraft drafted() {
  PaymentDraft draft(leased_payment(), kStart, "engine");
  draft.add(Placement{}, "planned");
  draft.move(PaymentState::kPlacing, Reason::kNone, "");
  return draft;
}

TEST(PaymentDraft, WhatItWroteHasLanded) {
  EXPECT_TRUE(drafted().landed_in(drafted().committed()));
  EXPECT_FALSE(drafted().landed_in(leased_payment()));
}

TEST(PaymentDraft, TheSameStateWrittenByAnotherHasNotLanded) {
  PaymentDetail stored = drafted().committed();
  stored.payment.fence = 6;
  EXPECT_FALSE(drafted().landed_in(stored)) << "another lease";
  stored = drafted().committed();
  stored.payment.lease_owner = "another host";
  EXPECT_FALSE(drafted().landed_in(stored));
  stored = drafted().committed();
  stored.placements[0].attempt = 2;
  EXPECT_FALSE(drafted().landed_in(stored));
}

}  // namespace
}  // namespace smmhost
