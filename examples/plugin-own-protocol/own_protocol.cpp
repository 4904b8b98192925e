// A panel with a protocol of its own: REST and JSON, a bearer token, HTTP statuses for its refusals.
#include "smm/sdk/panel_v2_orders.hpp"
#include "smm/sdk/plugin.hpp"

using namespace smm::sdk;

class OwnProtocol final : public Provider {
 public:
  explicit OwnProtocol(const Config& config) : url_(config.required("url")), token_(config.secret("token")) {}
  std::vector<uint32_t> operations() const override { return {SMM_PROVIDER_PLACE, SMM_PROVIDER_STATUS}; }

  Result<HttpRequest> build_place(const PlaceInput& in) const override {
    const auto body = JsonObject().add("service", in.service_id).add("url", in.link).add_number("amount", in.quantity);
    return HttpRequest{"POST", url_ + "/orders", headers(), body.text(), SMM_WRITE_ONCE};
  }
  Result<Placed> parse_place(const PlaceInput&, const HttpResponse& answer) const override {
    const Json body = parse_body(answer.body).value_or(Json{});
    if (auto refused = refusal(answer, body)) return *refused;
    if (answer.status == 200 && body["id"].is_string()) return Placed{std::string(body["id"].text()), {}};
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
    if (answer.status != 200 || !body.is_object()) return Failure{SMM_BAD_RESPONSE, "not a list of orders", {}, 0};
    std::vector<StatusRow> rows;
    for (const std::string_view id : ids) {
      const std::string word(body[id]["phase"].text());
      const smm_code code = word.empty() ? SMM_BAD_RESPONSE : SMM_OK;
      const auto left = parse_count(body[id]["left"].text());
      rows.push_back({std::string(id), code, panel::order_state(word), {}, {}, left, word});
    }
    return rows;
  }

 private:
  std::vector<std::pair<std::string, std::string>> headers() const {
    return {{"authorization", "Bearer " + token_.placeholder}, {"content-type", "application/json"}};
  }
  static std::optional<Failure> refusal(const HttpResponse& answer, const Json& body) {
    const std::string reason(body["reason"].text());
    if (answer.status == 401) return Failure{SMM_AUTH, "the token was refused", reason, 0};
    if (answer.status == 402) return Failure{SMM_NO_FUNDS, "the balance is too low", reason, 0};
    if (answer.status == 429) return Failure{SMM_RATE_LIMITED, "asked to wait", reason, panel::retry_after_ms(answer)};
    if (answer.status == 422 && !reason.empty()) return Failure{SMM_REJECTED, "refused", reason, 0};
    return std::nullopt;
  }
  const std::string url_;
  const Secret token_;
};

extern "C" const smm_plugin* smm_plugin_entry_v1() noexcept {
  return plugin<OwnProtocol>(SMM_PLUGIN_ID, SMM_PLUGIN_VERSION);
}
