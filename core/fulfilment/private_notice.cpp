#include "core/fulfilment/private_notice.h"

#include <algorithm>

namespace smmhost {
namespace {

std::optional<ShopUpdate> renewed(std::optional<ShopUpdate> update, std::int64_t order_id,
                                  const std::string& status_alias, Time now) {
  if (update && update->state != ShopUpdateState::kSuperseded) return std::nullopt;
  if (!update) {
    update.emplace();
    update->id = shop_update_id(order_id, status_alias);
    update->order_id = order_id;
    update->status_alias = status_alias;
    update->created_at = now;
  }
  update->state = ShopUpdateState::kPending;
  update->attempts = 0;
  update->due_at = now;
  return update;
}

}  // namespace

std::string shop_update_id(std::int64_t order_id, const std::string& status_alias) {
  return std::to_string(order_id) + '/' + status_alias;
}

std::optional<ShopUpdate> queue_update(StepContext& context, std::int64_t order_id, const std::string& status_alias,
                                       Time now) {
  return renewed(context.store.shop_update(shop_update_id(order_id, status_alias)), order_id, status_alias, now);
}

std::optional<ShopUpdate> queue_update(const std::vector<ShopUpdate>& of_order, std::int64_t order_id,
                                       const std::string& status_alias, Time now) {
  const std::string id = shop_update_id(order_id, status_alias);
  const auto present = std::find_if(of_order.begin(), of_order.end(), [&](const ShopUpdate& u) { return u.id == id; });
  return renewed(present == of_order.end() ? std::nullopt : std::optional(*present), order_id, status_alias, now);
}

bool some_line_is_private(const std::vector<PaymentDetail>& lines, const std::string& except) {
  return std::any_of(lines.begin(), lines.end(), [&](const PaymentDetail& line) {
    const Payment& p = line.payment;
    return p.id != except && p.profile_status == ProfileStatus::kPrivate && !is_end(p.state) && !p.archived;
  });
}

void notice_private(StepContext& context, PaymentDraft& draft) {
  const std::string& status = context.settings.status_when_private;
  if (status.empty()) return;
  if (auto update = queue_update(context, draft.payment().order_id, status, draft.now())) {
    draft.tell(*update);
    draft.note("shop", "the shop will be told \"" + status + "\": the profile is private");
  }
}

void notice_opened(StepContext& context, PaymentDraft& draft) {
  const std::int64_t order_id = draft.payment().order_id;
  const FulfilmentSettings& settings = context.settings;
  if (settings.status_when_private.empty()) return;
  std::optional<ShopUpdate> notice = context.store.shop_update(shop_update_id(order_id, settings.status_when_private));
  if (!notice || some_line_is_private(context.store.payments_of_order(order_id), draft.payment().id)) return;

  if (notice->state == ShopUpdateState::kPending) {
    notice->state = ShopUpdateState::kSuperseded;
    notice->due_at.reset();
    draft.tell(*notice);
    draft.note("shop", "the shop need not be told \"" + settings.status_when_private + "\": the profile opened");
  } else if (notice->state == ShopUpdateState::kTold && !settings.status_when_public_again.empty()) {
    if (auto update = queue_update(context, order_id, settings.status_when_public_again, draft.now())) {
      draft.tell(*update);
      draft.note("shop", "the shop will be told \"" + settings.status_when_public_again + "\": the profile opened");
    }
  }
}

}  // namespace smmhost
