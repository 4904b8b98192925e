// Compiled with the frozen headers of ABI 1.0: what the host takes as the least size of a struct is its size there.
#include "sdk/runner/given_struct.h"

static_assert(SMM_ABI_MINOR == 0, "these are not the frozen headers");

namespace smm::runner {
namespace {

template <class... T>
constexpr bool are_the_frozen_sizes = ((kLeastSize<T> == sizeof(T)) && ...);

static_assert(are_the_frozen_sizes<smm_http_request, smm_event, smm_failure, smm_interface, smm_plugin>);
static_assert(are_the_frozen_sizes<smm_place_input, smm_place_result, smm_ids_input, smm_status_row, smm_status_result,
                                   smm_action_row, smm_action_result, smm_balance_result, smm_service_row,
                                   smm_services_result, smm_reconcile_input, smm_reconcile_row, smm_reconcile_result>);
static_assert(
    are_the_frozen_sizes<smm_media_row, smm_check_input, smm_check_result, smm_media_input, smm_media_result>);

}  // namespace
}  // namespace smm::runner
