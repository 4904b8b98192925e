// A shop update: a status that the shop must be told; a row of the outbox.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain/time.h"

namespace smmhost {

enum class ShopUpdateState {
  kPending,
  kTold,        // the shop confirmed, or had the status already
  kRefused,     // the shop refused (400, 401, 403, 404, 422); a person should look
  kSuperseded,  // no longer true before it was told
};

std::string_view to_string(ShopUpdateState state);
std::optional<ShopUpdateState> parse_shop_update_state(std::string_view text);

struct ShopUpdate {
  // "{order id}/{status alias}" or, for what a person asks again, with "/{n}". Derived: writing it twice is one row.
  std::string id;
  std::int64_t order_id = 0;
  std::string status_alias;  // delivered, shipment_exception, ...
  ShopUpdateState state = ShopUpdateState::kPending;
  std::int32_t attempts = 0;
  std::string last_error;  // the failure's word and what it says: "auth: ..."
  // kPending: when it is told. kRefused: not tried again by itself before. Else empty.
  std::optional<Time> due_at;
  std::int64_t version = 0;  // 0: not stored yet
  Time created_at{};
  std::optional<Time> told_at;
};

// A person asked for it; the engine's own have an id without a number.
inline bool is_asked_by_person(const ShopUpdate& update) {
  return update.id != std::to_string(update.order_id) + '/' + update.status_alias;
}

}  // namespace smmhost
