// The panel API v2, which nearly every SMM panel speaks: one URL, POST, "key" and "action". A panel's plugin is this
// class with the options in which the panel differs.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "smm/sdk/config.hpp"
#include "smm/sdk/panel_v2_account.hpp"

namespace smm::sdk {

/// What one panel does differently from the rest.
struct PanelOptions {
  bool json_body = false;          ///< bodies are JSON and not a form
  size_t max_batch = 100;          ///< ids in one request for states, 1 to 100; the host asks for up to 100 at a time
  size_t listing_rows = 100;       ///< orders asked for with action=orders
  bool has_cancel = true;          ///< action=cancel works
  bool has_refill = true;          ///< action=refill and refill_status work
  std::string default_currency{};  ///< of amounts that bear none, unless the setting "currency" says otherwise
};

/// Settings it reads: url (required), api_key (required, secret), currency, orders_listing (bool: RECONCILE works).
class PanelV2 : public Provider {
 public:
  explicit PanelV2(const Config& config, PanelOptions options = {})
      : options_(std::move(options)),
        url_(config.required("url")),
        key_(config.secret("api_key")),
        currency_(config.find("currency").value_or(options_.default_currency)),
        orders_listing_(config.flag("orders_listing")) {}

  std::vector<uint32_t> operations() const override {
    std::vector<uint32_t> out = {SMM_PROVIDER_PLACE, SMM_PROVIDER_STATUS, SMM_PROVIDER_BALANCE, SMM_PROVIDER_SERVICES};
    if (options_.has_cancel) out.push_back(SMM_PROVIDER_CANCEL);
    if (options_.has_refill) out.insert(out.end(), {SMM_PROVIDER_REFILL, SMM_PROVIDER_REFILL_STATUS});
    if (orders_listing_) out.push_back(SMM_PROVIDER_RECONCILE);
    return out;
  }

  /// extra: fields of the service's type under the API's names ("comments", "usernames", "runs" ...), sent as they are;
  /// and "type", not sent, the service's type, which decides whether link and quantity are sent. Without it, an order
  /// with comments has no quantity: the panel counts the lines.
  Result<HttpRequest> build_place(const PlaceInput& in) const override {
    if (in.service_id.empty()) return Failure{SMM_BAD_SERVICE, "no service id", {}, 0};
    if (in.quantity <= 0) return Failure{SMM_BAD_QUANTITY, "the quantity must be above 0", {}, 0};
    const Shape shape = shape_of(in);
    if (shape.has_link && in.link.empty()) return Failure{SMM_BAD_LINK, "no link", {}, 0};
    Fields fields = {{"service", std::string(in.service_id)}};
    if (shape.has_link) fields.emplace_back("link", in.link);
    if (shape.has_quantity) fields.emplace_back("quantity", std::to_string(in.quantity));
    for (const auto& [name, value] : in.extra) {
      if (is_reserved(name)) return Failure{SMM_CONFIG, "the field is the protocol's own: " + std::string(name), {}, 0};
      if (name != "type") fields.emplace_back(name, value);
    }
    return request("add", std::move(fields), SMM_WRITE_ONCE);
  }
  Result<Placed> parse_place(const PlaceInput&, const HttpResponse& response) const override {
    return panel::read_placed(response, currency_);
  }

  Step<std::vector<StatusRow>> step_status(const Ids& ids, const Call& call) const override {
    return in_batches<StatusRow>(
        ids, call, [&](const Ids& part) { return request("status", ids_field("order", part), SMM_READ); },
        [&](const Ids& part, const HttpResponse& answer) { return panel::read_statuses(part, answer, currency_); });
  }

  Step<std::vector<StatusRow>> step_refill_status(const Ids& ids, const Call& call) const override {
    return in_batches<StatusRow>(
        ids, call, [&](const Ids& part) { return request("refill_status", ids_field("refill", part), SMM_READ); },
        [](const Ids& part, const HttpResponse& answer) { return panel::read_refill_statuses(part, answer); });
  }

  Result<HttpRequest> build_cancel(const Ids& ids) const override {
    return request("cancel", {{"orders", joined(ids)}}, SMM_WRITE_IDEMPOTENT);
  }
  Result<std::vector<ActionRow>> parse_cancel(const Ids& ids, const HttpResponse& response) const override {
    Result<std::vector<ActionRow>> rows = panel::read_actions(ids, response, "cancel");
    if (rows.ok()) {
      for (ActionRow& row : rows.value()) row.action_id.clear();
    }
    return rows;
  }

  Result<HttpRequest> build_refill(const Ids& ids) const override {
    return request("refill", ids_field("order", ids), SMM_WRITE_ONCE);
  }
  Result<std::vector<ActionRow>> parse_refill(const Ids& ids, const HttpResponse& response) const override {
    return panel::read_actions(ids, response, "refill");
  }

  Result<HttpRequest> build_balance() const override { return request("balance", {}, SMM_READ); }
  Result<Money> parse_balance(const HttpResponse& response) const override {
    return panel::read_balance(response, currency_);
  }

  Result<HttpRequest> build_services() const override { return request("services", {}, SMM_READ); }
  Result<Services> parse_services(const HttpResponse& response) const override {
    return panel::read_services(response);
  }

  Result<HttpRequest> build_reconcile(const ReconcileInput&) const override {
    return request("orders", {{"limit", std::to_string(options_.listing_rows)}}, SMM_READ);
  }
  Result<Candidates> parse_reconcile(const ReconcileInput& in, const HttpResponse& response) const override {
    return panel::read_candidates(in, response, options_.listing_rows, currency_);
  }

 private:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  struct Shape {
    bool has_link = true;
    bool has_quantity = true;
  };

  static Shape shape_of(const PlaceInput& in) {
    std::string type;
    bool has_comments = false;
    for (const auto& [name, value] : in.extra) {
      if (name == "type") type = fold(value);
      has_comments = has_comments || name == "comments";
    }
    const bool uncounted = type == "package" || type == "custom comments" || type == "custom comments package" ||
                           type == "mentions custom list" || type == "comment replies" || type == "subscriptions";
    return {type != "subscriptions", !uncounted && !(type.empty() && has_comments)};
  }

  static bool is_reserved(std::string_view name) {
    return name.empty() || name == "key" || name == "action" || name == "service" || name == "link" ||
           name == "quantity";
  }

  static std::string joined(const Ids& ids) {
    std::string out;
    for (const std::string_view id : ids) out.append(out.empty() ? "" : ",").append(id);
    return out;
  }

  /// One id as order=1, several as orders=1,2.
  static Fields ids_field(const std::string& singular, const Ids& ids) {
    return {{ids.size() == 1 ? singular : singular + "s", joined(ids)}};
  }

  HttpRequest request(std::string_view action, Fields fields, uint32_t effect) const {
    HttpRequest out;
    out.method = "POST";
    out.url = url_;
    out.effect = effect;
    out.body = options_.json_body ? encoded(JsonObject{}, action, fields).text()
                                  : std::string(encoded(Form{}, action, fields).text());
    out.headers = {{"accept", "application/json"},
                   {"content-type", options_.json_body ? "application/json" : "application/x-www-form-urlencoded"}};
    return out;
  }

  template <class Body>
  Body encoded(Body body, std::string_view action, const Fields& fields) const {
    body.add("key", key_).add("action", action);
    for (const auto& [name, value] : fields) body.add(name, value);
    return body;
  }

  /// Asks for at most max_batch ids at a time, one request after the other, and joins the rows.
  template <class Row, class Build, class Parse>
  Step<std::vector<Row>> in_batches(const Ids& ids, const Call& call, const Build& build, const Parse& parse) const {
    if (ids.empty()) return Step<std::vector<Row>>(std::vector<Row>{});
    std::vector<Row> rows;
    size_t done = 0;
    for (const Event& event : call.history) {
      if (!event.answered()) return Step<std::vector<Row>>(transport_failure(event, SMM_READ));
      const Ids part = batch_from(ids, done);
      Result<std::vector<Row>> answer = parse(part, event.response);
      if (!answer.ok()) return Step<std::vector<Row>>(answer.failure());
      std::move(answer.value().begin(), answer.value().end(), std::back_inserter(rows));
      done += part.size();
    }
    if (done >= ids.size()) return Step<std::vector<Row>>(std::move(rows));
    return Step<std::vector<Row>>(build(batch_from(ids, done)));
  }

  Ids batch_from(const Ids& ids, size_t start) const {
    const size_t begin = std::min(start, ids.size());
    const size_t end = std::min(begin + std::clamp<size_t>(options_.max_batch, 1, 100), ids.size());
    return {ids.begin() + static_cast<std::ptrdiff_t>(begin), ids.begin() + static_cast<std::ptrdiff_t>(end)};
  }

  PanelOptions options_;
  std::string url_;
  Secret key_;
  std::string currency_;
  bool orders_listing_;
};

}  // namespace smm::sdk
