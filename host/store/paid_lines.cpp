// The payments that a kept delivery of a paid order made, read from what was kept of its body.
#include "host/store/paid_lines.h"

#include <nlohmann/json.hpp>

namespace smmhost {
namespace {

using Json = nlohmann::json;

const Json& at(const Json& object, const char* name) {
  static const Json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

bool is_usable(const Json& line) {
  const Json& quantity = at(line, "quantity");
  return at(line, "id").is_number_integer() && quantity.is_number_integer() && quantity.get<std::int64_t>() > 0;
}

}  // namespace

std::vector<std::string> paid_lines_of(const Delivery& delivery) {
  const Json body = Json::parse(delivery.payload, nullptr, false);
  if (body.is_discarded()) return {};
  const Json& order = at(body, "resource");
  if (at(at(at(order, "status"), "data"), "alias") != "paid") return {};
  std::vector<std::string> ids;
  for (const Json& line : at(at(order, "items"), "data"))
    if (is_usable(line))
      ids.push_back(std::to_string(delivery.order_id) + '_' + std::to_string(at(line, "id").get<std::int64_t>()));
  return ids;
}

}  // namespace smmhost
