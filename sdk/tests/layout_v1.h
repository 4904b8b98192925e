/* The frozen layout of ABI v1.0 on 64-bit Linux: every size and every offset. A line here never changes; a struct that
 * grew in a later minor version gets a new size and the lines of its new fields. Compiles as C11 and as C++11. */
#ifndef SMM_SDK_TESTS_LAYOUT_V1_H
#define SMM_SDK_TESTS_LAYOUT_V1_H

#include "smm/plugin.h"

#ifdef __cplusplus
#define SMM_LAYOUT_ASSERT(condition, text) static_assert(condition, text)
#else
#define SMM_LAYOUT_ASSERT(condition, text) _Static_assert(condition, text)
#endif
#define SMM_LAYOUT_SIZE(type, size) SMM_LAYOUT_ASSERT(sizeof(type) == (size), "size of " #type)
#define SMM_LAYOUT_AT(type, member, offset) SMM_LAYOUT_ASSERT(offsetof(type, member) == (offset), #type "." #member)

SMM_LAYOUT_SIZE(smm_str, 16);
SMM_LAYOUT_AT(smm_str, data, 0);
SMM_LAYOUT_AT(smm_str, size, 8);

SMM_LAYOUT_SIZE(smm_pair, 32);
SMM_LAYOUT_AT(smm_pair, key, 0);
SMM_LAYOUT_AT(smm_pair, value, 16);

SMM_LAYOUT_SIZE(smm_http_request, 88);
SMM_LAYOUT_AT(smm_http_request, struct_size, 0);
SMM_LAYOUT_AT(smm_http_request, effect, 4);
SMM_LAYOUT_AT(smm_http_request, method, 8);
SMM_LAYOUT_AT(smm_http_request, url, 24);
SMM_LAYOUT_AT(smm_http_request, headers, 40);
SMM_LAYOUT_AT(smm_http_request, header_count, 48);
SMM_LAYOUT_AT(smm_http_request, body, 56);
SMM_LAYOUT_AT(smm_http_request, max_response_bytes, 72);
SMM_LAYOUT_AT(smm_http_request, timeout_ms, 80);
SMM_LAYOUT_AT(smm_http_request, reserved, 84);

SMM_LAYOUT_SIZE(smm_event, 72);
SMM_LAYOUT_AT(smm_event, struct_size, 0);
SMM_LAYOUT_AT(smm_event, kind, 4);
SMM_LAYOUT_AT(smm_event, http_status, 8);
SMM_LAYOUT_AT(smm_event, sent, 12);
SMM_LAYOUT_AT(smm_event, headers, 16);
SMM_LAYOUT_AT(smm_event, header_count, 24);
SMM_LAYOUT_AT(smm_event, body, 32);
SMM_LAYOUT_AT(smm_event, text, 48);
SMM_LAYOUT_AT(smm_event, at, 64);

SMM_LAYOUT_SIZE(smm_call, 64);
SMM_LAYOUT_AT(smm_call, struct_size, 0);
SMM_LAYOUT_AT(smm_call, operation, 4);
SMM_LAYOUT_AT(smm_call, input, 8);
SMM_LAYOUT_AT(smm_call, history, 16);
SMM_LAYOUT_AT(smm_call, history_count, 24);
SMM_LAYOUT_AT(smm_call, now, 32);
SMM_LAYOUT_AT(smm_call, entropy, 40);
SMM_LAYOUT_AT(smm_call, attempt, 48);
SMM_LAYOUT_AT(smm_call, deadline_left_ms, 52);
SMM_LAYOUT_AT(smm_call, cpu_budget_us, 56);
SMM_LAYOUT_AT(smm_call, reserved, 60);

SMM_LAYOUT_SIZE(smm_failure, 48);
SMM_LAYOUT_AT(smm_failure, struct_size, 0);
SMM_LAYOUT_AT(smm_failure, code, 4);
SMM_LAYOUT_AT(smm_failure, retry_after_ms, 8);
SMM_LAYOUT_AT(smm_failure, message, 16);
SMM_LAYOUT_AT(smm_failure, upstream_text, 32);

SMM_LAYOUT_SIZE(smm_out, 48);
SMM_LAYOUT_AT(smm_out, struct_size, 0);
SMM_LAYOUT_AT(smm_out, reserved, 4);
SMM_LAYOUT_AT(smm_out, context, 8);
SMM_LAYOUT_AT(smm_out, http, 16);
SMM_LAYOUT_AT(smm_out, wait, 24);
SMM_LAYOUT_AT(smm_out, done, 32);
SMM_LAYOUT_AT(smm_out, fail, 40);

SMM_LAYOUT_SIZE(smm_interface, 24);
SMM_LAYOUT_AT(smm_interface, struct_size, 0);
SMM_LAYOUT_AT(smm_interface, reserved, 4);
SMM_LAYOUT_AT(smm_interface, capabilities, 8);
SMM_LAYOUT_AT(smm_interface, next, 16);

SMM_LAYOUT_SIZE(smm_host, 40);
SMM_LAYOUT_AT(smm_host, struct_size, 0);
SMM_LAYOUT_AT(smm_host, abi_minor, 4);
SMM_LAYOUT_AT(smm_host, context, 8);
SMM_LAYOUT_AT(smm_host, version, 16);
SMM_LAYOUT_AT(smm_host, log, 32);

SMM_LAYOUT_SIZE(smm_config, 40);
SMM_LAYOUT_AT(smm_config, struct_size, 0);
SMM_LAYOUT_AT(smm_config, reserved, 4);
SMM_LAYOUT_AT(smm_config, name, 8);
SMM_LAYOUT_AT(smm_config, values, 24);
SMM_LAYOUT_AT(smm_config, value_count, 32);

SMM_LAYOUT_SIZE(smm_errors, 24);
SMM_LAYOUT_AT(smm_errors, struct_size, 0);
SMM_LAYOUT_AT(smm_errors, reserved, 4);
SMM_LAYOUT_AT(smm_errors, context, 8);
SMM_LAYOUT_AT(smm_errors, add, 16);

SMM_LAYOUT_SIZE(smm_plugin, 72);
SMM_LAYOUT_AT(smm_plugin, struct_size, 0);
SMM_LAYOUT_AT(smm_plugin, abi_major, 4);
SMM_LAYOUT_AT(smm_plugin, abi_minor, 8);
SMM_LAYOUT_AT(smm_plugin, reserved, 12);
SMM_LAYOUT_AT(smm_plugin, id, 16);
SMM_LAYOUT_AT(smm_plugin, version, 32);
SMM_LAYOUT_AT(smm_plugin, open, 48);
SMM_LAYOUT_AT(smm_plugin, close, 56);
SMM_LAYOUT_AT(smm_plugin, get_interface, 64);

SMM_LAYOUT_SIZE(smm_place_input, 80);
SMM_LAYOUT_AT(smm_place_input, struct_size, 0);
SMM_LAYOUT_AT(smm_place_input, reserved, 4);
SMM_LAYOUT_AT(smm_place_input, service_id, 8);
SMM_LAYOUT_AT(smm_place_input, link, 24);
SMM_LAYOUT_AT(smm_place_input, quantity, 40);
SMM_LAYOUT_AT(smm_place_input, extra, 48);
SMM_LAYOUT_AT(smm_place_input, extra_count, 56);
SMM_LAYOUT_AT(smm_place_input, reference, 64);

SMM_LAYOUT_SIZE(smm_place_result, 48);
SMM_LAYOUT_AT(smm_place_result, struct_size, 0);
SMM_LAYOUT_AT(smm_place_result, has, 4);
SMM_LAYOUT_AT(smm_place_result, order_id, 8);
SMM_LAYOUT_AT(smm_place_result, charge_micros, 24);
SMM_LAYOUT_AT(smm_place_result, currency, 32);

SMM_LAYOUT_SIZE(smm_ids_input, 24);
SMM_LAYOUT_AT(smm_ids_input, struct_size, 0);
SMM_LAYOUT_AT(smm_ids_input, reserved, 4);
SMM_LAYOUT_AT(smm_ids_input, ids, 8);
SMM_LAYOUT_AT(smm_ids_input, id_count, 16);

SMM_LAYOUT_SIZE(smm_status_row, 88);
SMM_LAYOUT_AT(smm_status_row, struct_size, 0);
SMM_LAYOUT_AT(smm_status_row, state, 4);
SMM_LAYOUT_AT(smm_status_row, code, 8);
SMM_LAYOUT_AT(smm_status_row, has, 12);
SMM_LAYOUT_AT(smm_status_row, order_id, 16);
SMM_LAYOUT_AT(smm_status_row, charge_micros, 32);
SMM_LAYOUT_AT(smm_status_row, currency, 40);
SMM_LAYOUT_AT(smm_status_row, start_count, 56);
SMM_LAYOUT_AT(smm_status_row, remains, 64);
SMM_LAYOUT_AT(smm_status_row, text, 72);

SMM_LAYOUT_SIZE(smm_status_result, 24);
SMM_LAYOUT_AT(smm_status_result, struct_size, 0);
SMM_LAYOUT_AT(smm_status_result, reserved, 4);
SMM_LAYOUT_AT(smm_status_result, rows, 8);
SMM_LAYOUT_AT(smm_status_result, row_count, 16);

SMM_LAYOUT_SIZE(smm_action_row, 56);
SMM_LAYOUT_AT(smm_action_row, struct_size, 0);
SMM_LAYOUT_AT(smm_action_row, code, 4);
SMM_LAYOUT_AT(smm_action_row, order_id, 8);
SMM_LAYOUT_AT(smm_action_row, action_id, 24);
SMM_LAYOUT_AT(smm_action_row, text, 40);

SMM_LAYOUT_SIZE(smm_action_result, 24);
SMM_LAYOUT_AT(smm_action_result, struct_size, 0);
SMM_LAYOUT_AT(smm_action_result, reserved, 4);
SMM_LAYOUT_AT(smm_action_result, rows, 8);
SMM_LAYOUT_AT(smm_action_result, row_count, 16);

SMM_LAYOUT_SIZE(smm_balance_result, 32);
SMM_LAYOUT_AT(smm_balance_result, struct_size, 0);
SMM_LAYOUT_AT(smm_balance_result, reserved, 4);
SMM_LAYOUT_AT(smm_balance_result, micros, 8);
SMM_LAYOUT_AT(smm_balance_result, currency, 16);

SMM_LAYOUT_SIZE(smm_service_row, 104);
SMM_LAYOUT_AT(smm_service_row, struct_size, 0);
SMM_LAYOUT_AT(smm_service_row, flags, 4);
SMM_LAYOUT_AT(smm_service_row, service_id, 8);
SMM_LAYOUT_AT(smm_service_row, name, 24);
SMM_LAYOUT_AT(smm_service_row, type, 40);
SMM_LAYOUT_AT(smm_service_row, category, 56);
SMM_LAYOUT_AT(smm_service_row, rate_micros, 72);
SMM_LAYOUT_AT(smm_service_row, rate_per, 80);
SMM_LAYOUT_AT(smm_service_row, min, 88);
SMM_LAYOUT_AT(smm_service_row, max, 96);

SMM_LAYOUT_SIZE(smm_services_result, 40);
SMM_LAYOUT_AT(smm_services_result, struct_size, 0);
SMM_LAYOUT_AT(smm_services_result, reserved, 4);
SMM_LAYOUT_AT(smm_services_result, rows, 8);
SMM_LAYOUT_AT(smm_services_result, row_count, 16);
SMM_LAYOUT_AT(smm_services_result, currency, 24);

SMM_LAYOUT_SIZE(smm_reconcile_input, 56);
SMM_LAYOUT_AT(smm_reconcile_input, struct_size, 0);
SMM_LAYOUT_AT(smm_reconcile_input, reserved, 4);
SMM_LAYOUT_AT(smm_reconcile_input, service_id, 8);
SMM_LAYOUT_AT(smm_reconcile_input, link, 24);
SMM_LAYOUT_AT(smm_reconcile_input, quantity, 40);
SMM_LAYOUT_AT(smm_reconcile_input, sent_after, 48);

SMM_LAYOUT_SIZE(smm_reconcile_row, 96);
SMM_LAYOUT_AT(smm_reconcile_row, struct_size, 0);
SMM_LAYOUT_AT(smm_reconcile_row, has, 4);
SMM_LAYOUT_AT(smm_reconcile_row, order_id, 8);
SMM_LAYOUT_AT(smm_reconcile_row, service_id, 24);
SMM_LAYOUT_AT(smm_reconcile_row, link, 40);
SMM_LAYOUT_AT(smm_reconcile_row, quantity, 56);
SMM_LAYOUT_AT(smm_reconcile_row, created, 64);
SMM_LAYOUT_AT(smm_reconcile_row, charge_micros, 72);
SMM_LAYOUT_AT(smm_reconcile_row, currency, 80);

SMM_LAYOUT_SIZE(smm_reconcile_result, 24);
SMM_LAYOUT_AT(smm_reconcile_result, struct_size, 0);
SMM_LAYOUT_AT(smm_reconcile_result, complete, 4);
SMM_LAYOUT_AT(smm_reconcile_result, rows, 8);
SMM_LAYOUT_AT(smm_reconcile_result, row_count, 16);

SMM_LAYOUT_SIZE(smm_media_row, 32);
SMM_LAYOUT_AT(smm_media_row, struct_size, 0);
SMM_LAYOUT_AT(smm_media_row, flags, 4);
SMM_LAYOUT_AT(smm_media_row, shortcode, 8);
SMM_LAYOUT_AT(smm_media_row, taken_at, 24);

SMM_LAYOUT_SIZE(smm_check_input, 24);
SMM_LAYOUT_AT(smm_check_input, struct_size, 0);
SMM_LAYOUT_AT(smm_check_input, reserved, 4);
SMM_LAYOUT_AT(smm_check_input, username, 8);

SMM_LAYOUT_SIZE(smm_check_result, 72);
SMM_LAYOUT_AT(smm_check_result, struct_size, 0);
SMM_LAYOUT_AT(smm_check_result, exists, 4);
SMM_LAYOUT_AT(smm_check_result, is_private, 8);
SMM_LAYOUT_AT(smm_check_result, has, 12);
SMM_LAYOUT_AT(smm_check_result, followers, 16);
SMM_LAYOUT_AT(smm_check_result, username, 24);
SMM_LAYOUT_AT(smm_check_result, user_id, 40);
SMM_LAYOUT_AT(smm_check_result, posts, 56);
SMM_LAYOUT_AT(smm_check_result, post_count, 64);

SMM_LAYOUT_SIZE(smm_media_input, 48);
SMM_LAYOUT_AT(smm_media_input, struct_size, 0);
SMM_LAYOUT_AT(smm_media_input, kind, 4);
SMM_LAYOUT_AT(smm_media_input, username, 8);
SMM_LAYOUT_AT(smm_media_input, user_id, 24);
SMM_LAYOUT_AT(smm_media_input, limit, 40);
SMM_LAYOUT_AT(smm_media_input, reserved, 44);

SMM_LAYOUT_SIZE(smm_media_result, 24);
SMM_LAYOUT_AT(smm_media_result, struct_size, 0);
SMM_LAYOUT_AT(smm_media_result, is_private, 4);
SMM_LAYOUT_AT(smm_media_result, rows, 8);
SMM_LAYOUT_AT(smm_media_result, row_count, 16);

#endif
