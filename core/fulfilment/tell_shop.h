// Step: telling the shop what waits in the outbox. At least once from here; the shop's adapter reads before it writes.
//
//   told, or had it already                    -> told; a `delivered` makes the order's completed lines delivered, in
//                                                 the same commit
//   not allowed, refused, credentials refused  -> refused, with an event for a person; never with a backoff
//   anything that can be repeated              -> again after a backoff
//   no longer true                             -> superseded, without telling
//
// An order's updates are told in the order in which they were queued. What a person asks to be told is told at once, as
// asked, and takes the place of what was waiting.
//
// What was refused is queued again by queue_refused_again: after a start, because the credentials may be new; and once
// a day, because the order may have moved on in the shop. A status that the shop took once is not told again.
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

// What the engine itself had queued and the shop refused.
enum class Refusals {
  kOfOurConfiguration,  // our credentials, or a status the shop does not have
  kOfAnyCause,          // refused a day ago or longer, and not given up: two weeks old at most
};

// Queues refused updates again where they are still true; the others are superseded. Returns how many were queued.
int queue_refused_again(StepContext& context, Refusals which, Time now);

// At most `limit`, claimed a few at a time: a host that stops gives out no more of them, and is not kept by the rest.
// After one that failed they are claimed one by one.
TellReport tell_shop_updates(StepContext& context, Time now, int limit);

std::optional<ShopUpdate> tell_as_person(StepContext& context, std::int64_t order_id, const std::string& status_alias,
                                         Time now);

}  // namespace smmhost
