// What a plugin may do that none of the examples does: required settings that are no secrets and not made up easily, a
// secret that is a string, answers in plain text, a purchase that begins with a look, and a request that bears its
// time.
#include <cstdlib>

#include "smm/sdk/plugin.hpp"

using namespace smm::sdk;

class Panel final : public Provider {
 public:
  explicit Panel(const Config& config)
      : url_(config.required("url")),
        greeting_(config.text("greeting")),
        token_(config.secret("token")),
        looks_first_(config.flag("look_first")) {
    const std::string region = config.required("region");
    if (!region.empty() && region != "eu" && region != "us") config.error("region", "must be eu or us");
    if (!config.required("most").empty()) config.integer("most", 10, 10, 20);
    if (config.name() == "a name that no section has") std::exit(1);
  }

  std::vector<uint32_t> operations() const override { return {SMM_PROVIDER_PLACE}; }

  Step<Placed> step_place(const PlaceInput& in, const Call& call) const override {
    Call rest = call;
    if (!looks_first_) return buy(in, rest);
    if (rest.history.empty()) return HttpRequest{"GET", url_ + "?" + Form().add("stock", in.service_id).text(), {}, {}};
    const Event& look = rest.history.front();
    if (!look.answered()) return transport_failure(look, SMM_READ);
    if (look.response.status == 429) return Failure{SMM_RATE_LIMITED, "too many requests", {}, 0};
    if (look.response.body == "none left") return Failure{SMM_REJECTED, "sold out", "none left", 0};
    if (look.response.body != "there is some") return Failure{SMM_BAD_RESPONSE, "no word about the stock", {}, 0};
    rest.history.erase(rest.history.begin());
    return buy(in, rest);
  }

 private:
  Step<Placed> buy(const PlaceInput& in, const Call& call) const {
    return play_pair<Placed>(
        call, [&] { return order(in, call); },
        [](const HttpResponse& answer) -> Result<Placed> {
          constexpr std::string_view kStart = "order=";
          const bool accepted = answer.status == 200 && answer.body.substr(0, kStart.size()) == kStart &&
                                answer.body.size() > kStart.size();
          if (accepted) return Placed{std::string(answer.body.substr(kStart.size())), {}};
          if (answer.status == 429) return Failure{SMM_RATE_LIMITED, "too many requests", {}, 0};
          return Failure{SMM_OUTCOME_UNKNOWN, "no order in the answer", {}, 0};
        });
  }
  Result<HttpRequest> order(const PlaceInput& in, const Call& call) const {
    Form body;
    body.add("token", token_).add("service", in.service_id).add("link", in.link);
    body.add("quantity", std::to_string(in.quantity)).add("greeting", greeting_);
    return HttpRequest{"POST", url_, {{"x-sent-at", std::to_string(call.now)}}, body.text(), SMM_WRITE_ONCE};
  }

  const std::string url_;
  const std::string greeting_;
  const Secret token_;
  const bool looks_first_;
};

extern "C" const smm_plugin* smm_plugin_entry_v1() noexcept {
  return plugin<Panel>(SMM_PLUGIN_ID, SMM_PLUGIN_VERSION);
}
