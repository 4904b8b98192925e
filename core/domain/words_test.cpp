#include <gtest/gtest.h>

#include "core/domain/payment.h"
#include "core/domain/placement.h"
#include "core/domain/product.h"

namespace smmhost {
namespace {

// A value without a word would be stored as "" and lost on the way back.
TEST(Words, EveryStateHasAWordThatReadsBack) {
  for (int i = 0; i <= static_cast<int>(PaymentState::kCancelled); ++i) {
    const auto state = static_cast<PaymentState>(i);
    EXPECT_EQ(parse_payment_state(to_string(state)), state) << i;
  }
  for (int i = 0; i <= static_cast<int>(PlacementState::kUnknown); ++i) {
    const auto state = static_cast<PlacementState>(i);
    EXPECT_EQ(parse_placement_state(to_string(state)), state) << i;
  }
  for (int i = 0; i <= static_cast<int>(Reason::kGivenUp); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_EQ(parse_reason(to_string(reason)), reason) << i;
  }
}

TEST(Words, UnknownWordsAreNoValue) {
  EXPECT_EQ(parse_payment_state("Paid"), std::nullopt);
  EXPECT_EQ(parse_profile_status("invalid"), std::nullopt);
  EXPECT_EQ(target_of_type("stories"), std::nullopt);
}

}  // namespace
}  // namespace smmhost
