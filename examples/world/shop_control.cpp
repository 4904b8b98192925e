// A simulated Yampi shop: its control API, for scripts in any language.
#include "examples/world/shop.h"

namespace smmhost::world {

namespace {

using Json = nlohmann::ordered_json;

Answer json_answer(int status, const Json& body) {
  return Answer{status, body.dump()};
}

OrderSpec read_spec(const Json& body) {
  OrderSpec spec;
  spec.status = body.value("status", spec.status);
  spec.payment = body.value("payment", spec.payment);
  for (const Json& line : body.at("lines")) {
    spec.lines.push_back({line.at("sku").get<std::string>(), line.value("quantity", std::int64_t{1}),
                          line.value("customization", ""), 0});
  }
  return spec;
}

Json told_json(const std::vector<ToldStatus>& told) {
  Json rows = Json::array();
  for (const ToldStatus& one : told)
    rows.push_back(Json{{"order_id", one.order_id}, {"alias", one.alias}, {"http_status", one.http_status}});
  return rows;
}

}  // namespace

Answer Shop::control(const Request& request) {
  if (request.method == "GET" && request.path == "/_control/told") return json_answer(200, told_json(told()));
  const Json body = Json::parse(request.body, nullptr, false);
  if (request.method != "POST" || !body.is_object())
    return json_answer(400, Json{{"error", "a JSON object is needed"}});
  try {
    if (request.path == "/_control/orders") return json_answer(200, Json{{"id", place_order(read_spec(body))}});
    const auto id = body.at("id").get<std::int64_t>();
    if (request.path == "/_control/status") {
      set_status(id, body.at("alias").get<std::string>());
      return json_answer(200, Json::object());
    }
    if (request.path == "/_control/post") {
      WebhookOptions options;
      options.event = body.value("event", options.event);
      options.reverse_items = body.value("reverse_items", false);
      return json_answer(
          200, Json{{"status", post_webhook(body.at("url").get<std::string>(), webhook(id, options)).status}});
    }
  } catch (const std::exception& wrong) {
    return json_answer(400, Json{{"error", wrong.what()}});
  }
  return json_answer(404, Json{{"error", "no such control"}});
}

}  // namespace smmhost::world
