#include "host/plugin/plugin_provider.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "host/plugin/plugin_call.h"

namespace smmhost {
namespace {

constexpr std::size_t kMaxIds = 100;
constexpr std::uint64_t kMaxRows = 200'000;
constexpr std::size_t kMaxIdBytes = 200;
constexpr std::size_t kMaxTextBytes = 500;

Operation operation_of(std::uint32_t number, std::string_view name, const void* input, Time now,
                       std::int32_t attempt = 1) {
  return {SMM_PROVIDER_ID, number, name, input, attempt, now};
}

template <class Input>
Input sized() {
  Input input{};
  input.struct_size = sizeof(Input);
  return input;
}

// Three capitals, or nothing where it is not known (smm/abi.h).
bool is_currency(std::string_view text) {
  return text.empty() ||
         (text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
}

Failure bad_currency(const smm_str& currency) {
  return bad_result("the currency `" + presentable(view(currency), 24) + "`, which is not three capitals");
}

// A row or result that tells a charge in a currency that is none.
template <class Row>
bool has_bad_charge(const Row& row) {
  return (row.has & SMM_HAS_CHARGE) != 0 && !is_currency(view(row.currency));
}

// Without a charge that cannot be believed.
template <class Row>
std::optional<Money> charge_of(const Row& row) {
  if ((row.has & SMM_HAS_CHARGE) == 0 || has_bad_charge(row)) return std::nullopt;
  return Money{row.charge_micros, copy(row.currency)};
}

std::optional<std::int64_t> number_if(bool told, std::int64_t value) {
  return told ? std::optional(value) : std::nullopt;
}

// Calls `each(row)` for every row; false where the array cannot be read, or has more rows than could be meant.
template <class Row, class Each>
bool for_rows(const Row* rows, std::uint64_t count, Each each) {
  if (count == 0) return true;
  if (rows == nullptr || count > kMaxRows) return false;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto row = smm::runner::read_row(rows, i);
    if (!row) return false;
    each(*row);
  }
  return true;
}

// Placing.

// Refusals that say clearly that nothing was bought. Everything else, after a write has left, is not clear.
bool is_clear_refusal(FailureCode code) {
  switch (code) {
    case FailureCode::kRejected:
    case FailureCode::kAuth:
    case FailureCode::kRateLimited:
    case FailureCode::kNoFunds:
    case FailureCode::kBusyLink:
    case FailureCode::kBadLink:
    case FailureCode::kBadService:
    case FailureCode::kBadQuantity:
    case FailureCode::kConfig:
      return true;
    default:
      return false;
  }
}

std::variant<PlacedOrder, Failure> read_placed(const smm_place_result& result) {
  PlacedOrder placed;
  placed.order_id = storable(view(result.order_id), kMaxIdBytes);
  placed.charge = charge_of(result);
  return placed;
}

// What is wrong with an acceptance; empty where it can be believed.
std::string acceptance_problem(const PlacedOrder& placed, const OperationOutcome& outcome) {
  if (placed.order_id.empty()) return "the plugin reports an order without an order id";
  if (!outcome.answered) return "the plugin reports an order, but no request of it was answered";
  return {};
}

void defend_money(const std::optional<PlacedOrder>& placed, OperationOutcome& outcome) {
  if (!outcome.failure && placed) {
    const std::string problem = acceptance_problem(*placed, outcome);
    if (problem.empty()) return;
    const bool nothing_left = !outcome.write_left && !outcome.answered;
    outcome.failure = Failure{nothing_left ? FailureCode::kInternal : FailureCode::kOutcomeUnknown, {}, problem, {}};
    return;
  }
  if (!outcome.failure || !outcome.write_left || outcome.failure->code == FailureCode::kOutcomeUnknown) return;
  if (!outcome.write_maybe_sent && is_clear_refusal(outcome.failure->code)) return;
  outcome.failure->message = "the purchase may have happened; the plugin says " +
                             std::string(to_string(outcome.failure->code)) + ": " + outcome.failure->message;
  outcome.failure->code = FailureCode::kOutcomeUnknown;
  outcome.failure->retry_after.reset();
}

// Status.

OrderProgress progress_of(std::uint32_t state) {
  switch (state) {
    case SMM_STATE_PENDING:
      return OrderProgress::kPending;
    case SMM_STATE_PROCESSING:
    case SMM_STATE_IN_PROGRESS:
      return OrderProgress::kInProgress;
    case SMM_STATE_COMPLETED:
      return OrderProgress::kCompleted;
    case SMM_STATE_PARTIAL:
      return OrderProgress::kPartial;
    case SMM_STATE_CANCELED:
      return OrderProgress::kCanceled;
    case SMM_STATE_REFUNDED:
      return OrderProgress::kRefunded;
    case SMM_STATE_PROBLEM:
      return OrderProgress::kProblem;
    default:
      return OrderProgress::kUnrecognised;
  }
}

OrderStatus read_status_row(const smm_status_row& row) {
  OrderStatus status;
  status.order_id = copy(row.order_id);
  status.upstream = presentable(view(row.text), kMaxTextBytes);
  if (row.code != SMM_OK) {
    status.error = failure_code(row.code).value_or(FailureCode::kInternal);
    return status;
  }
  status.progress = progress_of(row.state);
  status.charge = charge_of(row);
  status.start_count = number_if((row.has & SMM_HAS_START_COUNT) != 0, row.start_count);
  status.remains = number_if((row.has & SMM_HAS_REMAINS) != 0, row.remains);
  return status;
}

// Rows for ids that were not asked, or twice, say nothing; a row that the upstream left out is left out.
std::variant<std::vector<OrderStatus>, Failure> read_statuses(const smm_status_result& result,
                                                              std::span<const std::string> asked) {
  std::set<std::string_view> open(asked.begin(), asked.end());
  std::vector<OrderStatus> statuses;
  std::optional<Failure> nonsense;
  const bool whole = for_rows(result.rows, result.row_count, [&](const smm_status_row& row) {
    if (open.erase(view(row.order_id)) == 0 || row.code == SMM_BAD_RESPONSE) return;
    if (row.code == SMM_OK && has_bad_charge(row)) nonsense = bad_currency(row.currency);
    statuses.push_back(read_status_row(row));
  });
  if (!whole) return bad_result("an incomplete list of statuses");
  if (nonsense) return std::move(*nonsense);
  return statuses;
}

// Services.

// The price of 1000; 0 where the upstream does not say.
std::int64_t rate_per_thousand(const smm_service_row& row) {
  if (row.rate_micros < 0 || row.rate_per <= 0) return 0;
  if (row.rate_per == 1000) return row.rate_micros;
  if (row.rate_micros > std::numeric_limits<std::int64_t>::max() / 1000) return 0;
  return row.rate_micros * 1000 / row.rate_per;
}

ProviderService read_service(const smm_service_row& row, const std::string& provider) {
  ProviderService service;
  service.provider = provider;
  service.service_id = storable(view(row.service_id), kMaxIdBytes);
  service.name = presentable(view(row.name), kMaxTextBytes);
  service.type = presentable(view(row.type), kMaxTextBytes);
  service.category = presentable(view(row.category), kMaxTextBytes);
  service.rate_micros = rate_per_thousand(row);
  service.min = number_if(row.min > 0, row.min);
  service.max = number_if(row.max > 0, row.max);
  service.refill = (row.flags & SMM_SERVICE_REFILL) != 0;
  service.cancel = (row.flags & SMM_SERVICE_CANCEL) != 0;
  return service;
}

std::variant<std::vector<ProviderService>, Failure> read_services(const smm_services_result& result,
                                                                  const std::string& provider) {
  if (!is_currency(view(result.currency))) return bad_currency(result.currency);
  std::vector<ProviderService> services;
  const bool whole = for_rows(result.rows, result.row_count, [&](const smm_service_row& row) {
    if (row.service_id.size > 0) services.push_back(read_service(row, provider));
  });
  if (!whole) return bad_result("an incomplete list of services");
  return services;
}

// Finding orders.

FoundOrder read_found(const smm_reconcile_row& row) {
  FoundOrder found;
  found.order_id = storable(view(row.order_id), kMaxIdBytes);
  found.service_id = storable(view(row.service_id), kMaxIdBytes);
  found.link = storable(view(row.link), kMaxTextBytes);
  if ((row.has & SMM_HAS_QUANTITY) != 0) found.quantity = row.quantity;
  if ((row.has & SMM_HAS_CREATED) != 0) found.created_at = from_unix_ms(row.created);
  found.charge = charge_of(row);
  return found;
}

std::variant<std::vector<FoundOrder>, Failure> read_found_orders(const smm_reconcile_result& result) {
  std::vector<FoundOrder> orders;
  const bool whole = for_rows(result.rows, result.row_count, [&](const smm_reconcile_row& row) {
    if (row.order_id.size > 0) orders.push_back(read_found(row));
  });
  if (!whole) return bad_result("an incomplete list of orders");
  // Nothing found in a list that may end too early proves nothing, and must not look like proof.
  if (orders.empty() && result.complete != 1)
    return Failure{
        FailureCode::kBadResponse, {}, "the provider's list does not surely reach back to this purchase", {}};
  return orders;
}

// Cancel.

std::variant<bool, Failure> read_cancel(const smm_action_result& result, const std::string& order_id) {
  std::optional<bool> agreed;
  const bool whole = for_rows(result.rows, result.row_count, [&](const smm_action_row& row) {
    if (view(row.order_id) == order_id && !agreed) agreed = row.code == SMM_OK;
  });
  if (!whole || !agreed) return bad_result("no answer about this order");
  return *agreed;
}

// ProviderCapabilities::idempotent_at of it.
std::string idempotent_at(const ServedInstance& served) {
  const auto& operations = served.instance->manifest().operations;
  const auto effect = operations.find("place");
  const bool once_a_key = served.driver.can(SMM_PROVIDER_ID, SMM_PROVIDER_PLACE) && effect != operations.end() &&
                          effect->second == HttpEffect::kWriteIdempotent;
  return once_a_key ? served.instance->recipient() : std::string();
}

}  // namespace

PluginProvider::PluginProvider(std::unique_ptr<PluginInstance> instance, Duration timeout, bool allow_http,
                               const PluginEnvironment& environment)
    : slot_(slot_of("provider", std::move(instance), timeout, allow_http, environment)), environment_(environment) {}

ProviderCapabilities PluginProvider::capabilities() const {
  const auto served = slot_->serving();
  if (!served) return {};
  const auto can = [&](std::uint32_t operation) { return served->driver.can(SMM_PROVIDER_ID, operation); };
  ProviderCapabilities capabilities;
  capabilities.status = can(SMM_PROVIDER_STATUS);
  capabilities.balance = can(SMM_PROVIDER_BALANCE);
  capabilities.services = can(SMM_PROVIDER_SERVICES);
  capabilities.cancel = can(SMM_PROVIDER_CANCEL);
  capabilities.refill = can(SMM_PROVIDER_REFILL);
  capabilities.reconcile = can(SMM_PROVIDER_RECONCILE);
  capabilities.idempotent_at = idempotent_at(*served);
  return capabilities;
}

Reply<PlacedOrder> PluginProvider::place(const PlaceOrder& order, Time now) {
  const auto served = slot_->serving();
  // A reload between the mark and the call: what was stored of this purchase would not be true of it.
  if (served && order.idempotent_at != idempotent_at(*served))
    return {Failure{FailureCode::kInternal, {}, "the plugin was replaced meanwhile; nothing was sent", {}}, {}};
  auto input = sized<smm_place_input>();
  input.service_id = borrow(order.service_id);
  input.link = borrow(order.link);
  input.quantity = order.quantity;
  input.reference = borrow(order.request_key);
  bool bad_charge = false;
  auto [placed, outcome] = call_plugin<PlacedOrder, smm_place_result>(
      *slot_, served.get(), operation_of(SMM_PROVIDER_PLACE, "place", &input, now, order.attempt),
      [&](const smm_place_result& result) {
        bad_charge = has_bad_charge(result);
        return read_placed(result);
      });
  defend_money(placed, outcome);
  // The money is spent all the same. It is not counted against the plugin either: that would keep orders from being
  // sent.
  if (bad_charge && !outcome.failure)
    environment_.log(name(), PluginLogLevel::kWarning,
                     "the plugin is at fault: in place it told a charge in a currency that is not three capitals; the "
                     "order is kept without it");
  return reply_of<PlacedOrder>(std::move(placed), std::move(outcome));
}

Reply<std::vector<OrderStatus>> PluginProvider::status(std::span<const std::string> order_ids, Time now) {
  std::vector<OrderStatus> all;
  std::vector<Exchange> exchanges;
  for (std::size_t from = 0; from < order_ids.size(); from += kMaxIds) {
    const auto batch = order_ids.subspan(from, std::min(kMaxIds, order_ids.size() - from));
    std::vector<smm_str> ids;
    for (const std::string& id : batch) ids.push_back(borrow(id));
    auto input = sized<smm_ids_input>();
    input.ids = ids.data();
    input.id_count = ids.size();
    auto reply = ask_plugin<std::vector<OrderStatus>, smm_status_result>(
        *slot_, operation_of(SMM_PROVIDER_STATUS, "status", &input, now),
        [&](const smm_status_result& result) { return read_statuses(result, batch); });
    std::move(reply.exchanges.begin(), reply.exchanges.end(), std::back_inserter(exchanges));
    if (!reply.ok()) return {reply.failure(), std::move(exchanges)};
    auto& some = std::get<0>(reply.result);
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return {std::move(all), std::move(exchanges)};
}

Reply<Money> PluginProvider::balance(Time now) {
  return ask_plugin<Money, smm_balance_result>(*slot_, operation_of(SMM_PROVIDER_BALANCE, "balance", nullptr, now),
                                               [](const smm_balance_result& result) -> std::variant<Money, Failure> {
                                                 if (!is_currency(view(result.currency)))
                                                   return bad_currency(result.currency);
                                                 return Money{result.micros, copy(result.currency)};
                                               });
}

Reply<std::vector<ProviderService>> PluginProvider::services(Time now) {
  return ask_plugin<std::vector<ProviderService>, smm_services_result>(
      *slot_, operation_of(SMM_PROVIDER_SERVICES, "services", nullptr, now),
      [&](const smm_services_result& result) { return read_services(result, name()); });
}

Reply<std::vector<FoundOrder>> PluginProvider::find_orders(const OrderSearch& search, Time now) {
  auto input = sized<smm_reconcile_input>();
  input.service_id = borrow(search.service_id);
  input.link = borrow(search.link);
  input.quantity = search.quantity;
  input.sent_after = to_unix_ms(search.sent_at);
  return ask_plugin<std::vector<FoundOrder>, smm_reconcile_result>(
      *slot_, operation_of(SMM_PROVIDER_RECONCILE, "reconcile", &input, now), read_found_orders);
}

Reply<bool> PluginProvider::cancel(const std::string& order_id, Time now) {
  const smm_str id = borrow(order_id);
  auto input = sized<smm_ids_input>();
  input.ids = &id;
  input.id_count = 1;
  return ask_plugin<bool, smm_action_result>(
      *slot_, operation_of(SMM_PROVIDER_CANCEL, "cancel", &input, now),
      [&](const smm_action_result& result) { return read_cancel(result, order_id); });
}

}  // namespace smmhost
