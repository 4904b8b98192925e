// Inputs and results of every operation as JSON, as cassettes write them. Integers are exact; a field of a row that was
// not told is absent.
#pragma once

#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "smm/plugin.h"
#include "smm/sdk/names.hpp"
#include "smm/sdk/structs.hpp"
#include "smm/sdk/text.hpp"

namespace smm::sdk::testing {

using Json = nlohmann::json;

/// Owns the input struct of one operation, built from JSON. Neither copied nor moved.
class Input {
 public:
  Input(std::string_view interface_id, uint32_t operation, const Json& json) {
    if (interface_id == SMM_PROVIDER_ID) {
      make_provider_input(operation, json);
    } else {
      make_checker_input(operation, json);
    }
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  /// NULL for operations without input.
  const void* get() const { return input_; }

 private:
  void make_provider_input(uint32_t operation, const Json& json) {
    if (operation == SMM_PROVIDER_PLACE) {
      place_.service_id = text(json, "service_id");
      place_.link = text(json, "link");
      place_.quantity = json.value("quantity", int64_t{0});
      place_.reference = text(json, "reference");
      const Json extras = json.value("extra", Json::object());
      for (const auto& [key, value] : extras.items()) {
        extra_.push_back({keep(key), keep(value.get<std::string>())});
      }
      place_.extra = extra_.data();
      place_.extra_count = extra_.size();
      input_ = &place_;
    } else if (operation == SMM_PROVIDER_RECONCILE) {
      reconcile_.service_id = text(json, "service_id");
      reconcile_.link = text(json, "link");
      reconcile_.quantity = json.value("quantity", int64_t{0});
      reconcile_.sent_after = json.value("sent_after", int64_t{0});
      input_ = &reconcile_;
    } else if (operation != SMM_PROVIDER_BALANCE && operation != SMM_PROVIDER_SERVICES) {
      for (const Json& id : json.value("ids", Json::array())) ids_.push_back(keep(id.get<std::string>()));
      ids_input_.ids = ids_.data();
      ids_input_.id_count = ids_.size();
      input_ = &ids_input_;
    }
  }

  void make_checker_input(uint32_t operation, const Json& json) {
    if (operation == SMM_CHECKER_CHECK) {
      check_.username = text(json, "username");
      input_ = &check_;
    } else {
      media_.username = text(json, "username");
      media_.user_id = text(json, "user_id");
      media_.kind = json.value("kind", std::string("any")) == "videos" ? SMM_MEDIA_VIDEOS_ONLY : SMM_MEDIA_ANY;
      media_.limit = json.value("limit", uint32_t{12});
      input_ = &media_;
    }
  }

  smm_str keep(std::string value) { return to_str(strings_.emplace_back(std::move(value))); }
  smm_str text(const Json& json, const char* key) { return keep(json.value(key, std::string{})); }

  std::deque<std::string> strings_;
  std::vector<smm_pair> extra_;
  std::vector<smm_str> ids_;
  smm_place_input place_ = make_struct<smm_place_input>();
  smm_ids_input ids_input_ = make_struct<smm_ids_input>();
  smm_reconcile_input reconcile_ = make_struct<smm_reconcile_input>();
  smm_check_input check_ = make_struct<smm_check_input>();
  smm_media_input media_ = make_struct<smm_media_input>();
  const void* input_ = nullptr;
};

namespace detail {

inline std::string str(smm_str text) {
  return std::string(to_view(text));
}

inline void put_text(Json& json, const char* key, smm_str text) {
  if (text.size > 0) json[key] = str(text);
}

template <class Row>
void put_charge(Json& json, const Row& row) {
  if ((row.has & SMM_HAS_CHARGE) == 0) return;
  json["charge_micros"] = row.charge_micros;
  put_text(json, "currency", row.currency);
}

inline Json row_json(const smm_status_row& row) {
  Json out = {{"order_id", str(row.order_id)}};
  if (row.code == SMM_OK) {
    out["state"] = name_of(kStateNames, row.state);
  } else {
    out["code"] = code_name(row.code);
  }
  put_charge(out, row);
  if ((row.has & SMM_HAS_START_COUNT) != 0) out["start_count"] = row.start_count;
  if ((row.has & SMM_HAS_REMAINS) != 0) out["remains"] = row.remains;
  put_text(out, "text", row.text);
  return out;
}

inline Json row_json(const smm_action_row& row) {
  Json out = {{"order_id", str(row.order_id)}, {"code", code_name(row.code)}};
  put_text(out, "action_id", row.action_id);
  put_text(out, "text", row.text);
  return out;
}

inline Json row_json(const smm_service_row& row) {
  Json out = {{"service_id", str(row.service_id)}, {"name", str(row.name)}, {"type", str(row.type)},
              {"category", str(row.category)},     {"min", row.min},        {"max", row.max}};
  if (row.rate_micros >= 0) out["rate_micros"] = row.rate_micros;
  if (row.rate_per != 1000) out["rate_per"] = row.rate_per;
  if ((row.flags & SMM_SERVICE_REFILL) != 0) out["refill"] = true;
  if ((row.flags & SMM_SERVICE_CANCEL) != 0) out["cancel"] = true;
  if ((row.flags & SMM_SERVICE_DRIPFEED) != 0) out["dripfeed"] = true;
  return out;
}

inline Json row_json(const smm_reconcile_row& row) {
  Json out = {{"order_id", str(row.order_id)}, {"service_id", str(row.service_id)}, {"link", str(row.link)}};
  if ((row.has & SMM_HAS_QUANTITY) != 0) out["quantity"] = row.quantity;
  if ((row.has & SMM_HAS_CREATED) != 0) out["created"] = row.created;
  put_charge(out, row);
  return out;
}

inline Json row_json(const smm_media_row& row) {
  Json out = {{"shortcode", str(row.shortcode)}, {"taken_at", row.taken_at}};
  if ((row.flags & SMM_MEDIA_VIDEO) != 0) out["video"] = true;
  if ((row.flags & SMM_MEDIA_PINNED) != 0) out["pinned"] = true;
  return out;
}

template <class Row>
Json rows_json(const Row* rows, uint64_t count) {
  Json out = Json::array();
  for (uint64_t i = 0; i < count; ++i) out.push_back(row_json(read_row(rows, i)));
  return out;
}

template <class Result>
Json rows_of(const void* source) {
  const auto raw = read_struct<Result>(source);
  return {{"rows", rows_json(raw.rows, raw.row_count)}};
}

inline Json provider_result(uint32_t operation, const void* source) {
  switch (operation) {
    case SMM_PROVIDER_PLACE: {
      const auto raw = read_struct<smm_place_result>(source);
      Json out = {{"order_id", str(raw.order_id)}};
      put_charge(out, raw);
      return out;
    }
    case SMM_PROVIDER_STATUS:
    case SMM_PROVIDER_REFILL_STATUS:
      return rows_of<smm_status_result>(source);
    case SMM_PROVIDER_CANCEL:
    case SMM_PROVIDER_REFILL:
      return rows_of<smm_action_result>(source);
    case SMM_PROVIDER_BALANCE: {
      const auto raw = read_struct<smm_balance_result>(source);
      return {{"micros", raw.micros}, {"currency", str(raw.currency)}};
    }
    case SMM_PROVIDER_SERVICES:
      return rows_of<smm_services_result>(source);
    default: {
      Json out = rows_of<smm_reconcile_result>(source);
      out["complete"] = read_struct<smm_reconcile_result>(source).complete == 1;
      return out;
    }
  }
}

inline Json checker_result(uint32_t operation, const void* source) {
  if (operation == SMM_CHECKER_MEDIA) {
    Json out = rows_of<smm_media_result>(source);
    out["is_private"] = read_struct<smm_media_result>(source).is_private == 1;
    return out;
  }
  const auto raw = read_struct<smm_check_result>(source);
  if (raw.exists == 0) return {{"exists", false}};
  Json out = {{"exists", true}, {"is_private", raw.is_private == 1}, {"username", str(raw.username)}};
  put_text(out, "user_id", raw.user_id);
  if ((raw.has & SMM_CHECK_HAS_FOLLOWERS) != 0) out["followers"] = raw.followers;
  if ((raw.has & SMM_CHECK_HAS_POSTS) != 0) out["posts"] = rows_json(raw.posts, raw.post_count);
  return out;
}

}  // namespace detail

/// The result struct of an operation as JSON.
inline Json result_json(std::string_view interface_id, uint32_t operation, const void* result) {
  return interface_id == SMM_PROVIDER_ID ? detail::provider_result(operation, result)
                                         : detail::checker_result(operation, result);
}

}  // namespace smm::sdk::testing
