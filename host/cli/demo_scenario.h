// The orders of `smmhost demo`: what each shows, how the world treats it, and how it must end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "examples/world/world.h"
#include "host/cli/messages.h"

namespace smmhost {

// A purchase as it must stand in a panel's books.
struct DemoPurchase {
  std::string provider;
  std::string service;
  std::string link;
  std::int64_t quantity = 0;

  auto operator<=>(const DemoPurchase&) const = default;
};

struct DemoLine {
  std::string sku;
  std::string customization;
  std::int64_t quantity = 1;
  std::string state = "delivered";  // in which it must end
  std::string reason;               // with which reason
  std::vector<DemoPurchase> purchases;
};

// How the shop's webhooks come.
enum class DemoPosting {
  kOnce,
  kSameBytesThrice,
  kOtherBytes,     // order.created already paid, order.paid indented, order.status.updated with the items turned round
  kUnpaidFirst,    // order.created waiting for a boleto; order.paid when the scene says so
  kNever,          // the webhook is lost
  kWhenSceneSays,  // posted later
};

// What happens around an order while it is on its way, beside the program.
enum class DemoScene {
  kNone,
  kProfileOpens,
  kCustomerCancels,
  kBoletoIsPaid,
  kTopUp,
  kConnectionRefused,
  kDecideBought,     // review: the operator finds the order in the panel's list
  kDecideNotBought,  // review: the operator finds none
  kTakePartial,
  kBuyAgain,
};

struct DemoOrder {
  Message shows;
  std::vector<DemoLine> lines;
  std::vector<std::string> told;  // what the shop must have been told, in order
  DemoPosting posting = DemoPosting::kOnce;
  DemoScene scene = DemoScene::kNone;
  std::string username;  // of the first line, for scenes
  std::int64_t id = 0;   // given by the shop
};

struct DemoProduct {
  std::string sku;
  std::int64_t service;
  std::string provider;
  std::int64_t base_quantity;
  std::string type;
  std::int64_t second_service = 0;  // at worldsmm, where the first refuses; 0: none
};

const std::vector<DemoProduct>& demo_products();

// Sets the world up (accounts, faults, fates, balances), places the orders at its shop and returns them with their ids.
std::vector<DemoOrder> set_up_demo(world::World& world);

}  // namespace smmhost
