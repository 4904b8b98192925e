// Helpers for what PluginProvider and PluginChecker have in common: reading borrowed results, making replies.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/ports/reply.h"
#include "host/plugin/abi_text.h"
#include "host/plugin/driver.h"
#include "host/plugin/plugin_slot.h"
#include "sdk/runner/given_struct.h"

namespace smmhost {

inline Failure bad_result(std::string what) {
  return {FailureCode::kBadResponse, std::nullopt, "the plugin gave " + std::move(what), {}};
}

// Runs the operation at who serves the slot, `served`, to the end: a reload in between is for the next operation.
// `read` turns the plugin's result into the value or a failure.
template <class Value, class Result, class Read>
std::pair<std::optional<Value>, OperationOutcome> call_plugin(const PluginSlot& slot, const ServedInstance* served,
                                                              const Operation& operation, Read read) {
  std::optional<Value> value;
  const TakeResult take = [&](const void* result) -> std::optional<Failure> {
    const auto typed = smm::runner::read_struct<Result>(result);
    if (!typed) return bad_result("an incomplete result");
    std::variant<Value, Failure> taken = read(*typed);
    if (auto* failure = std::get_if<Failure>(&taken)) return std::move(*failure);
    value = std::move(std::get<Value>(taken));
    return std::nullopt;
  };
  OperationOutcome outcome;
  if (served)
    outcome = served->driver.run(operation, take);
  else
    outcome.failure = Failure{FailureCode::kInternal, {}, slot.unavailable(operation.now) + "; nothing was sent", {}};
  return {std::move(value), std::move(outcome)};
}

template <class Value>
Reply<Value> reply_of(std::optional<Value> value, OperationOutcome outcome) {
  Reply<Value> reply{Failure{}, std::move(outcome.exchanges)};
  if (outcome.failure)
    reply.result = std::move(*outcome.failure);
  else if (value)
    reply.result = std::move(*value);
  return reply;
}

template <class Value, class Result, class Read>
Reply<Value> ask_plugin(const PluginSlot& slot, const Operation& operation, Read read) {
  const auto served = slot.serving();
  auto [value, outcome] = call_plugin<Value, Result>(slot, served.get(), operation, std::move(read));
  return reply_of<Value>(std::move(value), std::move(outcome));
}

}  // namespace smmhost
