// A simulated SMM panel: its control API, for scripts in any language.
//   GET  /_control/ledger            orders, every add request, balance and what all orders cost
//   POST /_control/balance           {"micros": 5000000}
//   POST /_control/fault             {"reply": "hang", "action": "add", "link_part": "", "skip": 0, "times": 1,
//   "accept": true, "text": ""} POST /_control/fate              {"link_part": "someone", "fate": "partial", "remains":
//   100} POST /_control/close-connections {"count": 1} POST /_control/advance           {"seconds": 600}
#include <nlohmann/json.hpp>

#include "examples/world/amounts.h"
#include "examples/world/panel.h"

namespace smmhost::world {

namespace {

using Json = nlohmann::ordered_json;

Answer bad_request(const std::string& why) {
  return Answer{400, Json{{"error", why}}.dump()};
}

std::optional<PanelFault> read_fault(const Json& body) {
  const auto reply = parse_panel_reply(body.value("reply", ""));
  if (!reply) return std::nullopt;
  PanelFault fault;
  fault.reply = *reply;
  fault.action = body.value("action", fault.action);
  fault.link_part = body.value("link_part", "");
  fault.skip = body.value("skip", fault.skip);
  fault.times = body.value("times", fault.times);
  fault.accept = body.value("accept", fault.accept);
  fault.text = body.value("text", "");
  return fault;
}

}  // namespace

Answer Panel::control(const Request& request) {
  if (request.method == "GET" && request.path == "/_control/ledger") return ledger();
  const Json body = Json::parse(request.body, nullptr, false);
  if (request.method != "POST" || !body.is_object()) return bad_request("a JSON object is needed");
  try {
    if (request.path == "/_control/balance") {
      set_balance(body.at("micros").get<std::int64_t>());
    } else if (request.path == "/_control/fault") {
      const auto fault = read_fault(body);
      if (!fault) return bad_request("unknown reply");
      add_fault(*fault);
    } else if (request.path == "/_control/fate") {
      const auto fate = parse_fate(body.value("fate", ""));
      if (!fate) return bad_request("unknown fate");
      set_fate(body.value("link_part", ""), *fate, body.value("remains", std::int64_t{0}));
    } else if (request.path == "/_control/close-connections") {
      http_.close_next_connections(body.at("count").get<int>());
    } else if (request.path == "/_control/advance") {
      clock_.advance(std::chrono::seconds{body.at("seconds").get<std::int64_t>()});
    } else {
      return Answer{404, R"({"error":"no such control"})"};
    }
  } catch (const Json::exception& wrong) {
    return bad_request(wrong.what());
  }
  return Answer{200, "{}"};
}

Answer Panel::ledger() {
  Json orders_json = Json::array();
  for (const PanelOrder& order : orders()) {
    orders_json.push_back(Json{{"id", order.id},
                               {"service", order.service},
                               {"link", order.link},
                               {"quantity", order.quantity},
                               {"charge", decimal(order.charge_micros)},
                               {"state", to_string(order.state)}});
  }
  Json adds = Json::array();
  for (const AddRequest& add : add_requests()) {
    adds.push_back(Json{
        {"service", add.service}, {"link", add.link}, {"quantity", add.quantity}, {"accepted_as", add.accepted_as}});
  }
  return Answer{200, Json{{"panel", options_.name},
                          {"currency", options_.currency},
                          {"balance", decimal(balance_micros())},
                          {"spent", decimal(spent_micros())},
                          {"orders", orders_json},
                          {"add_requests", adds}}
                         .dump()};
}

}  // namespace smmhost::world
