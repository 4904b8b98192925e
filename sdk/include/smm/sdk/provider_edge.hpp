// smm.provider/1 between a Provider and the ABI: inputs read from C structs, results lent as C structs.
#pragma once

#include <vector>

#include "smm/sdk/edge.hpp"
#include "smm/sdk/provider.hpp"

namespace smm::sdk::detail {

inline PlaceInput read_place(const void* source) {
  const auto raw = read_struct<smm_place_input>(source);
  PlaceInput in{to_view(raw.service_id), to_view(raw.link), raw.quantity, {}, to_view(raw.reference)};
  for (uint64_t i = 0; i < raw.extra_count; ++i) {
    in.extra.emplace_back(to_view(raw.extra[i].key), to_view(raw.extra[i].value));
  }
  return in;
}

inline Ids read_ids(const void* source) {
  const auto raw = read_struct<smm_ids_input>(source);
  Ids ids;
  for (uint64_t i = 0; i < raw.id_count; ++i) ids.push_back(to_view(raw.ids[i]));
  return ids;
}

inline ReconcileInput read_reconcile(const void* source) {
  const auto raw = read_struct<smm_reconcile_input>(source);
  return {to_view(raw.service_id), to_view(raw.link), raw.quantity, raw.sent_after};
}

/// Writes an optional amount into a row's charge fields.
template <class Row>
void lend_charge(const std::optional<Money>& charge, Row& row) {
  if (!charge) return;
  row.has |= SMM_HAS_CHARGE;
  row.charge_micros = charge->micros;
  row.currency = to_str(charge->currency);
}

/// Lends rows and calls done with a result struct that has rows and row_count.
template <class RawResult, class RawRow>
void emit_rows(RawResult result, const std::vector<RawRow>& rows, const smm_out* out) {
  result.rows = rows.data();
  result.row_count = rows.size();
  out->done(out, &result);
}

inline void emit_placed(const Placed& placed, const smm_out* out) {
  if (placed.order_id.empty()) {
    return emit_failure(out, {SMM_OUTCOME_UNKNOWN, "the plugin reported an acceptance without an order id", {}, 0});
  }
  auto raw = make_struct<smm_place_result>();
  raw.order_id = to_str(placed.order_id);
  lend_charge(placed.charge, raw);
  out->done(out, &raw);
}

inline void emit_status(const std::vector<StatusRow>& rows, const smm_out* out) {
  std::vector<smm_status_row> lent;
  for (const StatusRow& row : rows) {
    auto raw = make_struct<smm_status_row>();
    raw.state = row.state;
    raw.code = row.code;
    raw.order_id = to_str(row.order_id);
    raw.text = to_str(cut(row.text, kMaxUpstreamText));
    lend_charge(row.charge, raw);
    if (row.start_count) raw.has |= SMM_HAS_START_COUNT;
    if (row.remains) raw.has |= SMM_HAS_REMAINS;
    raw.start_count = row.start_count.value_or(0);
    raw.remains = row.remains.value_or(0);
    lent.push_back(raw);
  }
  emit_rows(make_struct<smm_status_result>(), lent, out);
}

inline void emit_actions(const std::vector<ActionRow>& rows, const smm_out* out) {
  std::vector<smm_action_row> lent;
  for (const ActionRow& row : rows) {
    auto raw = make_struct<smm_action_row>();
    raw.code = row.code;
    raw.order_id = to_str(row.order_id);
    raw.action_id = to_str(row.action_id);
    raw.text = to_str(cut(row.text, kMaxUpstreamText));
    lent.push_back(raw);
  }
  emit_rows(make_struct<smm_action_result>(), lent, out);
}

inline void emit_balance(const Money& balance, const smm_out* out) {
  auto raw = make_struct<smm_balance_result>();
  raw.micros = balance.micros;
  raw.currency = to_str(balance.currency);
  out->done(out, &raw);
}

inline void emit_services(const Services& services, const smm_out* out) {
  std::vector<smm_service_row> lent;
  lent.reserve(services.rows.size());
  for (const Service& row : services.rows) {
    auto raw = make_struct<smm_service_row>();
    raw.flags = (row.refill ? SMM_SERVICE_REFILL : 0U) | (row.cancel ? SMM_SERVICE_CANCEL : 0U) |
                (row.dripfeed ? SMM_SERVICE_DRIPFEED : 0U);
    raw.service_id = to_str(row.service_id);
    raw.name = to_str(row.name);
    raw.type = to_str(row.type);
    raw.category = to_str(row.category);
    raw.rate_micros = row.rate_micros.value_or(-1);
    raw.rate_per = row.rate_per;
    raw.min = row.min;
    raw.max = row.max;
    lent.push_back(raw);
  }
  auto result = make_struct<smm_services_result>();
  result.currency = to_str(services.currency);
  emit_rows(result, lent, out);
}

inline void emit_candidates(const Candidates& candidates, const smm_out* out) {
  std::vector<smm_reconcile_row> lent;
  for (const Candidate& row : candidates.rows) {
    auto raw = make_struct<smm_reconcile_row>();
    raw.order_id = to_str(row.order_id);
    raw.service_id = to_str(row.service_id);
    raw.link = to_str(row.link);
    if (row.quantity) raw.has |= SMM_HAS_QUANTITY;
    if (row.created) raw.has |= SMM_HAS_CREATED;
    raw.quantity = row.quantity.value_or(0);
    raw.created = row.created.value_or(0);
    lend_charge(row.charge, raw);
    lent.push_back(raw);
  }
  auto result = make_struct<smm_reconcile_result>();
  result.complete = candidates.complete ? 1 : 0;
  emit_rows(result, lent, out);
}

/// The operations whose request changes something at the panel.
inline bool is_write(uint32_t operation) {
  return operation == SMM_PROVIDER_PLACE || operation == SMM_PROVIDER_CANCEL || operation == SMM_PROVIDER_REFILL;
}

/// Answers a call of an operation that takes ids. `step` is a member function of Provider.
template <class Row, class Member, class Emit>
void answer_ids(const Provider& provider, const void* input, const Call& call, const smm_out* out, Member step,
                const Emit& emit) {
  const Ids ids = read_ids(input);
  answer<std::vector<Row>>(
      call, out, [&](const Call& c) { return (provider.*step)(ids, c); }, emit);
}

inline void dispatch(const Provider& provider, const smm_call& raw, const smm_out* out) {
  const Call call = read_call(raw);
  switch (raw.operation) {
    case SMM_PROVIDER_PLACE: {
      const PlaceInput in = read_place(raw.input);
      return answer<Placed>(
          call, out, [&](const Call& c) { return provider.step_place(in, c); }, emit_placed);
    }
    case SMM_PROVIDER_STATUS:
      return answer_ids<StatusRow>(provider, raw.input, call, out, &Provider::step_status, emit_status);
    case SMM_PROVIDER_CANCEL:
      return answer_ids<ActionRow>(provider, raw.input, call, out, &Provider::step_cancel, emit_actions);
    case SMM_PROVIDER_REFILL:
      return answer_ids<ActionRow>(provider, raw.input, call, out, &Provider::step_refill, emit_actions);
    case SMM_PROVIDER_REFILL_STATUS:
      return answer_ids<StatusRow>(provider, raw.input, call, out, &Provider::step_refill_status, emit_status);
    case SMM_PROVIDER_BALANCE:
      return answer<Money>(
          call, out, [&](const Call& c) { return provider.step_balance(c); }, emit_balance);
    case SMM_PROVIDER_SERVICES:
      return answer<Services>(
          call, out, [&](const Call& c) { return provider.step_services(c); }, emit_services);
    case SMM_PROVIDER_RECONCILE: {
      const ReconcileInput in = read_reconcile(raw.input);
      return answer<Candidates>(
          call, out, [&](const Call& c) { return provider.step_reconcile(in, c); }, emit_candidates);
    }
    default:
      return emit_failure(out, {SMM_UNSUPPORTED, "unknown operation", {}, 0});
  }
}

}  // namespace smm::sdk::detail
