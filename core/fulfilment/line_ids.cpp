#include "core/fulfilment/line_ids.h"

#include <cstdint>
#include <map>

namespace smmhost {
namespace {

// FNV-1a, 64 bits: a SKU may hold anything, and an id stands in addresses.
std::string digits_of(const std::string& sku) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : sku) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4) digits += kDigits[(hash >> shift) & 15U];
  return digits;
}

}  // namespace

std::vector<std::string> payment_ids_of(const ShopOrder& order) {
  std::vector<std::string> ids;
  std::map<std::string, int> without_id;  // by SKU
  for (const ShopOrderLine& line : order.lines) {
    std::string id = std::to_string(order.order_id) + '_';
    if (!line.item_id.empty()) {
      id += line.item_id;
    } else {
      id += "sku-" + digits_of(line.sku);
      if (const int n = ++without_id[line.sku]; n > 1) id += '-' + std::to_string(n);
    }
    ids.push_back(std::move(id));
  }
  return ids;
}

}  // namespace smmhost
