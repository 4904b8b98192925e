#include "core/fulfilment/look_up_profile.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>

namespace smmhost {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// What a checker's failure says for certain; nothing where another checker may know more.
std::optional<LookUpOutcome> certain_outcome(const Failure& failure) {
  if (failure.code == FailureCode::kNotFound) return LookUpOutcome::kNotFound;
  if (failure.code == FailureCode::kPrivate) return LookUpOutcome::kPrivate;
  return std::nullopt;
}

// Asks one checker after the other. `ask` returns the reply's failure, or nothing where it took the value.
class Trial {
 public:
  using Ask = std::function<std::optional<Failure>(ProfileChecker&, Time, std::vector<Exchange>&)>;

  Trial(StepContext& context, std::string operation, std::string payment_id, Time now)
      : context_(context), operation_(std::move(operation)), payment_id_(std::move(payment_id)), now_(now) {}

  LookUpReport run(const std::vector<ProfileChecker*>& checkers, const Ask& ask) {
    for (ProfileChecker* checker : checkers) {
      const Admission admission = context_.gate(checker->name()).admit(now_);
      if (!admission.admitted) {
        skip(checker->name(), admission);
        continue;
      }
      if (asks_and_knows(*checker, ask)) return report_;
    }
    report_.outcome = asked_ ? LookUpOutcome::kFailed : LookUpOutcome::kNotAsked;
    if (checkers.empty()) report_.why = "no checker is configured that can do this";
    return report_;
  }

 private:
  void skip(const std::string& name, const Admission& admission) {
    report_.retry_at = std::min(report_.retry_at.value_or(admission.retry_at), admission.retry_at);
    if (!admission.why.empty()) say(name, "not asked: " + admission.why);
  }

  bool asks_and_knows(ProfileChecker& checker, const Ask& ask) {
    asked_ = true;
    std::vector<Exchange> exchanges;
    const std::optional<Failure> failure = ask(checker, now_, exchanges);
    exchanges = context_.complete(std::move(exchanges), checker.name(), operation_, payment_id_);
    now_ = after(exchanges, now_);
    report_.exchanges.insert(report_.exchanges.end(), exchanges.begin(), exchanges.end());

    ProviderGate& gate = context_.gate(checker.name());
    const std::optional<LookUpOutcome> certain = failure ? certain_outcome(*failure) : LookUpOutcome::kFound;
    if (certain) {
      gate.succeeded(now_);
      report_.outcome = *certain;
      if (failure) report_.why = checker.name() + ": " + words_of(*failure);
      return true;
    }
    if (failure->code == FailureCode::kAuth) gate.key_refused(now_, words_of(*failure));
    gate.failed(now_, words_of(*failure), failure->retry_after);
    say(checker.name(), words_of(*failure));
    return false;
  }

  void say(const std::string& name, const std::string& what) {
    report_.why += (report_.why.empty() ? "" : "; ") + name + ": " + what;
  }

  StepContext& context_;
  const std::string operation_;
  const std::string payment_id_;
  Time now_;
  bool asked_ = false;
  LookUpReport report_;
};

std::vector<Post> without_repeats(std::vector<Post> posts) {
  std::set<std::string> seen;
  std::erase_if(posts, [&](const Post& post) { return !seen.insert(post.shortcode).second; });
  return posts;
}

}  // namespace

LookUpReport look_up_profile(StepContext& context, const std::string& username, const std::string& payment_id,
                             Time now) {
  Trial trial(context, "check", payment_id, now);
  return trial.run(context.checkers, [&](ProfileChecker& checker, Time at, std::vector<Exchange>& exchanges) {
    Reply<Profile> reply = checker.check(username, at);
    exchanges = std::move(reply.exchanges);
    if (!reply.ok()) return std::optional{reply.failure()};
    if (lower(reply.value().username) != username)
      return std::optional{
          Failure{.code = FailureCode::kBadResponse, .message = "answered for another user than the one asked for"}};
    if (reply.value().is_private) return std::optional{Failure{.code = FailureCode::kPrivate}};
    return std::optional<Failure>{};
  });
}

PostsLookUp look_up_posts(StepContext& context, const std::string& username, PostKind kind,
                          const std::string& payment_id, Time now) {
  std::vector<ProfileChecker*> able;
  std::copy_if(context.checkers.begin(), context.checkers.end(), std::back_inserter(able),
               [](const ProfileChecker* c) { return c->can_list_posts(); });
  PostsLookUp result;
  Trial trial(context, "media", payment_id, now);
  static_cast<LookUpReport&>(result) =
      trial.run(able, [&](ProfileChecker& checker, Time at, std::vector<Exchange>& exchanges) {
        Reply<std::vector<Post>> reply = checker.latest_posts(username, context.settings.likes_posts, kind, at);
        exchanges = std::move(reply.exchanges);
        if (!reply.ok()) return std::optional{reply.failure()};
        result.posts = without_repeats(reply.value());
        return std::optional<Failure>{};
      });
  return result;
}

}  // namespace smmhost
