// The profile: looked up, waited for, told to the shop, given up.
#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

class CheckProfile : public EngineTest {};

TEST_F(CheckProfile, APrivateProfileWaitsAndTheShopIsToldOnce) {
  checker.is_private["maria"] = true;
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kWaitingProfile);
  EXPECT_EQ(reason("1_1"), Reason::kProfilePrivate);
  EXPECT_EQ(payment("1_1").profile_status, ProfileStatus::kPrivate);
  EXPECT_EQ(payment("1_1").due_at, now + settings.profile_recheck);
  engine->tell_shop_due(now, 10);
  for (int i = 0; i < 3; ++i) {
    pass(settings.profile_recheck);
    EXPECT_EQ(engine->check_profiles(now).handled, 1);
    engine->tell_shop_due(now, 10);
  }
  EXPECT_EQ(shop.calls, (std::vector<ScriptedShop::Call>{{1, "shipment_exception"}}));
  EXPECT_TRUE(panel.placed.empty());
}

TEST_F(CheckProfile, AProfileThatOpensIsBoughtForAndTheShopIsTold) {
  checker.is_private["maria"] = true;
  post(1, "SEG", "@maria");
  work();
  engine->tell_shop_due(now, 10);
  checker.is_private["maria"] = false;
  pass(settings.profile_recheck);
  engine->check_profiles(now);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_EQ(payment("1_1").profile_waiting_since, std::nullopt);
  engine->tell_shop_due(now, 10);
  EXPECT_EQ(shop.calls, (std::vector<ScriptedShop::Call>{{1, "shipment_exception"}, {1, "handling_products"}}));
}

TEST_F(CheckProfile, ANoticeThatWasNotToldYetIsTakenBackWhenTheProfileOpens) {
  checker.is_private["maria"] = true;
  post(1, "SEG", "@maria");
  work();
  checker.is_private["maria"] = false;
  pass(settings.profile_recheck);
  work();
  engine->tell_shop_due(now, 10);
  EXPECT_TRUE(shop.calls.empty());
  EXPECT_EQ(told("1/shipment_exception"), ShopUpdateState::kSuperseded);
}

TEST_F(CheckProfile, TheShopHearsThatItIsOpenOnlyWhenNoLineIsPrivateAnyMore) {
  checker.is_private["maria"] = checker.is_private["joana"] = true;
  post(1, {{.sku = "SEG", .quantity = 1, .customization = "@maria"},
           {.sku = "SEG", .quantity = 1, .customization = "@joana"}});
  work();
  engine->tell_shop_due(now, 10);
  checker.is_private["maria"] = false;
  pass(settings.profile_recheck);
  work();
  engine->tell_shop_due(now, 10);
  EXPECT_EQ(shop.calls.size(), 1u);
  checker.is_private["joana"] = false;
  pass(settings.profile_recheck);
  work();
  engine->tell_shop_due(now, 10);
  ASSERT_EQ(shop.calls.size(), 2u);
  EXPECT_EQ(shop.calls[1].status_alias, "handling_products");
}

TEST_F(CheckProfile, AProfileThatOpensWhileTheShopIsBeingToldIsStillToldOpen) {
  checker.is_private["maria"] = true;
  post(1, "SEG", "@maria");
  work();
  checker.is_private["maria"] = false;
  pass(settings.profile_recheck);
  shop.next_tells.push_back([&](const ScriptedShop::Call&) {
    work();
    return answered(Told::kTold);
  });
  engine->tell_shop_due(now, 10);
  EXPECT_EQ(told("1/shipment_exception"), ShopUpdateState::kTold)
      << "it was told, whatever became of the row meanwhile";
  engine->tell_shop_due(now, 10);
  ASSERT_EQ(shop.calls.size(), 2u);
  EXPECT_EQ(shop.calls[1].status_alias, "handling_products");
}

TEST_F(CheckProfile, AMissingProfileWaitsWithoutTellingTheShop) {
  checker.failures["maria"] = FailureCode::kNotFound;
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kProfileNotFound);
  EXPECT_EQ(payment("1_1").profile_status, ProfileStatus::kError);
  engine->tell_shop_due(now, 10);
  EXPECT_TRUE(shop.calls.empty());
}

TEST_F(CheckProfile, TheNextCheckerIsAskedWhereTheFirstFails) {
  checker.failures["maria"] = FailureCode::kRateLimited;
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(second_checker.checks, 1);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(CheckProfile, ACheckerThatRefusesOurKeyIsSeenAlthoughTheNextOneAnswers) {
  checker.failures["maria"] = FailureCode::kAuth;
  post(1, "SEG", "@maria");
  work();
  for (const GateView& view : engine->gates(now)) EXPECT_EQ(view.key_refused_since.has_value(), view.name == "looter");
  post(2, "SEG", "@joana");
  work();
  for (const GateView& view : engine->gates(now)) EXPECT_FALSE(view.key_refused_since) << view.name;
}

TEST_F(CheckProfile, WhereEveryCheckerFailsTheLineIsTriedAgainSoon) {
  checker.failures["maria"] = second_checker.failures["maria"] = FailureCode::kBadResponse;
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kWaitingProfile);
  EXPECT_EQ(reason("1_1"), Reason::kProfileLookupFailed);
  EXPECT_LE(payment("1_1").due_at, now + settings.backoff_first);
  EXPECT_TRUE(panel.placed.empty());
}

TEST_F(CheckProfile, AnAnswerForAnotherUserIsNoAnswer) {
  class Confused final : public ProfileChecker {
   public:
    const std::string& name() const override { return name_; }
    bool can_list_posts() const override { return false; }
    Reply<Profile> check(const std::string&, Time) override { return answered(Profile{.username = "someone.else"}); }
    Reply<std::vector<Post>> latest_posts(const std::string&, int, PostKind, Time) override {
      return answered(std::vector<Post>{});
    }

   private:
    std::string name_ = "confused";
  } confused;
  engine = std::make_unique<Engine>(EnginePorts{*store, shop, {&panel}, {&confused}, [] { return std::uint64_t{5}; }},
                                    settings, std::vector<GateConfig>{});
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kProfileLookupFailed);
  EXPECT_TRUE(panel.placed.empty());
}

TEST_F(CheckProfile, GivesUpAfterTheConfiguredTimeAndWaitsForAPerson) {
  checker.is_private["maria"] = true;
  post(1, "SEG", "@maria");
  work();
  pass(settings.profile_give_up_after);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kHeld);
  EXPECT_EQ(reason("1_1"), Reason::kProfileGaveUp);
  EXPECT_EQ(payment("1_1").due_at, std::nullopt);
}

TEST_F(CheckProfile, PostsThatTurnOutToBePrivateWaitLikeAPrivateProfile) {
  checker.private_posts.insert("maria");
  post(1, "CURT", "@maria");
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kWaitingProfile);
  EXPECT_EQ(reason("1_1"), Reason::kProfilePrivate);
  EXPECT_EQ(payment("1_1").profile_status, ProfileStatus::kPrivate);
  for (int i = 0; i < 3; ++i) {
    engine->tell_shop_due(now, 10);
    pass(settings.profile_recheck);
    engine->check_profiles(now);
  }
  EXPECT_EQ(shop.calls, (std::vector<ScriptedShop::Call>{{1, "shipment_exception"}}));
  checker.private_posts.clear();
  pass(settings.profile_recheck);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(CheckProfile, AProfileWithoutPostsIsLookedUpMoreAndMoreRarelyAndGivenUp) {
  checker.posts["maria"] = {};
  post(1, "CURT", "@maria");
  const Time end = now + settings.profile_give_up_after + 13h;
  for (; now < end; pass(settings.held_recheck)) {
    work();
    engine->process_payments(now);
  }
  EXPECT_LE(checker.post_lists, 40);
  EXPECT_GE(checker.post_lists, 15);
  EXPECT_EQ(reason("1_1"), Reason::kProfileGaveUp);
  EXPECT_EQ(payment("1_1").due_at, std::nullopt);
}

TEST_F(CheckProfile, PostsThatComeAtLastAreBoughtFor) {
  checker.posts["maria"] = {};
  post(1, "CURT", "@maria");
  work();
  ASSERT_EQ(reason("1_1"), Reason::kNoPosts);
  EXPECT_EQ(payment("1_1").due_at, now + settings.held_recheck);
  pass(1h);
  work();
  EXPECT_EQ(payment("1_1").due_at, now + 30min);
  checker.posts.clear();
  pass(30min);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_EQ(payment("1_1").profile_waiting_since, std::nullopt);
}

TEST_F(CheckProfile, TwoLinesOfOneProfileAreLookedUpOnce) {
  post(1, {{.sku = "SEG", .quantity = 1, .customization = "@maria"},
           {.sku = "CURT", .quantity = 1, .customization = "maria"}});
  work();
  EXPECT_EQ(checker.checks, 1);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_EQ(state("1_2"), PaymentState::kPlaced);
}

TEST_F(CheckProfile, WhatCannotBeUnderstoodIsHeldWithTheCustomersWords) {
  post(1, "SEG", "meu insta é a lojinha");
  post(2, "SEG", "");
  post(3, "SEG", "https://www.instagram.com/p/CxYz12AbCdE/");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kUsernameNotUnderstood);
  EXPECT_NE(payment("1_1").reason_detail.find("meu insta é a lojinha"), std::string::npos);
  EXPECT_FALSE(timeline_has("1_1", "state", "lojinha")) << "the timeline outlives the customer's data";
  EXPECT_EQ(reason("2_1"), Reason::kNoUsername);
  EXPECT_EQ(reason("3_1"), Reason::kPostLinkForProfileService);
  for (const char* id : {"1_1", "2_1", "3_1"}) EXPECT_EQ(payment(id).due_at, std::nullopt) << id;
  EXPECT_EQ(checker.checks, 0);
}

TEST_F(CheckProfile, AnEditedCustomizationIsCheckedAnew) {
  post(1, "SEG", "não sei");
  work();
  Payment edited = payment("1_1");
  edited.customization = "@joana";
  edited.state = PaymentState::kReceived;
  edited.reason = Reason::kNone;
  edited.profile_status = ProfileStatus::kPending;
  edited.due_at = now;
  Changes changes;
  changes.payments = {edited};
  ASSERT_EQ(store->commit(changes), CommitOutcome::kCommitted);
  work();
  ASSERT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(panel.placed[0].link, "https://www.instagram.com/joana/");
}

TEST_F(CheckProfile, AnUnknownSkuIsHeldAndGoesOnOnceItIsConfigured) {
  post(1, "NEW", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kUnknownSku);
  EXPECT_EQ(checker.checks, 0) << "look-ups are paid for";
  add_product("NEW", "followers");
  pass(settings.held_recheck);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(CheckProfile, AnUnknownSkuIsNotWrittenAgainAndAgain) {
  post(1, "NEW", "@maria");
  post(2, "STORY", "@joana");
  add_product("STORY", "stories");
  work();
  for (const Time end = now + 24h; now < end; pass(settings.held_recheck)) {
    work();
    engine->process_payments(now);
  }
  EXPECT_LE(payment("1_1").version, 50);
  EXPECT_LE(payment("2_1").version, 50);
  add_product("NEW", "followers");
  change_product("STORY", [](Product& p) { p.type = "likes"; });
  engine->process_payments(now);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_EQ(state("2_1"), PaymentState::kPlaced);
}

TEST_F(CheckProfile, AServiceTypeThatIsNotFulfilledIsHeld) {
  add_product("STORY", "stories");
  post(1, "STORY", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kUnknownServiceType);
}

}  // namespace
}  // namespace smmhost::testing
