// MachineSMM (machinesmm.com): the panel API v2 as it is.
#include "smm/sdk/panel_v2.hpp"
#include "smm/sdk/plugin.hpp"

extern "C" const smm_plugin* smm_plugin_entry_v1() noexcept {
  return smm::sdk::plugin<smm::sdk::PanelV2>(SMM_PLUGIN_ID, SMM_PLUGIN_VERSION);
}
