// A look-up that takes two requests: a search gives the account's number, the account says whether it is open.
#include <algorithm>

#include "smm/sdk/panel_v2_errors.hpp"
#include "smm/sdk/plugin.hpp"

namespace {

using namespace smm::sdk;

class TwoRequests final : public ProfileChecker {
 public:
  explicit TwoRequests(const Config& config) : url_(config.required("url")), key_(config.secret("api_key")) {}
  std::vector<uint32_t> operations() const override { return {SMM_CHECKER_CHECK}; }

  /// The history says how far it got: nothing yet, the search, the account.
  Step<Profile> step_check(std::string_view username, const Call& call) const override {
    if (call.history.empty()) return get("/search?" + Form().add("name", username).text());
    const Result<std::string> number = read_search(username, call.history[0]);
    if (!number.ok()) return number.failure();
    if (number.value().empty()) return no_such_user();
    if (call.history.size() == 1) return get("/accounts/" + percent_encode(number.value()));
    return finish(read_account(username, number.value(), call.history[1]));
  }

 private:
  static Profile no_such_user() {
    Profile none;
    none.exists = false;
    return none;
  }

  HttpRequest get(const std::string& path) const {
    return {"GET", url_ + path, {{"x-api-key", key_.placeholder}}, {}, SMM_READ};
  }

  /// The body of an answer that is one.
  static Result<Json> read_body(const Event& event) {
    if (!event.answered()) return transport_failure(event, SMM_READ);
    const HttpResponse& answer = event.response;
    if (answer.status == 401) return Failure{SMM_AUTH, "the key was refused", {}, 0};
    if (answer.status == 429) return Failure{SMM_RATE_LIMITED, "asked to wait", {}, panel::retry_after_ms(answer)};
    if (answer.status >= 500) return Failure{SMM_UPSTREAM_DOWN, "HTTP " + std::to_string(answer.status), {}, 0};
    const auto body = parse_body(answer.body);
    if (answer.status != 200 || !body) return Failure{SMM_BAD_RESPONSE, "not what was asked for", {}, 0};
    return *body;
  }

  /// The number of the account of exactly that name; empty if the search says that it has none.
  static Result<std::string> read_search(std::string_view username, const Event& event) {
    const Result<Json> body = read_body(event);
    if (!body.ok()) return body.failure();
    const Json& matches = body.value()["matches"];
    if (!matches.is_array()) return Failure{SMM_BAD_RESPONSE, "a search without matches", {}, 0};
    const auto& all = matches.items();
    const auto same = std::find_if(all.begin(), all.end(),
                                   [&](const Json& one) { return equal_ignoring_case(one["name"].text(), username); });
    if (same == all.end()) return std::string{};
    std::string number((*same)["number"].text());
    if (number.empty()) return Failure{SMM_BAD_RESPONSE, "a match without a number", {}, 0};
    return number;
  }

  /// Neither open nor closed is ever a default.
  static Result<Profile> read_account(std::string_view username, const std::string& number, const Event& event) {
    const Result<Json> body = read_body(event);
    if (!body.ok()) return body.failure();
    const Json& account = body.value();
    const std::string_view visibility = account["visibility"].text();
    const bool is_clear = visibility == "open" || visibility == "closed";
    if (!is_clear || account["number"].text() != number || !equal_ignoring_case(account["name"].text(), username)) {
      return Failure{SMM_BAD_RESPONSE, "not this account, or without a clear visibility", {}, 0};
    }
    Profile out;
    out.is_private = visibility == "closed";
    out.username = std::string(account["name"].text());
    out.user_id = number;
    out.followers = parse_count(account["followers"].text());
    return out;
  }

  const std::string url_;
  const Secret key_;
};

}  // namespace

extern "C" const smm_plugin* smm_plugin_entry_v1() noexcept {
  return plugin<TwoRequests>(SMM_PLUGIN_ID, SMM_PLUGIN_VERSION);
}
