// The scenes of `smmhost demo`: the customer and the operator act when an order has come to the point where they would.
#include <algorithm>

#include "host/cli/demo_run.h"
#include "host/cli/demo_text.h"

namespace smmhost {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBoletoTakes{1500};

std::string text_of(const Json& object, const char* name) {
  return object.contains(name) && object[name].is_string() ? object[name].get<std::string>() : std::string{};
}

}  // namespace

// Called until it has been played.
void DemoRun::play(std::size_t index) {
  DemoOrder& order = orders_[index];
  world::Shop& shop = world_.shop();
  const auto found =
      order.id == 0
          ? payments_.end()
          : payments_.find(std::to_string(order.id) + "_" + std::to_string(shop.order(order.id).lines[0].item_id));
  const Json payment = found == payments_.end() ? Json::object() : found->second;
  const std::string state = text_of(payment, "state");
  const bool shop_knows_private = order.id != 0 && !shop.told_to(order.id).empty();
  switch (order.scene) {
    case DemoScene::kNone:
      played_[index] = true;
      return;
    case DemoScene::kProfileOpens:
      if (state != "waiting_profile" || !shop_knows_private) return;
      world_.instagram().set_private(order.username, false);
      news_(say_(demo_text::kOpened, order.username));
      break;
    case DemoScene::kCustomerCancels:
      if (state != "waiting_profile" || !shop_knows_private) return;
      shop.set_status(order.id, "cancelled");
      post(shop.webhook(order.id, {.event = "order.status.updated"}));
      news_(say_(demo_text::kCancels, order.id));
      break;
    case DemoScene::kBoletoIsPaid:
      if (Clock::now() - began_ < kBoletoTakes) return;
      shop.set_status(order.id, "paid");
      post(shop.webhook(order.id));
      news_(say_(demo_text::kPays, order.id));
      break;
    case DemoScene::kTopUp:
      if (state != "held" || text_of(payment, "reason") != "no_funds") return;
      world_.worldsmm().set_balance(500'000'000);
      news_(say_(demo_text::kOperator, say_.text(demo_text::kTopUp)));
      break;
    case DemoScene::kConnectionRefused:
      play_connection_refused(index);
      return;
    case DemoScene::kDecideBought:
    case DemoScene::kDecideNotBought:
    case DemoScene::kTakePartial:
    case DemoScene::kBuyAgain:
      if (state != "review") return;
      play_review(order, payment);
      break;
  }
  played_[index] = true;
}

// The order is placed while nothing else is on its way to that panel; a cut connection would be an unknown outcome.
void DemoRun::play_connection_refused(std::size_t index) {
  DemoOrder& order = orders_[index];
  if (order.id == 0) {
    if (!others_as_expected(index)) return;
    world_.worldsmm().http().go_down();
    news_(std::string{say_.text(demo_text::kGoesDown)});
    order.id = world_.shop().place_order({{{order.lines[0].sku, 1, order.lines[0].customization, 0}}, "paid", "pix"});
    post(world_.shop().webhook(order.id));
    return;
  }
  if (!was_refused(order)) return;
  world_.worldsmm().http().come_up();
  news_(std::string{say_.text(demo_text::kComesUp)});
  played_[index] = true;
}

// The timeline shows an attempt of which not a byte was sent.
bool DemoRun::was_refused(const DemoOrder& order) {
  const std::string id =
      std::to_string(order.id) + "_" + std::to_string(world_.shop().order(order.id).lines[0].item_id);
  if (!payments_.contains(id)) return false;
  const Json timeline = ask("GET", "/api/payments/" + id + "/timeline");
  return std::any_of(timeline.begin(), timeline.end(), [](const Json& event) {
    return event.at("exchange").is_object() && text_of(event.at("exchange"), "outcome") == "not_sent";
  });
}

bool DemoRun::others_as_expected(std::size_t index) const {
  for (std::size_t n = 0; n < standings_.size(); ++n) {
    if (n != index && !standings_[n].as_expected) return false;
  }
  return true;
}

void DemoRun::play_review(const DemoOrder& order, const Json& payment) {
  Json waiting;
  for (const Json& placement : payment.at("placements")) {
    const std::string placement_state = text_of(placement, "state");
    if (placement_state == "unknown" || placement_state == "partial" || placement_state == "canceled")
      waiting = placement;
  }
  if (order.scene == DemoScene::kTakePartial) return decide(waiting, "placed", "", demo_text::kTakePart);
  if (order.scene == DemoScene::kBuyAgain) {
    world_.machinesmm().set_fate("/" + order.username + "/", world::Fate::kCompletes);
    return decide(waiting, "not_placed", "", demo_text::kBuyAgain);
  }
  const std::string found = unclaimed_order(text_of(waiting, "link"));
  if (found.empty()) return decide(waiting, "not_placed", "", demo_text::kNoEvidence);
  decide(waiting, "placed", found, demo_text::kEvidence);
}

// What an operator would look up on the panel's order page: an order for the link that no payment has.
std::string DemoRun::unclaimed_order(const std::string& link) {
  for (const world::PanelOrder& order : world_.machinesmm().orders_for(link)) {
    const bool claimed = std::any_of(payments_.begin(), payments_.end(), [&](const auto& entry) {
      const Json& placements = entry.second.at("placements");
      return std::any_of(placements.begin(), placements.end(),
                         [&](const Json& placement) { return text_of(placement, "provider_order_id") == order.id; });
    });
    if (!claimed) return order.id;
  }
  return {};
}

void DemoRun::decide(const Json& placement, const std::string& decision, const std::string& order_id,
                     const Message& why) {
  const std::string id = text_of(placement, "id");
  std::string shown;
  for (const Json& entry : ask("GET", "/api/review")) {
    if (text_of(entry, "id") == id) shown = text_of(entry, "why");
  }
  const std::string line = say_(why, id, shown, order_id);
  Json body{{"decision", decision}, {"note", line}};
  if (!order_id.empty()) body["provider_order_id"] = order_id;
  ask("POST", "/api/review/" + id, body);
  news_(say_(demo_text::kOperator, line));
}

}  // namespace smmhost
