// What a person may change about a payment, and what follows from it.
#include "host/server/payment_edit.h"

#include <algorithm>
#include <array>

#include "core/fulfilment/plan_placements.h"
#include "core/fulfilment/settle_payment.h"
#include "host/server/json_views.h"
#include "host/server/problem.h"

namespace smmhost {
namespace {

constexpr std::size_t kLongestText = 4096;
constexpr std::array<std::string_view, 9> kEditable{"customization",  "item_sku",          "item_quantity",
                                                    "profile_status", "finished",          "customer_name",
                                                    "email",          "phone_full_number", "status_alias"};

bool is_open(PlacementState s) {
  return s == PlacementState::kSent || s == PlacementState::kAccepted || s == PlacementState::kInProgress ||
         s == PlacementState::kUnknown;
}

bool any_placement(const PaymentDetail& detail, bool (*wanted)(PlacementState)) {
  return std::any_of(detail.placements.begin(), detail.placements.end(),
                     [&](const Placement& p) { return wanted(p.state); });
}

ServerResponse conflict(const std::string& why, const std::string& hint = {}) {
  return problem(409, why, hint);
}

// Reads fields and collects what is wrong with them, so that one answer names everything.
class FieldReader {
 public:
  explicit FieldReader(const Json& body) : body_(body) {}

  void text(const char* name, std::optional<std::string>& field) {
    const Json* const value = find(name);
    if (!value) return;
    if (!value->is_string() || value->get_ref<const std::string&>().size() > kLongestText)
      wrong(name, "must be a text of at most " + std::to_string(kLongestText) + " bytes");
    else
      field = value->get<std::string>();
  }

  void quantity(const char* name, std::optional<std::int64_t>& field) {
    const Json* const value = find(name);
    if (!value) return;
    field = integer_of(*value);
    if (!field || *field < 1 || *field > 1'000'000'000) wrong(name, "must be an integer from 1 to 1000000000");
  }

  void flag(const char* name, std::optional<bool>& field) {
    const Json* const value = find(name);
    if (!value) return;
    if (value->is_boolean())
      field = value->get<bool>();
    else if (const auto number = integer_of(*value); number && (*number == 0 || *number == 1))
      field = *number == 1;
    else
      wrong(name, "must be 0 or 1");
  }

  void profile(const char* name, std::optional<ProfileStatus>& field) {
    const Json* const value = find(name);
    if (!value) return;
    if (value->is_string()) field = parse_profile_status(value->get<std::string>());
    if (!field) wrong(name, "must be pending, public, private or error");
  }

  void wrong(const std::string& name, const std::string& why) {
    wrongs_ += (wrongs_.empty() ? "" : "; ") + name + " " + why;
  }
  const std::string& wrongs() const { return wrongs_; }

 private:
  const Json* find(const char* name) const {
    const auto found = body_.find(name);
    return found == body_.end() ? nullptr : &*found;
  }

  const Json& body_;
  std::string wrongs_;
};

// Ends a purchase that was not sent, as the engine does with a plan that is not needed any more.
void end_unsent(Placement placement, const std::string& why, Time now, Changes& changes) {
  changes.events.push_back({.payment_id = placement.payment_id,
                            .placement_id = placement.id,
                            .at = now,
                            .kind = "state",
                            .from = std::string(to_string(placement.state)),
                            .to = std::string(to_string(PlacementState::kCanceled)),
                            .why = why,
                            .actor = "operator"});
  placement.state = PlacementState::kCanceled;
  placement.reason = Reason::kNone;
  placement.reason_detail.clear();
  placement.due_at.reset();
  placement.updated_at = std::max(now, placement.updated_at);
  changes.placements.push_back(std::move(placement));
}

void end_all_unsent(const PaymentDetail& present, const std::string& why, Time now, Changes& changes) {
  for (const Placement& placement : present.placements)
    if (is_unbought(placement)) end_unsent(placement, why, now, changes);
}

// Unsent rows are written again unchanged: whoever was about to send one read an older version and cannot any more.
void fence_unsent(const PaymentDetail& present, Time now, Changes& changes) {
  for (Placement placement : present.placements) {
    if (!is_unbought(placement)) continue;
    placement.updated_at = std::max(now, placement.updated_at);
    changes.placements.push_back(std::move(placement));
  }
}

// A person who has a payment bought knows of the cancellation before it.
void start_again(Payment& payment, Time now) {
  if (payment.reason == Reason::kPaidAfterCancellation) payment.cancel_requested = false;
  payment.state = PaymentState::kReceived;
  payment.reason = Reason::kNone;
  payment.reason_detail.clear();
  payment.username.clear();
  payment.finished = false;
  payment.profile_waiting_since.reset();
  payment.profile_checks = 0;
  payment.due_at = now;
  payment.lease_owner.clear();
}

// Sets `field` to `value` where that changes it, and remembers its name.
template <class T>
bool assign(T& field, const std::optional<T>& value, const char* name, std::string& changed) {
  if (!value || field == *value) return false;
  field = *value;
  changed += (changed.empty() ? "" : ", ") + std::string(name);
  return true;
}

std::optional<ServerResponse> refuse_any_edit(const PaymentDetail& present) {
  const Payment& payment = present.payment;
  if (payment.archived) return conflict("The payment was deleted; it is kept because money was spent on it.");
  if (is_end(payment.state))
    return conflict("The payment has ended (" + std::string(to_string(payment.state)) + ") and stays as it is.");
  if (any_placement(present, [](PlacementState s) { return s == PlacementState::kSent; }))
    return conflict("The payment is being bought right now.", "Try again in a minute.");
  return std::nullopt;
}

std::optional<ServerResponse> finish(const PaymentDetail& present, Payment& payment, Time now, Changes& changes) {
  if (any_placement(present, is_open))
    return conflict("A purchase of this payment is still running or its outcome is unknown.",
                    "Wait for it, or decide it under /api/review.");
  if (payment.state == PaymentState::kReview && !waits_without_purchase(present))
    return conflict("A purchase of this payment waits for a decision.", "Decide it under /api/review.");
  end_all_unsent(present, "marked finished by a person before it was bought", now, changes);
  if (payment.reason == Reason::kPaidAfterCancellation) payment.cancel_requested = false;
  payment.state = PaymentState::kCompleted;
  payment.reason = Reason::kNone;
  payment.reason_detail.clear();
  payment.finished = true;
  payment.due_at.reset();
  payment.lease_owner.clear();
  return std::nullopt;
}

Event edit_event(const PaymentDetail& present, const Payment& payment, std::string why, Time now) {
  Event event{.payment_id = payment.id, .at = now, .kind = "edit", .why = std::move(why), .actor = "operator"};
  if (present.payment.state == payment.state) return event;
  event.from = to_string(present.payment.state);
  event.to = to_string(payment.state);
  return event;
}

}  // namespace

bool waits_without_purchase(const PaymentDetail& detail) {
  return waits_without_purchase(detail.payment, detail.placements);
}

bool was_ever_sent(const PaymentDetail& detail) {
  return std::any_of(detail.placements.begin(), detail.placements.end(), [](const Placement& p) {
    return p.sent_at || (p.state != PlacementState::kIntent && p.state != PlacementState::kCanceled);
  });
}

std::variant<PaymentEdit, ServerResponse> read_payment_edit(const Json& body, const PaymentDetail& present) {
  PaymentEdit edit;
  FieldReader reader(body);
  reader.text("customization", edit.customization);
  reader.text("item_sku", edit.item_sku);
  reader.quantity("item_quantity", edit.item_quantity);
  reader.profile("profile_status", edit.profile_status);
  reader.flag("finished", edit.finished);
  reader.text("customer_name", edit.customer_name);
  reader.text("email", edit.email);
  reader.text("phone_full_number", edit.phone_full_number);
  reader.text("status_alias", edit.status_alias);
  if (edit.item_sku && edit.item_sku->empty()) reader.wrong("item_sku", "must not be empty");
  if (edit.status_alias && edit.status_alias->empty()) reader.wrong("status_alias", "must not be empty");

  const Json shown = Json(payment_view(present));
  for (const auto& [name, value] : body.items()) {
    if (std::find(kEditable.begin(), kEditable.end(), name) != kEditable.end()) continue;
    const auto found = shown.find(name);
    if (found == shown.end())
      reader.wrong(name, "is not a field of a payment");
    else if (*found != value)
      reader.wrong(name, "cannot be changed");
  }
  if (!reader.wrongs().empty()) return problem(400, reader.wrongs());
  return edit;
}

std::variant<Changes, ServerResponse> apply_payment_edit(const PaymentEdit& edit, const PaymentDetail& present,
                                                         Time now) {
  if (auto refused = refuse_any_edit(present)) return *std::move(refused);
  now = std::max(now, present.payment.updated_at);
  Payment payment = present.payment;
  Changes changes;
  std::string changed;
  assign(payment.customer_name, edit.customer_name, "customer_name", changed);
  assign(payment.email, edit.email, "email", changed);
  assign(payment.phone_full_number, edit.phone_full_number, "phone_full_number", changed);
  assign(payment.status_alias, edit.status_alias, "status_alias", changed);

  const bool new_text = assign(payment.customization, edit.customization, "customization", changed);
  bool again = new_text;
  again |= assign(payment.item_sku, edit.item_sku, "item_sku", changed);
  again |= assign(payment.item_quantity, edit.item_quantity, "item_quantity", changed);
  if (again) payment.profile_status = ProfileStatus::kPending;
  if (new_text) payment.customization_borrowed = false;
  again |= assign(payment.profile_status, edit.profile_status, "profile_status", changed);
  const bool restart = edit.finished && !*edit.finished && payment.finished;
  if (restart) changed += (changed.empty() ? "" : ", ") + std::string("finished");
  if (again || restart) {
    if (is_in_doubt(present.payment))
      return conflict("Nobody knows yet whether this payment was bought already.",
                      "Decide it under /api/review first.");
    if (!nothing_was_bought(present.placements))
      return conflict("Something was bought for this payment already; it is not bought again.",
                      "Its placements are shown with the payment; what is open is decided under /api/review.");
    start_again(payment, now);
    fence_unsent(present, now, changes);
  }
  if (edit.finished && *edit.finished && !payment.finished) {
    changed += (changed.empty() ? "" : ", ") + std::string("finished");
    changes.placements.clear();
    if (auto refused = finish(present, payment, now, changes)) return *std::move(refused);
  }
  if (changed.empty()) return Changes{};
  payment.updated_at = now;
  changes.events.push_back(edit_event(present, payment, "changed by hand: " + changed, now));
  changes.payments.push_back(std::move(payment));
  return changes;
}

std::variant<Changes, ServerResponse> archive_payment(const PaymentDetail& present, Time now) {
  if (any_placement(present, [](PlacementState s) { return s == PlacementState::kSent; }))
    return conflict("The payment is being bought right now.", "Try again in a minute.");
  now = std::max(now, present.payment.updated_at);
  Payment payment = present.payment;
  Changes changes;
  if (!is_end(payment.state)) {
    end_all_unsent(present, "the payment was deleted before it was bought", now, changes);
    for (Placement& placement : changes.placements) {
      placement.reason = Reason::kGivenUp;
      placement.given_up = true;
    }
    payment.due_at = now;  // the engine settles what is left
    payment.lease_owner.clear();
  }
  payment.archived = true;
  payment.updated_at = now;
  changes.events.push_back(
      edit_event(present, payment, "deleted by hand; kept, because something was sent to a provider", now));
  changes.payments.push_back(std::move(payment));
  return changes;
}

}  // namespace smmhost
