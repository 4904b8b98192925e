#include "core/fulfilment/check_profile.h"

#include <algorithm>

#include "core/fulfilment/hold_payment.h"
#include "core/fulfilment/look_up_profile.h"
#include "core/fulfilment/private_notice.h"
#include "core/text/instagram_target.h"

namespace smmhost {
namespace {

constexpr Duration kLongestWaitForPosts = std::chrono::hours{12};

struct Finding {
  ProfileStatus status = ProfileStatus::kError;
  Reason reason = Reason::kProfileLookupFailed;
  std::string why;
  std::vector<Exchange> exchanges;
};

std::optional<Obstacle> customization_obstacle(const Payment& payment, const InstagramTarget& customer, Target target) {
  switch (customer.kind) {
    case TargetKind::kEmpty:
      return Obstacle{Reason::kNoUsername, "the order names no Instagram user"};
    case TargetKind::kNotUnderstood:
      return Obstacle{Reason::kUsernameNotUnderstood, customer.why + " The customer wrote: " + payment.customization};
    case TargetKind::kPost:
      if (target == Target::kProfile)
        return Obstacle{Reason::kPostLinkForProfileService,
                        "a profile is needed. The customer wrote: " + payment.customization};
      return std::nullopt;
    case TargetKind::kProfile:
      return std::nullopt;
  }
  return std::nullopt;
}

// Before the next look-up: soon after a failed one, the usual time where the profile itself is the cause.
Duration wait_before_recheck(const StepContext& context, const Finding& finding, int checks) {
  const Duration usual = context.settings.profile_recheck;
  return finding.status == ProfileStatus::kError && finding.reason == Reason::kProfileLookupFailed
             ? std::min(usual, context.backoff(checks))
             : usual;
}

void wait_for_profile(LeasedPayment& leased, const std::string& username, const Finding& finding) {
  StepContext& context = leased.context();
  const Payment asked = leased.payment();
  leased.save([&](PaymentDraft& draft) {
    if (!is_same_request(asked, draft.payment())) return false;
    draft.drop_unbought("the profile is to be checked first");
    Payment& payment = draft.edit();
    if (payment.profile_status != finding.status || payment.state != PaymentState::kWaitingProfile)
      draft.attach(finding.exchanges);
    payment.username = username;
    payment.profile_status = finding.status;
    if (!payment.profile_waiting_since) payment.profile_waiting_since = draft.now();
    ++payment.profile_checks;
    if (finding.status == ProfileStatus::kPrivate) notice_private(context, draft);

    const bool gave_up = draft.now() - *payment.profile_waiting_since >= context.settings.profile_give_up_after;
    if (gave_up) {
      draft.move(PaymentState::kHeld, Reason::kProfileGaveUp, finding.why);
      draft.rest_until(std::nullopt);
    } else {
      draft.move(PaymentState::kWaitingProfile, finding.reason, finding.why);
      draft.rest_until(draft.now() + wait_before_recheck(context, finding, payment.profile_checks));
    }
    return true;
  });
}

// The gates of all checkers are closed: nothing was learnt, so nothing changes but the time.
void wait_for_gate(LeasedPayment& leased, Time retry_at) {
  leased.save([&](PaymentDraft& draft) {
    draft.rest_until(std::max(retry_at, leased.now() + std::chrono::milliseconds{1}));
    return true;
  });
}

// True where the look-up found what was asked; else the payment was saved as waiting.
bool found_or_waits(LeasedPayment& leased, const std::string& username, const LookUpReport& report) {
  switch (report.outcome) {
    case LookUpOutcome::kFound:
      return true;
    case LookUpOutcome::kNotAsked:
      if (report.retry_at && report.why.empty()) {
        wait_for_gate(leased, *report.retry_at);
        return false;
      }
      [[fallthrough]];
    case LookUpOutcome::kFailed:
      wait_for_profile(leased, username,
                       {ProfileStatus::kError, Reason::kProfileLookupFailed, report.why, report.exchanges});
      return false;
    case LookUpOutcome::kNotFound:
      wait_for_profile(leased, username,
                       {ProfileStatus::kError, Reason::kProfileNotFound, report.why, report.exchanges});
      return false;
    case LookUpOutcome::kPrivate:
      wait_for_profile(leased, username,
                       {ProfileStatus::kPrivate, Reason::kProfilePrivate, "the profile is private", report.exchanges});
      return false;
  }
  return false;
}

bool ensure_public(LeasedPayment& leased, PurchaseTargets& targets) {
  StepContext& context = leased.context();
  const Payment& payment = leased.payment();
  const bool known =
      payment.profile_status == ProfileStatus::kPublic ||
      (payment.profile_checks == 0 && context.profiles.find(targets.username, leased.now()) == ProfileStatus::kPublic);
  if (!known) {
    const LookUpReport look_up = look_up_profile(context, targets.username, payment.id, leased.now());
    leased.saw(look_up.exchanges);
    targets.exchanges = look_up.exchanges;
    if (!found_or_waits(leased, targets.username, look_up)) return false;
    context.profiles.keep(targets.username, ProfileStatus::kPublic, leased.now());
  }
  targets.profile_status = ProfileStatus::kPublic;
  return true;
}

// Looked for again after waits that grow with the time there were none, because look-ups are paid for; given up like a
// profile that does not open.
void wait_for_posts(LeasedPayment& leased, const PurchaseTargets& targets) {
  const FulfilmentSettings& settings = leased.context().settings;
  const Payment asked = leased.payment();
  leased.save([&](PaymentDraft& draft) {
    if (!is_same_request(asked, draft.payment())) return false;
    const bool waits_already = asked.profile_status == ProfileStatus::kPublic && asked.profile_waiting_since;
    const Time since = waits_already ? *asked.profile_waiting_since : draft.now();
    record_profile(leased.context(), draft, targets);
    draft.edit().profile_waiting_since = since;
    draft.drop_unbought("the payment is held");

    const Duration waited = draft.now() - since;
    const bool gave_up = waited >= settings.profile_give_up_after;
    const Duration longest = std::max<Duration>(settings.held_recheck, kLongestWaitForPosts);
    draft.move(PaymentState::kHeld, gave_up ? Reason::kProfileGaveUp : Reason::kNoPosts,
               "the profile has no post that this can be bought for");
    draft.rest_until(gave_up ? std::nullopt
                             : std::optional(draft.now() + std::clamp(waited / 2, settings.held_recheck, longest)));
    return true;
  });
}

bool add_post_links(LeasedPayment& leased, PostKind kind, PurchaseTargets& targets) {
  const PostsLookUp look_up =
      look_up_posts(leased.context(), targets.username, kind, leased.payment().id, leased.now());
  leased.saw(look_up.exchanges);
  if (!found_or_waits(leased, targets.username, look_up)) return false;
  targets.exchanges.insert(targets.exchanges.end(), look_up.exchanges.begin(), look_up.exchanges.end());
  const std::size_t most = static_cast<std::size_t>(std::max(1, leased.context().settings.likes_posts));
  for (const Post& post : look_up.posts)
    if (targets.links.size() < most) targets.links.push_back(post_link(post.shortcode));
  if (!targets.links.empty()) return true;
  wait_for_posts(leased, targets);
  return false;
}

}  // namespace

void record_profile(StepContext& context, PaymentDraft& draft, const PurchaseTargets& targets) {
  Payment& payment = draft.edit();
  const bool was_waiting = payment.profile_status != ProfileStatus::kPublic && !is_untouched(payment);
  if (payment.profile_status != targets.profile_status) draft.attach(targets.exchanges);
  payment.username = targets.username;
  payment.profile_status = targets.profile_status;
  payment.profile_waiting_since.reset();
  if (was_waiting) notice_opened(context, draft);
}

std::optional<PurchaseTargets> check_profile(LeasedPayment& leased, Target target) {
  const Payment& payment = leased.payment();
  const InstagramTarget customer = parse_instagram_target(payment.customization);
  if (const auto obstacle = customization_obstacle(payment, customer, target)) {
    hold_payment(leased, *obstacle);
    return std::nullopt;
  }
  PurchaseTargets targets{.username = customer.username, .profile_status = payment.profile_status};
  if (customer.kind == TargetKind::kPost) {
    targets.links = {post_link(customer.shortcode)};
    return targets;
  }
  if (!ensure_public(leased, targets)) return std::nullopt;
  if (target == Target::kProfile) {
    targets.links = {profile_link(customer.username)};
    return targets;
  }
  const PostKind kind = target == Target::kVideoPosts ? PostKind::kVideo : PostKind::kAny;
  if (!add_post_links(leased, kind, targets)) return std::nullopt;
  return targets;
}

}  // namespace smmhost
