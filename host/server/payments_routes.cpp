// GET /api/payments, GET|PUT|DELETE /api/payments/{id}, GET /api/payments/{id}/timeline.
#include <Poco/URI.h>

#include "host/server/json_views.h"
#include "host/server/payment_edit.h"
#include "host/server/problem.h"
#include "host/server/routes.h"

namespace smmhost {
namespace {

constexpr int kDefaultLimit = 100;
constexpr int kLargestLimit = 1000;
constexpr int kTries = 3;

ServerResponse no_such_payment() {
  return problem(404, "There is no payment with this id.");
}

ServerResponse changed_meanwhile() {
  return problem(409, "The payment was changed at the same time, again and again.", "Try again.");
}

std::variant<PaymentFilter, ServerResponse> read_filter(const ServerRequest& request) {
  PaymentFilter filter;
  filter.limit = kDefaultLimit;
  for (const auto& [name, value] : request.query) {
    if (name == "state") {
      filter.state = parse_payment_state(value);
      if (!filter.state && !value.empty()) return problem(400, "state is not one of a payment's states.");
    } else if (name == "order_id") {
      filter.order_id = integer_of(Json(value));
      if (!filter.order_id && !value.empty()) return problem(400, "order_id must be an integer.");
    } else if (name == "limit") {
      const auto limit = integer_of(Json(value));
      if (!limit || *limit < 1 || *limit > kLargestLimit)
        return problem(400, "limit must be an integer from 1 to 1000.");
      filter.limit = static_cast<int>(*limit);
    } else if (name == "q") {
      filter.text = value;
    } else if (name == "after") {
      filter.after = value;
    } else {
      return problem(400, "The parameter " + name + " is not known.", "Known are state, order_id, q, limit and after.");
    }
  }
  return filter;
}

std::string encoded(const std::string& text) {
  std::string out;
  Poco::URI::encode(text, "!*'();:@&=+$,/?#[]%", out);
  return out;
}

// The same question, from the last row of this page on.
std::string next_link(const ServerRequest& request, const std::string& last_id) {
  std::string link = "</api/payments?";
  for (const auto& [name, value] : request.query)
    if (name != "after") link += name + "=" + encoded(value) + "&";
  return link + "after=" + encoded(last_id) + ">; rel=\"next\"";
}

ServerResponse list_payments(const ServerDeps& deps, const ServerRequest& request) {
  const auto read = read_filter(request);
  if (const auto* const wrong = std::get_if<ServerResponse>(&read)) return *wrong;
  const auto& filter = std::get<PaymentFilter>(read);
  const auto found = deps.store.list_payments(filter);
  OrderedJson rows = OrderedJson::array();
  for (const PaymentDetail& detail : found) rows.push_back(payment_view(detail));
  ServerResponse response = json_response(200, rows);
  if (static_cast<int>(found.size()) == filter.limit)
    response.with("Link", next_link(request, found.back().payment.id));
  return response;
}

ServerResponse get_payment(const ServerDeps& deps, const ServerRequest& request) {
  const auto detail = deps.store.payment(request.param("id"));
  return detail ? json_response(200, payment_view(*detail)) : no_such_payment();
}

ServerResponse put_payment(const ServerDeps& deps, const ServerRequest& request) {
  const auto body = parse_object(request);
  if (const auto* const wrong = std::get_if<ServerResponse>(&body)) return *wrong;
  const std::string& id = request.param("id");
  for (int i = 0; i < kTries; ++i) {
    const auto present = deps.store.payment(id);
    if (!present) return no_such_payment();
    const auto edit = read_payment_edit(std::get<Json>(body), *present);
    if (const auto* const wrong = std::get_if<ServerResponse>(&edit)) return *wrong;
    const auto changes = apply_payment_edit(std::get<PaymentEdit>(edit), *present, deps.clock.now());
    if (const auto* const refused = std::get_if<ServerResponse>(&changes)) return *refused;
    if (std::get<Changes>(changes).payments.empty()) return json_response(200, payment_view(*present));
    const CommitOutcome outcome = deps.store.commit(std::get<Changes>(changes));
    if (outcome == CommitOutcome::kUnavailable || outcome == CommitOutcome::kInDoubt) return store_unavailable();
    if (outcome != CommitOutcome::kCommitted) continue;
    deps.wake({id});
    const auto after = deps.store.payment(id);
    return after ? json_response(200, payment_view(*after)) : no_such_payment();
  }
  return changed_meanwhile();
}

ServerResponse delete_payment(const ServerDeps& deps, const ServerRequest& request) {
  const std::string& id = request.param("id");
  bool keep = false;
  for (int i = 0; i < kTries; ++i) {
    const auto present = deps.store.payment(id);
    if (!present) return no_such_payment();
    keep = keep || was_ever_sent(*present);
    if (keep && present->payment.archived) return json_response(200, {{"archived", true}});
    CommitOutcome outcome = CommitOutcome::kConflict;
    if (keep) {
      const auto changes = archive_payment(*present, deps.clock.now());
      if (const auto* const refused = std::get_if<ServerResponse>(&changes)) return *refused;
      outcome = deps.store.commit(std::get<Changes>(changes));
    } else {
      outcome = deps.store.delete_payment(id);
      keep = outcome == CommitOutcome::kConflict;  // the store knows of something sent, or it was sent just now
    }
    if (outcome == CommitOutcome::kUnavailable || outcome == CommitOutcome::kInDoubt) return store_unavailable();
    if (outcome != CommitOutcome::kCommitted) continue;
    if (keep) deps.wake({id});
    return json_response(200, {{keep ? "archived" : "deleted", true}});
  }
  return changed_meanwhile();
}

ServerResponse timeline(const ServerDeps& deps, const ServerRequest& request) {
  const std::string& id = request.param("id");
  if (!deps.store.payment(id)) return no_such_payment();
  OrderedJson rows = OrderedJson::array();
  for (const Event& event : deps.store.timeline(id))
    rows.push_back(
        event_view(event, event.exchange_id.empty() ? std::nullopt : deps.store.exchange(event.exchange_id)));
  return json_response(200, rows);
}

}  // namespace

void add_payments_routes(Router& router, const ServerDeps& deps) {
  const auto add = [&](const char* method, const char* pattern, auto handler) {
    router.add(method, pattern, Access::kToken,
               [&deps, handler](const ServerRequest& request) { return handler(deps, request); });
  };
  add("GET", "/api/payments", list_payments);
  add("GET", "/api/payments/{id}", get_payment);
  add("PUT", "/api/payments/{id}", put_payment);
  add("DELETE", "/api/payments/{id}", delete_payment);
  add("GET", "/api/payments/{id}/timeline", timeline);
}

}  // namespace smmhost
