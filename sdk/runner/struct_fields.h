// The fields of every ABI struct that crosses to a plugin runner, each named once for both directions.
// struct_size and reserved are left out: the reader sets them.
#pragma once

#include "smm/plugin.h"

namespace smm::runner {

template <class Archive>
void fields(Archive& a, smm_http_request& s) {
  a(s.effect), a(s.method), a(s.url), a(s.headers, s.header_count), a(s.body), a(s.max_response_bytes), a(s.timeout_ms);
}
template <class Archive>
void fields(Archive& a, smm_event& s) {
  a(s.kind), a(s.http_status), a(s.sent), a(s.headers, s.header_count), a(s.body), a(s.text), a(s.at);
}
template <class Archive>
void fields(Archive& a, smm_failure& s) {
  a(s.code), a(s.retry_after_ms), a(s.message), a(s.upstream_text);
}

// Of smm.provider/1.
template <class Archive>
void fields(Archive& a, smm_place_input& s) {
  a(s.service_id), a(s.link), a(s.quantity), a(s.extra, s.extra_count), a(s.reference);
}
template <class Archive>
void fields(Archive& a, smm_place_result& s) {
  a(s.has), a(s.order_id), a(s.charge_micros), a(s.currency);
}
template <class Archive>
void fields(Archive& a, smm_ids_input& s) {
  a(s.ids, s.id_count);
}
template <class Archive>
void fields(Archive& a, smm_status_row& s) {
  a(s.state), a(s.code), a(s.has), a(s.order_id), a(s.charge_micros), a(s.currency), a(s.start_count), a(s.remains),
      a(s.text);
}
template <class Archive>
void fields(Archive& a, smm_status_result& s) {
  a(s.rows, s.row_count);
}
template <class Archive>
void fields(Archive& a, smm_action_row& s) {
  a(s.code), a(s.order_id), a(s.action_id), a(s.text);
}
template <class Archive>
void fields(Archive& a, smm_action_result& s) {
  a(s.rows, s.row_count);
}
template <class Archive>
void fields(Archive& a, smm_balance_result& s) {
  a(s.micros), a(s.currency);
}
template <class Archive>
void fields(Archive& a, smm_service_row& s) {
  a(s.flags), a(s.service_id), a(s.name), a(s.type), a(s.category), a(s.rate_micros), a(s.rate_per), a(s.min), a(s.max);
}
template <class Archive>
void fields(Archive& a, smm_services_result& s) {
  a(s.rows, s.row_count), a(s.currency);
}
template <class Archive>
void fields(Archive& a, smm_reconcile_input& s) {
  a(s.service_id), a(s.link), a(s.quantity), a(s.sent_after);
}
template <class Archive>
void fields(Archive& a, smm_reconcile_row& s) {
  a(s.has), a(s.order_id), a(s.service_id), a(s.link), a(s.quantity), a(s.created), a(s.charge_micros), a(s.currency);
}
template <class Archive>
void fields(Archive& a, smm_reconcile_result& s) {
  a(s.complete), a(s.rows, s.row_count);
}

// Of smm.profile-checker/1.
template <class Archive>
void fields(Archive& a, smm_media_row& s) {
  a(s.flags), a(s.shortcode), a(s.taken_at);
}
template <class Archive>
void fields(Archive& a, smm_check_input& s) {
  a(s.username);
}
template <class Archive>
void fields(Archive& a, smm_check_result& s) {
  a(s.exists), a(s.is_private), a(s.has), a(s.followers), a(s.username), a(s.user_id), a(s.posts, s.post_count);
}
template <class Archive>
void fields(Archive& a, smm_media_input& s) {
  a(s.kind), a(s.username), a(s.user_id), a(s.limit);
}
template <class Archive>
void fields(Archive& a, smm_media_result& s) {
  a(s.is_private), a(s.rows, s.row_count);
}

}  // namespace smm::runner
