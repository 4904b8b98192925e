// The store's write primitive, for a batch of commits that are independent of each other.
#include "host/store/postgres/commit.h"

#include <algorithm>
#include <map>
#include <span>

#include "host/store/postgres/failure.h"
#include "host/store/postgres/rows.h"
#include "host/store/postgres/statements.h"

namespace smmhost::postgres {
namespace {

using Batch = std::span<CommitRequest* const>;

// How often a deadlock or serialisation failure is tried again.
constexpr int kAttempts = 4;

std::string link_of(const Placement& p) {
  return p.provider + '\0' + p.service_id + '\0' + p.link;
}

struct Parts {
  Rows payments, placements, shop_updates, providers, exchanges, events, marks;
  bool ends = false;
};

void add(Parts& parts, std::int32_t number, const Changes& changes) {
  for (const Payment& payment : changes.payments) {
    add_payment(parts.payments, number, payment);
    parts.ends = parts.ends || is_end(payment.state);
  }
  for (const Placement& placement : changes.placements) add_placement(parts.placements, number, placement);
  for (const ShopUpdate& update : changes.shop_updates) add_shop_update(parts.shop_updates, number, update);
  for (const ProviderStatus& provider : changes.providers) add_provider(parts.providers, number, provider);
  for (const Exchange& exchange : changes.exchanges) add_exchange(parts.exchanges, number, exchange);
  for (const Event& event : changes.events) add_event(parts.events, number, event);
  std::map<std::string, const Mark*> marks;  // of two with one name the last one counts
  for (const Mark& mark : changes.marks) marks[mark.name] = &mark;
  for (const auto& [name, mark] : marks) add_mark(parts.marks, number, *mark);
}

Call call_of(Parts& rows, std::size_t requests) {
  Call call;
  call.parameters.push_back(std::to_string(requests));
  unsigned parts = rows.ends ? kEndsPart : 0U;
  const auto take = [&](Rows& some, unsigned part, std::size_t arrays) {
    if (some.count() == 0) return;
    parts |= part;
    some.move_to(call.parameters, arrays);
  };
  take(rows.payments, kPaymentsPart, kPaymentArrays);
  take(rows.placements, kPlacementsPart, kPlacementArrays);
  take(rows.shop_updates, kShopUpdatesPart, kShopUpdateArrays);
  take(rows.providers, kProvidersPart, kProviderArrays);
  take(rows.exchanges, kExchangesPart, kExchangeArrays);
  take(rows.events, kEventsPart, kEventArrays);
  take(rows.marks, kMarksPart, kMarkArrays);
  call.statement = &commit_statement(parts);
  return call;
}

void set_outcomes(Batch batch, CommitOutcome outcome) {
  for (CommitRequest* request : batch) request->outcome = outcome;
}

void read_outcomes(const pqxx::result& result, Batch batch) {
  set_outcomes(batch, CommitOutcome::kCommitted);
  for (const pqxx::row& row : result) {
    CommitOutcome& outcome = batch[static_cast<std::size_t>(row[0].as<int>() - 1)]->outcome;
    const bool conflict = *row[1].c_str() == 'c';
    if (conflict)
      outcome = CommitOutcome::kConflict;
    else if (outcome == CommitOutcome::kCommitted)
      outcome = CommitOutcome::kLinkBusy;
  }
}

CommitOutcome outcome_of(Failure failure) {
  switch (failure) {
    case Failure::kLinkTaken:
      return CommitOutcome::kLinkBusy;
    case Failure::kExists:
      return CommitOutcome::kConflict;
    case Failure::kInDoubt:
      return CommitOutcome::kInDoubt;
    case Failure::kRetry:
    case Failure::kRefused:
    case Failure::kReadOnly:
      break;
  }
  return CommitOutcome::kUnavailable;
}

// Where a placement leaves a link that another of the same commit takes, the index has to see the first one leave
// before the second one comes, and that takes two statements.
bool passes_a_link(const Changes& changes) {
  std::set<std::string> left;
  for (const Placement& p : changes.placements)
    if (!occupies_link(p.state) && p.version > 0) left.insert(link_of(p));
  return std::any_of(changes.placements.begin(), changes.placements.end(),
                     [&](const Placement& p) { return occupies_link(p.state) && left.contains(link_of(p)); });
}

void commit_in_two_steps(Connection& db, CommitRequest& request) {
  Changes leaving;
  Changes rest = request.changes;
  const auto taking = std::stable_partition(rest.placements.begin(), rest.placements.end(),
                                            [](const Placement& p) { return !occupies_link(p.state); });
  leaving.placements.assign(rest.placements.begin(), taking);
  rest.placements.erase(rest.placements.begin(), taking);
  CommitRequest* const one = &request;
  pqxx::work transaction(db.raw());
  for (const Changes* step : {&leaving, &rest}) {
    Parts parts;
    add(parts, 1, *step);
    const Call call = call_of(parts, 1);
    read_outcomes(db.run_within(transaction, *call.statement, call.parameters), Batch(&one, 1));
    if (request.outcome != CommitOutcome::kCommitted) return;
  }
  transaction.commit();
}

void write(Connection& db, Batch batch) {
  if (batch.size() == 1 && passes_a_link(batch.front()->changes)) {
    commit_in_two_steps(db, *batch.front());
    return;
  }
  Parts parts;
  std::int32_t number = 0;
  for (const CommitRequest* request : batch) add(parts, ++number, request->changes);
  const Call call = call_of(parts, batch.size());
  read_outcomes(db.run(*call.statement, call.parameters), batch);
}

// What failed, or nothing.
std::optional<Failure> try_to_write(Connections& connections, Batch batch) {
  Connections::Lease db = connections.take();
  try {
    write(*db, batch);
    connections.note_success();
    return std::nullopt;
  } catch (const std::exception& error) {
    return take_failure(error, connections, db);
  }
}

void write_alone(Connections& connections, Batch one) {
  for (int attempt = 1;; ++attempt) {
    const std::optional<Failure> failure = try_to_write(connections, one);
    if (!failure) return;
    if (failure == Failure::kRetry && attempt < kAttempts) continue;
    set_outcomes(one, outcome_of(*failure));
    return;
  }
}

// A request that the server refuses takes the whole batch with it; alone, each gets what is its own.
void write_together(Connections& connections, Batch batch) {
  if (batch.size() > 1) {
    const std::optional<Failure> failure = try_to_write(connections, batch);
    if (!failure) return;
    if (failure == Failure::kInDoubt) {
      set_outcomes(batch, CommitOutcome::kInDoubt);
      return;
    }
  }
  for (std::size_t i = 0; i < batch.size(); ++i) write_alone(connections, batch.subspan(i, 1));
}

}  // namespace

std::set<std::string> CommitRequest::keys() const {
  std::set<std::string> keys;
  for (const Payment& payment : changes.payments) keys.insert("p" + payment.id);
  for (const Placement& placement : changes.placements) {
    keys.insert("l" + placement.id);
    keys.insert("k" + link_of(placement));
    if (!placement.provider_order_id.empty())
      keys.insert("o" + placement.provider + '\0' + placement.provider_order_id);
  }
  for (const ShopUpdate& update : changes.shop_updates) keys.insert("u" + update.id);
  for (const ProviderStatus& provider : changes.providers) keys.insert("s" + provider.name);
  for (const Mark& mark : changes.marks) keys.insert("m" + mark.name);
  return keys;
}

void commit_batch(Connections& connections, const std::vector<CommitRequest*>& batch) {
  set_outcomes(batch, CommitOutcome::kUnavailable);
  // One that needs two statements is written alone, after the others.
  std::vector<CommitRequest*> ordered = batch;
  const auto alone = std::stable_partition(ordered.begin(), ordered.end(),
                                           [](const CommitRequest* r) { return !passes_a_link(r->changes); });
  try {
    write_together(connections, Batch(ordered.begin(), alone));
    for (auto each = alone; each != ordered.end(); ++each) write_alone(connections, Batch(each, each + 1));
  } catch (const StoreUnavailable&) {
    // Whatever was not tried stays unavailable.
  }
}

}  // namespace smmhost::postgres
