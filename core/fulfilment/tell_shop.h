// Step: telling the shop what waits in the outbox. At least once from here; the shop's adapter reads before it writes.
//
//   told, or had it already        -> told; a `delivered` makes the order's completed lines delivered, in the same
//   commit not allowed, refused, unknown  -> refused, with an event for a person anything that can be repeated  ->
//   again after a backoff no longer true                 -> superseded, without telling
//
// An order's updates are told in the order in which they were queued. What a person asks to be told is told at once, as
// asked, and takes the place of what was waiting.
#pragma once

#include <optional>
#include <string>

#include "core/domain/shop_update.h"
#include "core/fulfilment/step_context.h"

namespace smmhost {

struct TellReport {
  int tried = 0;
  int told = 0;
  int failed = 0;
};

TellReport tell_shop_updates(StepContext& context, Time now, int limit);

std::optional<ShopUpdate> tell_as_person(StepContext& context, std::int64_t order_id, const std::string& status_alias,
                                         Time now);

}  // namespace smmhost
