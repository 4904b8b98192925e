// Reading what the panel API v2 answers about the account: the balance, the services, the listing of orders. Every
// function is pure. What cannot be read is left out or reported, never guessed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "smm/sdk/panel_v2_orders.hpp"

namespace smm::sdk::panel {

inline Result<Money> read_balance(const HttpResponse& response, std::string_view currency) {
  const auto root = parse_body(response.body);
  if (root && response.status < 300 && !find_error(*root, response.status)) {
    for (const Json* place : {&*root, &(*root)["data"]}) {
      if (auto balance = money_member(*place, "balance", currency)) return *balance;
    }
  }
  return failure_of_answer(root, response);
}

/// A flag as panels write it: true, 1, "1", "true".
inline bool flag_member(const Json& object, std::string_view key) {
  const Json& value = object[key];
  return value.is_true() || value.text() == "1" || equal_ignoring_case(value.text(), "true");
}

/// Types sold by the piece; all others are priced per 1000.
inline bool is_priced_by_piece(std::string_view type) {
  const std::string folded = fold(type);
  return folded == "package" || folded == "custom comments package" || folded == "subscriptions";
}

inline std::optional<Service> read_service(const Json& row) {
  const auto id = id_text(row["service"]);
  if (!id) return std::nullopt;
  Service out;
  out.service_id = *id;
  out.name = std::string(row["name"].text());
  out.type = std::string(row["type"].text());
  out.category = std::string(row["category"].text());
  const auto rate = parse_micros(row["rate"].text());
  if (rate && *rate >= 0) out.rate_micros = rate;
  out.rate_per = is_priced_by_piece(out.type) ? 1 : 1000;
  out.min = parse_count(row["min"].text()).value_or(0);
  out.max = parse_count(row["max"].text()).value_or(0);
  out.refill = flag_member(row, "refill");
  out.cancel = flag_member(row, "cancel");
  out.dripfeed = flag_member(row, "dripfeed");
  return out;
}

/// The rows of a list: an array, an array in "services", "orders" or "data", or an object of rows as PHP writes an
/// array with gaps.
inline std::vector<const Json*> list_rows(const Json& root) {
  std::vector<const Json*> rows;
  for (const Json& item : root.items()) rows.push_back(&item);
  for (const std::string_view key : {"services", "orders", "data"}) {
    if (!rows.empty()) return rows;
    for (const Json& item : root[key].items()) rows.push_back(&item);
  }
  if (!rows.empty()) return rows;
  for (const JsonMember& member : root.members()) {
    if (member.value.is_object()) rows.push_back(&member.value);
  }
  return rows;
}

/// A list without one readable service is no list: a panel that sells nothing is not believed.
inline Result<Services> read_services(const HttpResponse& response) {
  const auto root = parse_body(response.body);
  Services out;
  if (root && response.status < 300 && !find_error(*root, response.status)) {
    for (const Json* row : list_rows(*root)) {
      if (auto service = read_service(*row)) out.rows.push_back(std::move(*service));
    }
  }
  if (out.rows.empty()) return failure_of_answer(root, response);
  return out;
}

/// Links are the same if they differ in case or a final slash only.
inline bool same_link(std::string_view a, std::string_view b) {
  a = trim(a);
  b = trim(b);
  while (!a.empty() && a.back() == '/') a.remove_suffix(1);
  while (!b.empty() && b.back() == '/') b.remove_suffix(1);
  return equal_ignoring_case(a, b);
}

/// A creation time that is certain: a Unix time. A date without a time zone could be off by half a day, and is left
/// out.
inline std::optional<int64_t> created_time(const Json& row) {
  for (const std::string_view key : {"created", "created_at", "date", "timestamp"}) {
    const auto value = parse_count(row[key].text());
    if (!value || *value < 1'000'000'000) continue;
    return *value < 100'000'000'000 ? *value * 1000 : *value;
  }
  return std::nullopt;
}

/// How far a panel's clock may be off ours.
inline constexpr int64_t kClockSlackMs = 120'000;

/// The orders of a listing that may be the one sought. `asked` is how many rows were asked for: a shorter listing shows
/// every order there is.
inline Result<Candidates> read_candidates(const ReconcileInput& in, const HttpResponse& response, size_t asked,
                                          std::string_view currency) {
  const auto root = parse_body(response.body);
  if (!root || response.status >= 300 || find_error(*root, response.status)) return failure_of_answer(root, response);
  const std::vector<const Json*> rows = list_rows(*root);
  Candidates out;
  bool reaches_back = false;
  size_t readable = 0;
  for (const Json* row : rows) {
    const auto order_id = id_text((*row)["order"]);
    const auto created = created_time(*row);
    const bool older = created && *created < in.sent_after - kClockSlackMs;
    reaches_back = reaches_back || older;
    readable += order_id ? 1 : 0;
    if (!order_id || older || trim((*row)["service"].text()) != in.service_id) continue;
    if (!same_link((*row)["link"].text(), in.link)) continue;
    out.rows.push_back(Candidate{*order_id, std::string(in.service_id), std::string((*row)["link"].text()),
                                 parse_count((*row)["quantity"].text()), created,
                                 money_member(*row, "charge", currency)});
  }
  const bool all_readable = readable == rows.size() && !rows.empty();
  out.complete = all_readable && (rows.size() < asked || reaches_back);
  return out;
}

}  // namespace smm::sdk::panel
