// A delivery: one webhook body whose signature was right, kept without its sensitive fields.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/domain/time.h"

namespace smmhost {

enum class DeliveryOutcome {
  kAccepted,       // made or changed payments
  kNoChange,       // understood, and everything in it was already known
  kIgnored,        // understood, and of no concern to fulfilment (another event, an unpaid order)
  kNotUnderstood,  // signed, but not what is expected; a person should look
};

std::string_view to_string(DeliveryOutcome outcome);

struct Delivery {
  std::int64_t id = 0;  // given by the store
  Time received_at{};
  std::string source;     // "webhook", "poll" or "replay"
  std::string digest;     // SHA-256 of the raw body, 64 hex digits; unique: the same bytes again only count up `copies`
  std::string signature;  // the header that verified, or empty where source is not "webhook"
  std::string event;      // order.paid, ...; empty where not understood
  std::int64_t order_id = 0;  // 0 where there is none
  DeliveryOutcome outcome = DeliveryOutcome::kIgnored;
  std::string note;     // for a person: what was not understood and why
  std::string payload;  // JSON of the kept fields only
  std::int64_t body_bytes = 0;
  std::int64_t copies = 1;
};

}  // namespace smmhost
