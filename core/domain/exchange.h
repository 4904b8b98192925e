// An exchange: one HTTP request made for a plugin and what came back, kept without secrets as evidence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain/time.h"

namespace smmhost {

// What is certain about a request having reached the other side.
enum class TransportOutcome {
  kNotSent,    // DNS, connect or TLS failed, or nothing was tried: no byte was written
  kMaybeSent,  // at least one byte was written and no complete answer came
  kAnswered,   // a complete HTTP answer came
};

std::string_view to_string(TransportOutcome outcome);
std::optional<TransportOutcome> parse_transport_outcome(std::string_view text);

struct Exchange {
  std::string id;            // unique text
  std::string peer;          // the provider's or checker's configured name, or "yampi"
  std::string operation;     // place, status, balance, services, check, media, ...
  std::string payment_id;    // empty where it belongs to none
  std::string placement_id;  // likewise
  std::int32_t attempt = 0;
  std::string method;
  std::string url;           // without secrets
  std::string request_body;  // without secrets; capped
  TransportOutcome outcome = TransportOutcome::kNotSent;
  std::int32_t status = 0;    // HTTP status; 0 without an answer
  std::string response_body;  // without secrets; capped, valid UTF-8
  std::string error;          // the transport's words where there was no answer
  Time started_at{};
  Time ended_at{};
};

}  // namespace smmhost
