#include "host/yampi/status_words.h"

namespace smmhost {
namespace {

struct StatusWord {
  std::int64_t id;
  std::string_view alias;
};

constexpr StatusWord kStatuses[] = {
    {3, "waiting_payment"},
    {4, "paid"},
    {5, "handling_products"},
    {6, "on_carriage"},
    {7, "delivered"},
    {8, "cancelled"},
    {9, "refused"},
    {10, "invoiced"},
    {11, "shipment_exception"},
    {12, "ready_for_shipping"},
    {15, "partially_paid"},
};

}  // namespace

std::optional<std::int64_t> built_in_status_id(std::string_view alias) {
  for (const StatusWord& status : kStatuses) {
    if (status.alias == alias) return status.id;
  }
  return std::nullopt;
}

std::string_view built_in_status_alias(std::int64_t id) {
  for (const StatusWord& status : kStatuses) {
    if (status.id == id) return status.alias;
  }
  return {};
}

}  // namespace smmhost
