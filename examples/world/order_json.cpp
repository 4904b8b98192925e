// An order of the simulated shop as JSON, key for key as captured orders have it: money now an integer and now a
// fraction, an empty relation as a list, dates as objects, a human number that is not the id.
#include <algorithm>

#include "examples/world/shop_order.h"

namespace smmhost::world {

namespace {

using Json = nlohmann::ordered_json;
using At = std::chrono::system_clock::time_point;

constexpr double kLinePrice = 29.91;

Json date(At at) {
  return Json{{"date", shop_time(at) + ".000000"}, {"timezone_type", 3}, {"timezone", "America/Sao_Paulo"}};
}

Json data(Json value) {
  return Json{{"data", std::move(value)}};
}

Json empty_relation() {
  return data(Json::array());
}

Json status_json(const std::string& alias) {
  const Status* status = find_status(alias);
  return Json{{"id", status->id}, {"alias", status->alias}, {"name", status->name}, {"description", nullptr}};
}

Json history_json(const Order& order) {
  Json list = Json::array();
  for (const std::string& alias : order.history) {
    Json entry = status_json(alias);
    entry["details"] = alias == "paid" ? Json("Criado por Mercadopago") : Json(nullptr);
    entry["created_at"] = date(order.created_at);
    entry["updated_at"] = date(order.updated_at);
    list.push_back(std::move(entry));
  }
  return data(std::move(list));
}

Json customer_json(const Order& order, std::int64_t merchant_id) {
  const Sensitive secret = sensitive_of(order.id);
  const std::string phone = customer_phone(order.id);
  return data(Json{{"id", 260'000'000 + order.id % 1'000'000},
                   {"merchant_id", merchant_id},
                   {"marketplace_id", nullptr},
                   {"active", true},
                   {"type", "f"},
                   {"name", customer_name(order.id)},
                   {"razao_social", nullptr},
                   {"first_name", "João"},
                   {"last_name", "Cliente"},
                   {"generic_name", customer_name(order.id)},
                   {"email", customer_email(order.id)},
                   {"cnpj", nullptr},
                   {"cpf", secret.cpf},
                   {"birthday", nullptr},
                   {"phone",
                    {{"full_number", phone},
                     {"area_code", "11"},
                     {"number", phone.substr(2)},
                     {"formated_number", "(11) " + phone.substr(2, 5) + "-" + phone.substr(7)},
                     {"whatsapp_link", "https://api.whatsapp.com/send?phone=55" + phone}}},
                   {"newsletter", false},
                   {"ip", secret.ip},
                   {"notes", nullptr},
                   {"token", secret.login_token},
                   {"login_url", "https://seguro.example.com/auth/login/force?token=" + secret.login_token},
                   {"anonymized", false},
                   {"created_at", date(order.created_at)},
                   {"updated_at", date(order.updated_at)}});
}

Json item_json(const OrderLine& line, At created) {
  Json customizations = Json::array();
  if (!line.customization.empty()) {
    customizations.push_back(
        Json{{"id", 5001}, {"name", "Usuário do Instagram"}, {"value", line.customization}, {"price", 0}});
  }
  const std::int64_t sku_id = 299'000'000 + line.item_id % 1'000'000;
  return Json{{"id", line.item_id},
              {"product_id", sku_id - 254'000'000},
              {"sku_id", sku_id},
              {"bundle_id", nullptr},
              {"price_cost", 0},
              {"price", kLinePrice},
              {"item_sku", line.sku},
              {"quantity", line.quantity},
              {"shipment_cost", 0},
              {"gift", false},
              {"gift_value", 0},
              {"has_recomm", 0},
              {"is_upsell", false},
              {"freebie_id", nullptr},
              {"is_digital", true},
              {"customizations", customizations},
              {"sku", data(Json{{"id", sku_id},
                                {"sku", line.sku},
                                {"token", "TOKENSKU01"},
                                {"title", "Pacote"},
                                {"variations", Json::array()},
                                {"combinations", ""},
                                {"allow_sell_without_customization", false},
                                {"purchase_url", "https://seguro.example.com/r/TOKENSKU01"},
                                {"created_at", date(created)},
                                {"customizations", empty_relation()}})}};
}

Json items_json(const Order& order, bool reverse) {
  Json list = Json::array();
  for (const OrderLine& line : order.lines) list.push_back(item_json(line, order.created_at));
  if (reverse) std::reverse(list.begin(), list.end());
  return data(std::move(list));
}

Json pix_json(const Order& order) {
  if (order.payment != "pix") return empty_relation();
  return data(
      Json{{"pix_qr_code", sensitive_of(order.id).pix_code}, {"pix_expiration_date", shop_time(order.created_at)}});
}

Json transactions_json(const Order& order, double total) {
  const bool paid = order.status != "waiting_payment";
  return data(Json::array({Json{{"id", order.id + 30'000'000},
                                {"customer_id", 260'000'000 + order.id % 1'000'000},
                                {"authorized", paid},
                                {"captured", paid},
                                {"cancelled", false},
                                {"gateway_transaction_id", "1700" + std::to_string(order.id)},
                                {"amount", total},
                                {"installments", 1},
                                {"status", paid ? "paid" : "waiting_payment"},
                                {"holder_document", sensitive_of(order.id).cpf},
                                {"billet_url", nullptr},
                                {"authorized_at", date(order.updated_at)},
                                {"captured_at", paid ? date(order.updated_at) : Json(nullptr)},
                                {"cancelled_at", nullptr},
                                {"payment", data(Json{{"alias", order.payment}, {"is_pix", order.payment == "pix"}})},
                                {"metadata", pix_json(order)}}}));
}

Json address_json(const Order& order) {
  const Sensitive secret = sensitive_of(order.id);
  return data(Json{{"id", 160'000'001},
                   {"order_id", order.id},
                   {"receiver", customer_name(order.id)},
                   {"zipcode", secret.zipcode},
                   {"zip_code", secret.zipcode},
                   {"street", secret.street},
                   {"number", "1"},
                   {"complement", ""},
                   {"neighborhood", "Centro"},
                   {"full_address", secret.street + ", 1 - Centro"},
                   {"city", "São Paulo"},
                   {"state", "SP"},
                   {"uf", "SP"},
                   {"country", "BR"}});
}

Json spreadsheet_json(const Order& order) {
  Json rows = Json::array();
  for (const OrderLine& line : order.lines) {
    rows.push_back(Json{{"product", "Pacote"},
                        {"sku", line.sku},
                        {"quantity", line.quantity},
                        {"customization", line.customization},
                        {"customer", customer_name(order.id)},
                        {"customer_email", customer_email(order.id)},
                        {"customer_document", sensitive_of(order.id).cpf},
                        {"status", find_status(order.status)->name}});
  }
  return data(std::move(rows));
}

}  // namespace

Json order_json(const Order& order, std::int64_t merchant_id, bool reverse_items) {
  const Sensitive secret = sensitive_of(order.id);
  const std::string phone = customer_phone(order.id);
  const double total = kLinePrice * static_cast<double>(order.lines.size());
  Json next_ids = Json::array();
  Json next_aliases = Json::array();
  for (const std::string& alias : allowed_next(order.status)) {
    next_ids.push_back(find_status(alias)->id);
    next_aliases.push_back(alias);
  }
  return Json{
      {"id", order.id},
      {"merchant_id", merchant_id},
      {"customer_id", 260'000'000 + order.id % 1'000'000},
      {"status_id", find_status(order.status)->id},
      {"desire_status_id", next_ids},
      {"desire_status", next_aliases},
      {"promocode_id", nullptr},
      {"authorized", order.status != "waiting_payment"},
      {"sync_by_erp", false},
      {"has_upsell", false},
      {"has_payment", true},
      {"order_bump_types", Json::array()},
      {"tags", Json::array()},
      {"delivered", order.status == "delivered"},
      {"number", order.number},
      {"value_total", total},
      {"value_products", total},
      {"value_shipment", 0},
      {"value_tax", 0},
      {"value_discount", 1.79},
      {"shipment_service", nullptr},
      {"shipment_service_id", nullptr},
      {"track_code", nullptr},
      {"days_delivery", 1},
      {"date_delivery", date(order.created_at)},
      {"cart_token", secret.cart_token},
      {"utm_source", nullptr},
      {"payments",
       Json::array({Json{
           {"alias", order.payment}, {"name", order.payment}, {"icon_url", "https://icons.yampi.me/svg/pix.svg"}}})},
      {"ip", secret.ip},
      {"device", "mobile"},
      {"reorder_url", "https://seguro.example.com/cart/items?customerToken=" + secret.login_token},
      {"content_statement_url", "https://api.dooki.com.br/html/orders/content-statement/" + secret.statement_token},
      {"billet_whatsapp_link", "https://api.whatsapp.com/send?phone=55" + phone + "&text="},
      {"public_url", "https://api.dooki.com.br/v2/public/orders/" + secret.public_token},
      {"created_at", date(order.created_at)},
      {"updated_at", date(order.updated_at)},
      {"status", data(status_json(order.status))},
      {"statuses", history_json(order)},
      {"customer", customer_json(order, merchant_id)},
      {"items", items_json(order, reverse_items)},
      {"shipping_address", address_json(order)},
      {"promocode", empty_relation()},
      {"marketplace", empty_relation()},
      {"pickup_address", empty_relation()},
      {"transactions", transactions_json(order, total)},
      {"search",
       data(Json{{"payment_method", order.payment}, {"products_ids", Json::array()}, {"cancelled_at", nullptr}})},
      {"services", empty_relation()},
      {"spreadsheet", spreadsheet_json(order)},
      {"metadata", data(Json::array({Json{{"key", "cart_id"}, {"value", "640000001"}}}))},
      {"pix", pix_json(order)},
      {"whatsapp", data(Json{{"abandoned_cart", nullptr}, {"pix", nullptr}})}};
}

}  // namespace smmhost::world
