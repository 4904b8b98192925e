// A draft: what one step wants to change of a payment and its placements, with an event for every change of state.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/fulfilment/settings.h"
#include "core/ports/store.h"

namespace smmhost {

// Not thread safe; lives inside one step. Indexes are those of `placements()`.
class PaymentDraft {
 public:
  // `actor` is written into the events: "engine" or "operator".
  PaymentDraft(PaymentDetail rows, Time now, std::string actor);

  Time now() const { return now_; }
  const Payment& payment() const { return rows_.payment; }
  const std::vector<Placement>& placements() const { return rows_.placements; }
  std::optional<std::size_t> index_of(const std::string& placement_id) const;

  // For fields other than the state.
  Payment& edit() { return rows_.payment; }
  Placement& edit(std::size_t index);

  // The id, the payment's id and the times are given here; the state is kIntent.
  Placement& add(Placement placement, const std::string& why);

  void move(PaymentState to, Reason reason, const std::string& detail);
  void move(std::size_t index, PlacementState to, const std::string& why, const std::string& exchange_id = {});

  // A purchase that was planned and is not wanted any more; nothing was bought with it.
  void drop(std::size_t index, const std::string& why);
  void drop_unbought(const std::string& why);

  void note(const std::string& kind, const std::string& why, const std::string& placement_id = {},
            const std::string& exchange_id = {});
  void attach(const std::vector<Exchange>& exchanges);
  void tell(ShopUpdate update);

  // Applies a cancellation of the shop and derives the payment from its placements.
  void settle(const FulfilmentSettings& settings);

  // When the payment wants to be looked at next: now, if a step says nothing else; never, if nullopt.
  void rest_until(std::optional<Time> due) { next_ = due; }
  std::optional<Time> next() const { return next_; }
  bool has_more_to_do() const { return next_ && *next_ <= now_; }

  Changes changes() const;
  const PaymentDetail& rows() const { return rows_; }
  // The rows as they are once `changes` is committed.
  PaymentDetail committed() const;
  // Whether `stored` holds what this draft wrote; what a commit in doubt is judged by.
  bool landed_in(const PaymentDetail& stored) const;

 private:
  Event event(const std::string& kind, const std::string& placement_id) const;

  PaymentDetail rows_;
  const Time now_;
  const std::string actor_;
  std::vector<bool> changed_;  // one a placement
  std::vector<Event> events_;
  std::vector<Exchange> exchanges_;
  std::vector<ShopUpdate> shop_updates_;
  std::optional<Time> next_;
};

}  // namespace smmhost
