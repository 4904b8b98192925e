// What happens in the world without anyone asking.
#include "tests/simulation/world.h"

namespace smmhost::sim {

void World::advance_panel_orders() {
  for (PanelOrder& order : panel_orders) {
    if (order.progress == OrderProgress::kPending && random.percent(60)) {
      order.progress = OrderProgress::kInProgress;
    } else if (order.progress == OrderProgress::kInProgress && random.percent(50)) {
      order.progress = OrderProgress::kCompleted;
      order.remains = 0;
      if (faults && random.percent(6)) {
        order.progress = OrderProgress::kPartial;
        order.remains = order.quantity / 3 + 1;
        sometimes_met("panel delivers partly");
      } else if (faults && random.percent(4)) {
        order.progress = OrderProgress::kCanceled;
        order.remains = order.quantity;
        sometimes_met("panel cancels");
      }
    }
  }
}

}  // namespace smmhost::sim
