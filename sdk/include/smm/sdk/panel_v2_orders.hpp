// Reading what the panel API v2 answers about orders: acceptance, status, cancel, refill. Every function is pure. What
// cannot be read is left out or reported, never guessed.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "smm/sdk/decimal.hpp"
#include "smm/sdk/panel_v2_errors.hpp"
#include "smm/sdk/panel_v2_states.hpp"
#include "smm/sdk/provider.hpp"

namespace smm::sdk::panel {

inline constexpr size_t kMaxIdLength = 128;

namespace detail {

/// Words that stand where an id belongs and are none.
inline bool is_word_for_nothing(std::string_view text) {
  constexpr std::array<std::string_view, 14> kWords = {"null", "none",   "nil",     "nan",    "undefined",
                                                       "n/a",  "false",  "true",    "ok",     "error",
                                                       "fail", "failed", "success", "pending"};
  const std::string word = to_lower(text);
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

}  // namespace detail

/// An upstream id as text: a positive whole number, or a string that is not empty, not zero and not a word for nothing.
inline std::optional<std::string> id_text(const Json& value) {
  const std::string_view text = trim(value.text());
  if (text.empty() || text.size() > kMaxIdLength) return std::nullopt;
  if (value.is_number()) {
    if (text.find_first_not_of("0123456789") != std::string_view::npos || text == "0") return std::nullopt;
    return std::string(text);
  }
  const bool zero = text.find_first_not_of('0') == std::string_view::npos;
  const bool one_word = std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || contains("\"<>{}", std::string_view(&c, 1));
  });
  if (zero || text.front() == '-' || !one_word || detail::is_word_for_nothing(text)) return std::nullopt;
  return std::string(text);
}

/// The order id of an acceptance: in "order", "order_id", "orderId" or "id", at the root or in "data" or "order".
/// Nothing if there is none, or if the first of these members is there without a valid id: {"order":0} accepts nothing.
inline std::optional<std::string> accepted_order_id(const Json& root) {
  for (const std::string_view key : {"order", "order_id", "orderId", "orderID"}) {
    const Json* value = root.find(key);
    if (value == nullptr) continue;
    return value->is_object() ? accepted_order_id(*value) : id_text(*value);
  }
  if (const Json* data = root.find("data"); data != nullptr && data->is_object()) return accepted_order_id(*data);
  if (const Json* id = root.find("id"); id != nullptr) return id_text(*id);
  return std::nullopt;
}

/// The three capitals of a currency, of three letters of either case; empty, which means unknown, of everything else
/// that panels write there ("$", "USDT"): the ABI has no other currency, and a host takes none.
inline std::string currency_code(std::string_view text) {
  std::string code;
  for (const char c : trim(text)) {
    const char letter = lower(c);
    if (letter < 'a' || letter > 'z') return {};
    code += static_cast<char>(letter - 'a' + 'A');
  }
  return code.size() == 3 ? code : std::string();
}

inline std::optional<Money> money_member(const Json& object, std::string_view key, std::string_view currency) {
  const auto micros = parse_micros(object[key].text());
  if (!micros) return std::nullopt;
  const std::string_view told = trim(object["currency"].text());
  return Money{*micros, currency_code(told.empty() ? currency : told)};
}

/// The refusal of an add whose answer bears no order id. On a server error only a text that names a cause is believed:
/// "try again" may come from something in front of the panel, after the panel took the order.
inline std::optional<Failure> clear_refusal(const std::optional<std::string>& error, const HttpResponse& response) {
  if (!error && response.status != 429) return std::nullopt;
  const std::string text = error ? *error : std::string(cut(trim(response.body), 200));
  const Meaning meaning = classify(text, response.status);
  if (meaning.code == SMM_UPSTREAM_DOWN) return std::nullopt;
  if (response.status >= 500 && (!meaning.recognised || meaning.code == SMM_RATE_LIMITED)) return std::nullopt;
  return Failure{meaning.code, "the panel refused the order", text, retry_after_ms(response)};
}

/// The answer to an add, by the rule for money: only a clear acceptance is an order, only a clear refusal is a refusal.
inline Result<Placed> read_placed(const HttpResponse& response, std::string_view currency) {
  const Failure unknown{SMM_OUTCOME_UNKNOWN,
                        "HTTP " + std::to_string(response.status) + ", neither a clear acceptance nor a clear refusal",
                        std::string(cut(trim(response.body), 200)), 0};
  const bool redirect = response.status < 200 || (response.status >= 300 && response.status < 400);
  if (redirect) return unknown;
  const auto root = parse_body(response.body);
  const auto error = root ? find_error(*root, response.status) : std::nullopt;
  const auto order_id = root ? accepted_order_id(*root) : std::nullopt;
  if (!order_id) {
    const auto refusal = clear_refusal(error, response);
    return refusal ? *refusal : unknown;
  }
  if (error || response.status >= 300) return unknown;
  return Placed{*order_id, money_member(*root, "charge", currency)};
}

/// One row of a status answer, asked by `id`.
inline StatusRow read_status_row(std::string_view id, const Json& row, std::string_view currency) {
  StatusRow out;
  out.order_id = std::string(id);
  const auto error = row.is_string() ? std::optional<std::string>(row.text()) : error_member(row);
  if (error) {
    out.code = classify(*error).code;
    out.text = *error;
    return out;
  }
  const auto own_id = id_text(row["order"]);
  const Json& word = row["status"];
  if (!row.is_object() || word.text().empty() || (own_id && *own_id != id)) {
    out.code = SMM_BAD_RESPONSE;
    return out;
  }
  out.text = std::string(word.text());
  out.state = order_state(word.text());
  out.charge = money_member(row, "charge", currency);
  out.start_count = parse_count(row["start_count"].text());
  out.remains = parse_count(row["remains"].text());
  return out;
}

/// A row of an answer for one of the ids asked: in an object keyed by id, or in an array of rows that name their id in
/// the member `key`.
inline const Json* find_row(const Json& root, std::string_view id, std::string_view key) {
  if (const Json* row = root.find(id)) return row;
  for (const Json& item : root.items()) {
    const auto own = id_text(item[key]);
    if (own && *own == id) return &item;
  }
  return nullptr;
}

inline bool has_any_row(const Json& root, const Ids& ids, std::string_view key) {
  for (const std::string_view id : ids) {
    if (find_row(root, id, key) != nullptr) return true;
  }
  return false;
}

/// Whether a lone object is the row itself, as panels answer when one id was asked.
inline bool is_lone_status(const Json& root, const Ids& ids) {
  return ids.size() == 1 && root.is_object() && root.find("status") != nullptr &&
         (root.find("charge") != nullptr || root.find("remains") != nullptr || !find_error(root, 200));
}

/// Failure of a whole answer to a read: no JSON, or an error in place of what was asked.
inline Failure failure_of_answer(const std::optional<Json>& root, const HttpResponse& response) {
  const auto error = root ? find_error(*root, response.status) : std::nullopt;
  return error ? failure_of_text(*error, response) : failure_of_status(response);
}

/// The row of the one id asked when the panel says of the whole answer that there is no such order or refill.
inline std::optional<StatusRow> lone_not_found(const std::optional<Json>& root, const Ids& ids, uint32_t http_status) {
  const auto error = root ? find_error(*root, http_status) : std::nullopt;
  if (!error || ids.size() != 1 || classify(*error).code != SMM_NOT_FOUND) return std::nullopt;
  StatusRow row;
  row.order_id = std::string(ids.front());
  row.code = SMM_NOT_FOUND;
  row.text = *error;
  return row;
}

inline Result<std::vector<StatusRow>> read_statuses(const Ids& ids, const HttpResponse& response,
                                                    std::string_view currency) {
  const auto root = parse_body(response.body);
  const bool lone = root && is_lone_status(*root, ids);
  const bool empty = root && root->is_object() && root->members().empty();
  const bool batch = root && (has_any_row(*root, ids, "order") || root->is_array() || empty);
  if (!root || response.status >= 300 || (!lone && !batch)) {
    if (auto row = lone_not_found(root, ids, response.status)) return std::vector<StatusRow>{*row};
    return failure_of_answer(root, response);
  }
  std::vector<StatusRow> rows;
  for (const std::string_view id : ids) {
    const Json* row = find_row(*root, id, "order");
    if (row == nullptr && lone) row = &*root;
    if (row != nullptr) {
      rows.push_back(read_status_row(id, *row, currency));
    } else {
      rows.push_back(StatusRow{std::string(id), SMM_BAD_RESPONSE, SMM_STATE_UNKNOWN_TEXT, {}, {}, {}, {}});
    }
  }
  return rows;
}

/// The outcome in one value of a cancel or refill: a number, true, "success" or an id means accepted; 0, false or a
/// text means refused.
inline ActionRow read_action_scalar(const Json& value) {
  ActionRow out;
  const std::string word = fold(value.text());
  if (value.is_true() || word == "success" || word == "ok") return out;
  const bool has_digit = word.find_first_of("0123456789") != std::string::npos;
  if (const auto action_id = id_text(value); action_id && has_digit) {
    out.action_id = *action_id;
    return out;
  }
  out.text = std::string(value.text());
  out.code = value.is_null() ? SMM_OUTCOME_UNKNOWN : classify(out.text).code;
  return out;
}

inline ActionRow read_action_row(std::string_view id, const Json& value) {
  ActionRow out;
  if (auto error = error_member(value)) {
    out.code = classify(*error).code;
    out.text = *error;
  } else if (value.is_object() || value.is_array()) {
    out.action_id = id_text(value["id"]).value_or(std::string{});
    if (out.action_id.empty()) out.code = SMM_OUTCOME_UNKNOWN;
  } else {
    out = read_action_scalar(value);
  }
  out.order_id = std::string(id);
  return out;
}

/// The failure of a whole cancel or refill: refused only if the answer clearly says so.
inline Failure failure_of_action(const std::optional<Json>& root, const HttpResponse& response) {
  Failure failure = failure_of_answer(root, response);
  const bool refused = root && find_error(*root, response.status) && response.status < 500;
  if (!refused && response.status != 429) failure.code = SMM_OUTCOME_UNKNOWN;
  return failure;
}

/// The answer to cancel or refill; `action` is the member that bears the outcome.
inline Result<std::vector<ActionRow>> read_actions(const Ids& ids, const HttpResponse& response,
                                                   std::string_view action) {
  const auto root = parse_body(response.body);
  const bool success = response.status >= 200 && response.status < 300;
  const bool one = root && ids.size() == 1 && root->is_object();
  const bool batch = root && (has_any_row(*root, ids, "order") || root->is_array());
  const std::string_view outcome = one && root->find(action) == nullptr ? std::string_view("status") : action;
  const bool lone = one && root->find(outcome) != nullptr && (outcome == action || !find_error(*root, response.status));
  if (!success || (!lone && !batch)) return failure_of_action(root, response);
  std::vector<ActionRow> rows;
  for (const std::string_view id : ids) {
    const Json* row = find_row(*root, id, "order");
    if (row == nullptr && lone) row = &*root;
    if (row == nullptr) {
      rows.push_back(ActionRow{std::string(id), SMM_OUTCOME_UNKNOWN, {}, {}});
    } else {
      const Json* value = row->find(row == &*root ? outcome : action);
      rows.push_back(read_action_row(id, value != nullptr ? *value : *row));
    }
  }
  return rows;
}

/// One refill's status: a word, or an object with an error.
inline StatusRow read_refill_row(std::string_view id, const Json& value) {
  StatusRow out;
  out.order_id = std::string(id);
  if (auto error = error_member(value)) {
    out.code = classify(*error).code;
    out.text = *error;
  } else if (!value.text().empty()) {
    out.text = std::string(value.text());
    out.state = refill_state(value.text());
  } else {
    out.code = SMM_BAD_RESPONSE;
  }
  return out;
}

inline Result<std::vector<StatusRow>> read_refill_statuses(const Ids& ids, const HttpResponse& response) {
  const auto root = parse_body(response.body);
  const bool lone = root && ids.size() == 1 && root->is_object() && root->find("status") != nullptr &&
                    !error_member(*root) && !detail::message_beside(*root);
  const bool batch = root && (has_any_row(*root, ids, "refill") || root->is_array());
  if (!root || response.status >= 300 || (!lone && !batch)) {
    if (auto row = lone_not_found(root, ids, response.status)) return std::vector<StatusRow>{*row};
    return failure_of_answer(root, response);
  }
  std::vector<StatusRow> rows;
  for (const std::string_view id : ids) {
    const Json* row = find_row(*root, id, "refill");
    if (row == nullptr && lone) row = &*root;
    static const Json missing;
    const Json& value = row == nullptr ? missing : (row->find("status") != nullptr ? (*row)["status"] : *row);
    rows.push_back(read_refill_row(id, value));
  }
  return rows;
}

}  // namespace smm::sdk::panel
