#include "core/fulfilment/import_orders.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "core/fulfilment/past.h"
#include "core/fulfilment/payment_draft.h"
#include "core/fulfilment/settle_payment.h"

namespace smmhost {
namespace {

constexpr const char* kFromEarlier = "from the earlier program: ";

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return value;
}

std::string lower_ascii(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

bool is_finished(const EarlierPayment& row) {
  return row.finished != "" && row.finished != "0" && lower_ascii(row.finished) != "false" && row.finished != "f";
}

bool is_cancellation(const std::string& status_alias) {
  return status_alias == "cancelled" || status_alias == "refused" || status_alias == "refunded";
}

// The words that its look-up wrote for a profile it would not buy for.
bool was_never_public(const std::string& profile_status) {
  return profile_status == "private" || profile_status == "error" || profile_status == "pending" ||
         profile_status == "invalid";
}

struct Verdict {
  ImportFate fate = ImportFate::kToReview;
  std::string why;
};

Verdict judge(const EarlierPayment& row) {
  if (is_finished(row)) return {ImportFate::kFinished, "finished there"};
  const std::string profile = lower_ascii(row.profile_status);
  if (profile == "public")
    return {ImportFate::kToReview, "its profile was public and it was not finished; it may have been bought"};
  if (!was_never_public(profile))
    return {ImportFate::kToReview, "its profile status says nothing; it may have been bought"};
  if (row.status_alias == "delivered")
    return {ImportFate::kToReview, "the shop was told that its order is delivered, and it was not finished"};
  if (is_cancellation(row.status_alias)) return {ImportFate::kCancelled, "the shop cancelled it before it was bought"};
  return {ImportFate::kToFulfil, "its profile was never public there, so it was never bought"};
}

Payment payment_of(const EarlierPayment& row, std::int64_t order_id, const Verdict& verdict, Time now) {
  Payment payment;
  payment.id = row.id;
  payment.order_id = order_id;
  payment.status_alias = row.status_alias;
  payment.customer_name = row.customer_name;
  payment.email = row.email;
  payment.phone_full_number = row.phone_full_number;
  payment.item_sku = row.item_sku;
  payment.item_quantity = whole_number(row.item_quantity).value_or(0);
  payment.customization = row.customization;
  payment.created_at = now;
  payment.updated_at = now;
  switch (verdict.fate) {
    case ImportFate::kFinished:
      payment.finished = true;
      payment.profile_status = ProfileStatus::kPublic;
      payment.state = row.status_alias == "delivered" ? PaymentState::kDelivered : PaymentState::kCompleted;
      break;
    case ImportFate::kToFulfil:
      payment.due_at = now;  // `received`: the profile is looked up here
      break;
    case ImportFate::kCancelled:
      payment.state = PaymentState::kCancelled;
      payment.reason = Reason::kCancelledByShop;
      break;
    default:
      payment.state = PaymentState::kReview;
      payment.reason = Reason::kImported;
      payment.reason_detail = verdict.why;
  }
  return payment;
}

class Importer {
 public:
  Importer(Store* store, Time now, ImportMode mode) : store_(store), now_(now), mode_(mode) {}

  std::vector<ImportedRow> run(const EarlierShop& earlier) {
    for (const EarlierProduct& product : earlier.products) take_product(product);
    for (const auto& [order_id, rows] : orders_of(earlier)) take_order(order_id, rows);
    return std::move(report_);
  }

 private:
  using Rows = std::vector<const EarlierPayment*>;

  void report(const std::string& id, const std::string& sku, ImportFate fate, const std::string& why) {
    report_.push_back({id, sku, fate, why});
  }

  bool writes() const { return mode_ == ImportMode::kImport; }

  void commit(const Changes& changes) const {
    if (store_->commit(changes) != CommitOutcome::kCommitted)
      throw StoreUnavailable("the database did not take an order; is a host running on it?");
  }

  // Products.

  void take_product(const EarlierProduct& row) {
    const std::optional<std::int64_t> base = whole_number(row.base_quantity);
    if (row.sku.empty() || row.service_id.empty() || row.api.empty() || !base || *base <= 0)
      return report(row.sku, row.sku, ImportFate::kUnusable, "the product has no service, provider or quantity");
    if (store_ != nullptr && store_->product(row.sku))
      return report(row.sku, row.sku, ImportFate::kKnown, "a product with this SKU is here already");
    const std::string type = lower_ascii(row.type);
    if (writes()) {
      Product product{
          .sku = row.sku, .service_id = row.service_id, .api = row.api, .base_quantity = *base, .type = type};
      product.created_at = now_;
      product.updated_at = now_;
      if (store_->put_product(product) != CommitOutcome::kCommitted)
        throw StoreUnavailable("the database did not take the product " + row.sku);
    }
    report(row.sku, row.sku, ImportFate::kProduct,
           target_of_type(type) ? "service " + row.service_id + " at " + row.api
                                : "its type \"" + type + "\" is not fulfilled by this program; its lines are held");
  }

  // Orders.

  std::map<std::int64_t, Rows> orders_of(const EarlierShop& earlier) {
    std::map<std::int64_t, Rows> orders;
    for (const EarlierPayment& row : earlier.payments) {
      const std::optional<std::int64_t> order_id = whole_number(row.order_id);
      if (row.id.empty() || !order_id || *order_id <= 0)
        report(row.id, row.item_sku, ImportFate::kUnusable, "it has no order id that is a number");
      else
        orders[*order_id].push_back(&row);
    }
    return orders;
  }

  void take_order(std::int64_t order_id, const Rows& rows) {
    if (store_ != nullptr && store_->mark(imported_order_mark(order_id))) return known(rows, "imported before");
    const std::vector<PaymentDetail> present =
        store_ == nullptr ? std::vector<PaymentDetail>{} : store_->payments_of_order(order_id);
    if (!present.empty()) return meet(order_id, rows, present);
    Changes changes;
    for (const EarlierPayment* row : rows) {
      const Verdict verdict = judge(*row);
      const Payment payment = payment_of(*row, order_id, verdict, now_);
      Event event{.payment_id = payment.id, .at = now_, .kind = "state", .actor = "operator"};
      event.to = to_string(payment.state);
      event.why = kFromEarlier + verdict.why;
      changes.payments.push_back(payment);
      changes.events.push_back(std::move(event));
      report(row->id, row->item_sku, verdict.fate, verdict.why);
    }
    store_order(order_id, std::move(changes));
  }

  void known(const Rows& rows, const std::string& why) {
    for (const EarlierPayment* row : rows) report(row->id, row->item_sku, ImportFate::kKnown, why);
  }

  // The order came here from the shop as well. What is not bought yet may have been bought there.
  void meet(std::int64_t order_id, const Rows& rows, const std::vector<PaymentDetail>& present) {
    Changes changes;
    for (const PaymentDetail& line : present) add_doubt(line, changes);
    known(rows, changes.payments.empty() ? "the order is here already, and nothing of it waits to be bought"
                                         : "the order is here already; what is not bought of it goes to review");
    store_order(order_id, std::move(changes));
  }

  void add_doubt(const PaymentDetail& line, Changes& changes) const {
    const Payment& payment = line.payment;
    if (is_end(payment.state) || payment.finished || is_in_doubt(payment) || !nothing_was_bought(line.placements))
      return;
    PaymentDraft draft(line, now_, "operator");
    draft.drop_unbought("the earlier program has this order too");
    draft.move(PaymentState::kReview, Reason::kImported,
               "the earlier program has this order too and may have bought it");
    Changes own = draft.changes();
    own.payments.front().due_at.reset();
    own.payments.front().lease_owner.clear();
    changes.payments.push_back(std::move(own.payments.front()));
    changes.placements.insert(changes.placements.end(), own.placements.begin(), own.placements.end());
    changes.events.insert(changes.events.end(), own.events.begin(), own.events.end());
  }

  // The mark of the whole database comes before its first order: an import that was cut off is respected too.
  void store_order(std::int64_t order_id, Changes changes) {
    if (!writes()) return;
    if (!std::exchange(marked_, true)) {
      Changes first;
      first.marks = {mark_of_import(now_)};
      commit(first);
    }
    changes.marks = {{imported_order_mark(order_id), to_iso8601(now_)}};
    commit(changes);
  }

  Store* const store_;
  const Time now_;
  const ImportMode mode_;
  bool marked_ = false;
  std::vector<ImportedRow> report_;
};

}  // namespace

std::string_view to_string(ImportFate fate) {
  switch (fate) {
    case ImportFate::kFinished:
      return "finished";
    case ImportFate::kToFulfil:
      return "to_fulfil";
    case ImportFate::kToReview:
      return "to_review";
    case ImportFate::kCancelled:
      return "cancelled";
    case ImportFate::kProduct:
      return "product";
    case ImportFate::kKnown:
      return "known";
    case ImportFate::kUnusable:
      return "unusable";
  }
  return "unusable";
}

std::vector<ImportedRow> import_orders(Store* store, const EarlierShop& earlier, Time now, ImportMode mode) {
  return Importer(store, now, mode).run(earlier);
}

}  // namespace smmhost
