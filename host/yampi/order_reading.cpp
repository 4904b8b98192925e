#include "host/yampi/order_reading.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/text/customer_text.h"
#include "host/yampi/customization.h"
#include "host/yampi/shop_time.h"
#include "host/yampi/status_words.h"

namespace smmhost {
namespace {

constexpr std::size_t kMostNotes = 20;

using TextMap = std::unordered_map<std::string, std::vector<std::string>>;

std::string lower_ascii(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool is_blank(const std::string& text) {
  return clean_customer_text(text).blank;
}

// The answers of spreadsheet[], by SKU. A SKU with two rows has two entries, empty ones included.
TextMap spreadsheet_answers(const std::optional<Json>& resource) {
  TextMap answers;
  for (const Json& row : relation_list(resource, "spreadsheet"))
    answers[text_of(member(row, "sku"))].push_back(text_of(member(row, "customization")));
  return answers;
}

std::string sku_of(const Json& item) {
  std::string sku = text_of(member(item, "item_sku"));
  if (sku.empty()) sku = text_of(member(relation(item, "sku"), "sku"));
  return sku;
}

std::string describe(const std::string& item_id, const std::string& sku) {
  return "Line " + (item_id.empty() ? "without id" : item_id) + " (SKU " +
         (sku.empty() ? "missing" : sku.substr(0, 80)) + ")";
}

std::string name_of(const std::optional<Json>& customer) {
  for (const char* key : {"name", "generic_name", "first_name"}) {
    if (std::string name = text_of(member(customer, key)); !name.empty()) return name;
  }
  return {};
}

std::string alias_of_status(const std::optional<Json>& resource) {
  const std::optional<Json> status = relation(resource, "status");
  std::string alias = text_of(member(status, "alias"));
  if (alias.empty()) {
    auto id = whole_number(member(status, "id"));
    if (!id) id = whole_number(member(resource, "status_id"));
    if (id) alias = built_in_status_alias(*id);
  }
  return lower_ascii(std::move(alias));
}

// When the order became paid, by its history; its first entry of that status counts.
struct PaidEntry {
  bool found = false;
  std::optional<Time> at;
};

PaidEntry paid_entry(const std::optional<Json>& resource) {
  PaidEntry first;
  for (const Json& entry : relation_list(resource, "statuses")) {
    std::string alias = text_of(member(entry, "alias"));
    if (alias.empty()) alias = built_in_status_alias(whole_number(member(entry, "id")).value_or(0));
    if (lower_ascii(std::move(alias)) != "paid") continue;
    const std::optional<Time> at = read_shop_time(member(entry, "created_at"));
    if (!first.found || (at && first.at && *at < *first.at)) first = {true, at};
  }
  return first;
}

class LineReader {
 public:
  LineReader(const std::optional<Json>& resource, OrderReading& reading)
      : items_(relation_list(resource, "items")), spreadsheet_(spreadsheet_answers(resource)), reading_(reading) {
    for (const Json& item : items_) ++lines_of_sku_[sku_of(item)];
  }

  void read_all() {
    for (const Json& item : items_) read(item);
  }

 private:
  void note(std::string text) {
    if (reading_.notes.size() < kMostNotes) reading_.notes.push_back(std::move(text));
  }

  void read(const Json& item) {
    const auto id = whole_number(member(item, "id"));
    CustomizationReading customization = read_customization(item);
    ShopOrderLine line{.item_id = id && *id > 0 ? std::to_string(*id) : "",
                       .sku = sku_of(item),
                       .quantity = whole_number(member(item, "quantity")).value_or(0),
                       .customization = std::move(customization.text)};
    const std::string name = describe(line.item_id, line.sku);
    if (!line.item_id.empty() && !seen_.insert(line.item_id).second) return note(name + " is repeated; taken once.");
    // The spreadsheet does not say which question its text answers.
    if (!customization.answered) line.customization = answer_from_spreadsheet(line);
    if (line.item_id.empty()) note(name + " has no id, and a line is never told by its position.");
    if (line.quantity <= 0) note(name + " has no usable quantity.");
    if (customization.several) note(name + " has several answers that point at different things; it is held.");
    if (line.sku.empty()) note(name + " has no SKU; it is held.");
    reading_.order.lines.push_back(std::move(line));
  }

  // The spreadsheet names no line, only a SKU: of use where one line and one row have it.
  std::string answer_from_spreadsheet(const ShopOrderLine& line) {
    const auto rows = spreadsheet_.find(line.sku);
    if (line.sku.empty() || lines_of_sku_[line.sku] != 1 || rows == spreadsheet_.end() || rows->second.size() != 1)
      return {};
    if (is_blank(rows->second.front())) return {};
    note(describe(line.item_id, line.sku) + " has its customization from the order's spreadsheet.");
    return rows->second.front();
  }

  std::vector<Json> items_;
  TextMap spreadsheet_;
  std::unordered_map<std::string, int> lines_of_sku_;
  std::unordered_set<std::string> seen_;
  OrderReading& reading_;
};

}  // namespace

std::optional<Time> read_shop_time(const std::optional<Json>& value) {
  if (!value) return std::nullopt;
  const std::optional<Json> date = member(value, "date");
  if (!date) return parse_shop_time(text_of(value));
  const std::string zone = text_of(member(value, "timezone"));
  return zone.empty() ? parse_shop_time(text_of(date)) : parse_shop_time(text_of(date), zone);
}

MovedOn moved_on_of(const ShopOrder& order, std::string_view event, std::span<const std::string> paid_statuses) {
  const std::string& status = order.status_alias;
  if (status == "paid" || is_cancellation(status)) return MovedOn::kNo;
  const bool counts = std::find(paid_statuses.begin(), paid_statuses.end(), status) != paid_statuses.end();
  const bool sent_off = status == "on_carriage" || status == "delivered" || status == "shipment_exception";
  if (event == "order.paid" && (counts || sent_off)) return MovedOn::kPaidEvent;
  return counts && order.was_paid ? MovedOn::kPaidHistory : MovedOn::kNo;
}

std::variant<OrderReading, UnreadableOrder> read_order(const std::optional<Json>& resource,
                                                       const std::string& merchant_alias) {
  if (!resource || !resource->is_object()) return UnreadableOrder{"There is no order in it."};
  const auto id = whole_number(member(resource, "id"));
  if (!id || *id <= 0) return UnreadableOrder{"The order has no id."};

  OrderReading reading;
  ShopOrder& order = reading.order;
  order.merchant_alias = merchant_alias;
  order.order_id = *id;
  if (const auto number = whole_number(member(resource, "number"))) order.number = std::to_string(*number);
  order.status_alias = alias_of_status(resource);
  if (order.status_alias.empty()) return UnreadableOrder{"The order has no status."};

  const std::optional<Json> customer = relation(resource, "customer");
  order.customer_name = name_of(customer);
  order.email = text_of(member(customer, "email"));
  order.phone_full_number = text_of(member(member(customer, "phone"), "full_number"));
  order.created_at = read_shop_time(member(resource, "created_at"));
  order.updated_at = read_shop_time(member(resource, "updated_at"));
  const PaidEntry paid = paid_entry(resource);
  order.was_paid = paid.found;
  order.paid_at = paid.at;
  LineReader(resource, reading).read_all();
  return reading;
}

}  // namespace smmhost
