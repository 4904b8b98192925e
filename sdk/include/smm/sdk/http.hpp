// HTTP as a plugin sees it: requests it builds, answers it reads, and the history of the operation so far.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "smm/sdk/structs.hpp"
#include "smm/sdk/text.hpp"

namespace smm::sdk {

/// The fields of smm_http_request.
struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  uint32_t effect = SMM_READ;
  uint32_t timeout_ms = 0;          ///< 0: the configured one
  uint64_t max_response_bytes = 0;  ///< 0: the host's limit
};

/// An answer. Borrows from the call.
struct HttpResponse {
  uint32_t status = 0;
  std::vector<std::pair<std::string_view, std::string_view>> headers;  ///< names in lower case
  std::string_view body;

  /// The first header of that name (in lower case).
  std::optional<std::string_view> header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return std::nullopt;
  }
};

/// One event of the history. Borrows from the call.
struct Event {
  uint32_t kind = 0;        ///< SMM_EVENT_...
  HttpResponse response;    ///< of a RESPONSE
  bool maybe_sent = false;  ///< of a TRANSPORT_FAILED
  std::string_view text;    ///< of a TRANSPORT_FAILED
  int64_t at = 0;           ///< Unix milliseconds

  bool answered() const { return kind == SMM_EVENT_RESPONSE; }
  bool failed() const { return kind == SMM_EVENT_TRANSPORT_FAILED; }
};

/// Everything a call brings besides its input.
struct Call {
  uint32_t operation = 0;
  std::vector<Event> history;
  int64_t now = 0;  ///< Unix milliseconds
  uint64_t entropy = 0;
  uint32_t attempt = 1;
  uint32_t deadline_left_ms = 0;
};

inline Event read_event(const smm_event& raw) {
  Event event;
  event.kind = raw.kind;
  event.maybe_sent = raw.sent != SMM_SENT_NO;
  event.text = to_view(raw.text);
  event.at = raw.at;
  event.response.status = raw.http_status;
  event.response.body = to_view(raw.body);
  event.response.headers.reserve(static_cast<size_t>(raw.header_count));
  for (uint64_t i = 0; i < raw.header_count; ++i) {
    event.response.headers.emplace_back(to_view(raw.headers[i].key), to_view(raw.headers[i].value));
  }
  return event;
}

inline Call read_call(const smm_call& raw) {
  Call call;
  call.operation = raw.operation;
  call.now = raw.now;
  call.entropy = raw.entropy;
  call.attempt = raw.attempt;
  call.deadline_left_ms = raw.deadline_left_ms;
  call.history.reserve(static_cast<size_t>(raw.history_count));
  for (uint64_t i = 0; i < raw.history_count; ++i) call.history.push_back(read_event(read_row(raw.history, i)));
  return call;
}

}  // namespace smm::sdk
