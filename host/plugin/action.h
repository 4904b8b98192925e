// What a plugin answers when it is asked for the next step, copied out of the call, or what it did wrong.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "core/ports/reply.h"
#include "host/net/http_transport.h"
#include "host/plugin/instance.h"

namespace smmhost {

struct HttpAction {
  HttpRequest request;  // with placeholders; `timeout` 0 and `max_response_bytes` 0 where the plugin has no wish
};
struct WaitAction {
  Duration duration;
};
struct DoneAction {
  std::optional<Failure> objection;  // why the host does not accept the result
};
struct FailAction {
  Failure failure;
};
struct Breach {
  std::string what;  // "answered twice"
};
using Action = std::variant<Breach, HttpAction, WaitAction, DoneAction, FailAction>;

// Reads an operation's result struct, which is only lent, and keeps what it needs; says why where it cannot be
// accepted.
using TakeResult = std::function<std::optional<Failure>(const void* result)>;

struct Asked {
  Action action;
  std::int64_t cpu_us = 0;                         // what the plugin computed
  std::optional<std::string> recovered_from = {};  // what it did wrong before it answered, asked a second time
};

// Asks once. Never throws because of the plugin: no answer, two answers, nonsense and the end of its process are a
// Breach.
Asked ask(const PluginInstance& instance, std::string_view interface_id, const smm_call& call, const TakeResult& take);

// nullopt for SMM_OK and for numbers that ABI 1.0 does not have.
std::optional<FailureCode> failure_code(smm_code code);

}  // namespace smmhost
