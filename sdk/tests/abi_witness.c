/* A library that takes every public struct by pointer, for abidiff: it compares what can be reached from a symbol, and
 * the plugin's own entry point reaches hardly anything. A check in abi_headers_test.cpp keeps the list complete. */
#include "smm/plugin.h"

#define SMM_WITNESS(type)                     \
  void witness_of_##type(const type*);        \
  void witness_of_##type(const type* value) { \
    (void)value;                              \
  }

SMM_WITNESS(smm_str)
SMM_WITNESS(smm_pair)
SMM_WITNESS(smm_http_request)
SMM_WITNESS(smm_event)
SMM_WITNESS(smm_call)
SMM_WITNESS(smm_failure)
SMM_WITNESS(smm_out)
SMM_WITNESS(smm_interface)
SMM_WITNESS(smm_host)
SMM_WITNESS(smm_config)
SMM_WITNESS(smm_errors)
SMM_WITNESS(smm_plugin)
SMM_WITNESS(smm_place_input)
SMM_WITNESS(smm_place_result)
SMM_WITNESS(smm_ids_input)
SMM_WITNESS(smm_status_row)
SMM_WITNESS(smm_status_result)
SMM_WITNESS(smm_action_row)
SMM_WITNESS(smm_action_result)
SMM_WITNESS(smm_balance_result)
SMM_WITNESS(smm_service_row)
SMM_WITNESS(smm_services_result)
SMM_WITNESS(smm_reconcile_input)
SMM_WITNESS(smm_reconcile_row)
SMM_WITNESS(smm_reconcile_result)
SMM_WITNESS(smm_media_row)
SMM_WITNESS(smm_check_input)
SMM_WITNESS(smm_check_result)
SMM_WITNESS(smm_media_input)
SMM_WITNESS(smm_media_result)

const smm_plugin* smm_plugin_entry_v1(void) {
  return 0;
}
