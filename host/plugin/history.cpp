#include "host/plugin/history.h"

#include <Poco/String.h>

#include <utility>

#include "host/plugin/abi_text.h"

namespace smmhost {

void History::add_result(const HttpResult& result, const Secrets& secrets, Time at) {
  Step step;
  step.at = at;
  if (result.outcome == TransportOutcome::kAnswered) {
    step.kind = SMM_EVENT_RESPONSE;
    step.http_status = static_cast<std::uint32_t>(result.status);
    for (const auto& [name, value] : result.headers)
      step.headers.emplace_back(Poco::toLower(name), secrets.scrub(value));
    step.body = secrets.scrub(result.body);
  } else {
    step.kind = SMM_EVENT_TRANSPORT_FAILED;
    step.sent = result.outcome == TransportOutcome::kNotSent ? SMM_SENT_NO : SMM_SENT_MAYBE;
    step.text = result.error_text;
  }
  steps_.push_back(std::move(step));
}

void History::add_timer(Time at) {
  Step step;
  step.kind = SMM_EVENT_TIMER;
  step.at = at;
  steps_.push_back(std::move(step));
}

const std::vector<smm_event>& History::events() {
  events_.clear();
  for (Step& step : steps_) {
    step.pairs.clear();
    for (const auto& [name, value] : step.headers) step.pairs.push_back({borrow(name), borrow(value)});
    smm_event event{};
    event.struct_size = sizeof event;
    event.kind = step.kind;
    event.http_status = step.http_status;
    event.sent = step.sent;
    event.headers = step.pairs.data();
    event.header_count = step.pairs.size();
    event.body = borrow(step.body);
    event.text = borrow(step.text);
    event.at = to_unix_ms(step.at);
    events_.push_back(event);
  }
  return events_;
}

}  // namespace smmhost
