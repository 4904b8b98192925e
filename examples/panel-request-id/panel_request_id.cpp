// A panel with JSON bodies, a bearer token, hexadecimal order ids and an idempotency key: an order that is sent again
// with the same request_id is answered with the order it made the first time. So a purchase whose answer was lost is
// asked for again by the host, and nobody has to look for it.
#include <algorithm>

#include "smm/sdk/panel_v2_orders.hpp"
#include "smm/sdk/plugin.hpp"

namespace {

using namespace smm::sdk;

/// What the panel's error codes mean. A code that is not here leaves the outcome unknown; "in_progress", a request_id
/// whose first request is still at work, is not here on purpose.
constexpr std::pair<std::string_view, smm_code> kRefusals[] = {
    {"bad_token", SMM_AUTH},         {"insufficient_balance", SMM_NO_FUNDS}, {"unknown_service", SMM_BAD_SERVICE},
    {"bad_count", SMM_BAD_QUANTITY}, {"bad_target", SMM_BAD_LINK},           {"target_busy", SMM_BUSY_LINK},
};

class RequestIdPanel final : public Provider {
 public:
  explicit RequestIdPanel(const Config& config) : url_(config.required("url")), token_(config.secret("token")) {}
  std::vector<uint32_t> operations() const override {
    return {SMM_PROVIDER_PLACE, SMM_PROVIDER_STATUS, SMM_PROVIDER_BALANCE};
  }

  Result<HttpRequest> build_place(const PlaceInput& in) const override {
    if (in.reference.empty()) return Failure{SMM_CONFIG, "without a reference it could be bought twice", {}, 0};
    JsonObject body;
    body.add("request_id", in.reference).add("service", in.service_id).add("target", in.link);
    body.add_number("count", in.quantity);
    return HttpRequest{"POST", url_ + "/orders", headers(), body.text(), SMM_WRITE_IDEMPOTENT};
  }
  Result<Placed> parse_place(const PlaceInput&, const HttpResponse& answer) const override {
    const Json body = parse_body(answer.body).value_or(Json{});
    if (auto refused = refusal(answer, body)) return *refused;
    const Json& order = body["order"];
    const bool accepted = answer.status == 201 || answer.status == 200;
    if (accepted && is_order_id(order["id"].text())) {
      return Placed{std::string(order["id"].text()), panel::money_member(order, "cost", {})};
    }
    return Failure{SMM_OUTCOME_UNKNOWN, "neither a clear acceptance nor a clear refusal", {}, 0};
  }

  Result<HttpRequest> build_status(const Ids& ids) const override {
    std::string joined;
    for (const std::string_view id : ids) joined.append(joined.empty() ? "" : ",").append(id);
    return HttpRequest{"GET", url_ + "/orders?" + Form().add("ids", joined).text(), headers(), {}, SMM_READ};
  }
  Result<std::vector<StatusRow>> parse_status(const Ids& ids, const HttpResponse& answer) const override {
    const Json body = parse_body(answer.body).value_or(Json{});
    if (auto refused = refusal(answer, body)) return *refused;
    if (answer.status != 200 || !body["orders"].is_array()) return unreadable();
    std::vector<StatusRow> rows;
    for (const std::string_view id : ids) rows.push_back(row_of(id, body["orders"]));
    return rows;
  }

  Result<HttpRequest> build_balance() const override {
    return HttpRequest{"GET", url_ + "/wallet", headers(), {}, SMM_READ};
  }
  Result<Money> parse_balance(const HttpResponse& answer) const override {
    const Json body = parse_body(answer.body).value_or(Json{});
    if (auto refused = refusal(answer, body)) return *refused;
    const auto left = panel::money_member(body, "available", {});
    if (answer.status != 200 || !left) return unreadable();
    return *left;
  }

 private:
  std::vector<std::pair<std::string, std::string>> headers() const {
    return {{"authorization", "Bearer " + token_.placeholder}, {"content-type", "application/json"}};
  }

  static bool is_order_id(std::string_view id) {
    return id.size() == 24 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  }

  static Failure unreadable() { return {SMM_BAD_RESPONSE, "not what was asked for", {}, 0}; }

  /// {"error": {"code": "...", "message": "..."}} with a status from 400 to 499.
  static std::optional<Failure> refusal(const HttpResponse& answer, const Json& body) {
    if (answer.status < 400 || answer.status > 499) return std::nullopt;
    const Json& error = body["error"];
    const std::string words(error["message"].text());
    if (answer.status == 429) return Failure{SMM_RATE_LIMITED, "asked to wait", words, panel::retry_after_ms(answer)};
    for (const auto& [word, code] : kRefusals) {
      if (error["code"].text() != word) continue;
      return Failure{code, "the panel refused: " + std::string(word), words, 0};
    }
    return std::nullopt;
  }

  static StatusRow row_of(std::string_view id, const Json& orders) {
    const auto& all = orders.items();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Json& order) { return order["id"].text() == id; });
    StatusRow row;
    row.order_id = std::string(id);
    if (found == all.end() || (*found)["state"].text().empty()) {
      row.code = SMM_BAD_RESPONSE;
      return row;
    }
    row.text = std::string((*found)["state"].text());
    row.state = panel::order_state(row.text);
    row.charge = panel::money_member(*found, "cost", {});
    row.remains = parse_count((*found)["missing"].text());
    return row;
  }

  const std::string url_;
  const Secret token_;
};

}  // namespace

extern "C" const smm_plugin* smm_plugin_entry_v1() noexcept {
  return plugin<RequestIdPanel>(SMM_PLUGIN_ID, SMM_PLUGIN_VERSION);
}
