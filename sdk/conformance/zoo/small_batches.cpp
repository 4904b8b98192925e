// A panel that speaks the API v2 and takes one id in a request: not at fault.
#include "smm/sdk/panel_v2.hpp"
#include "smm/sdk/plugin.hpp"

class SmallBatches final : public smm::sdk::PanelV2 {
 public:
  explicit SmallBatches(const smm::sdk::Config& config) : PanelV2(config, {.max_batch = 1}) {}
};

extern "C" const smm_plugin* smm_plugin_entry_v1() noexcept {
  return smm::sdk::plugin<SmallBatches>(SMM_PLUGIN_ID, SMM_PLUGIN_VERSION);
}
