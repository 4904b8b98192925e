// What the cases ask and answer with: a sample input for every operation, and the answers an upstream may give at its
// worst. What a plugin's cassettes hold goes before what is made up.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/conformance/strict_host.h"
#include "sdk/conformance/subject.h"
#include "sdk/conformance/verdict.h"

namespace smm::conformance {

// Every operation of an interface that ABI 1.0 has, with a sample input.
std::vector<Operation> all_operations(const Subject& subject, std::string_view interface_id);

// The interfaces of ABI 1.0.
const std::vector<std::string>& interface_ids();

// The operations that the instance says it has.
std::vector<Operation> capable_operations(const Subject& subject, const StrictHost& host);

// Opens an instance for every variant of the settings and visits every operation, once for the first instance that has
// it. A variant that does not open is left out.
using VisitOperation = std::function<void(StrictHost&, const Settings&, const Operation&)>;
void each_operation(const Subject& subject, const VisitOperation& visit);

// The operation a cassette records.
Operation operation_of(const Cassette& cassette);
// What happened in it, oldest first.
std::vector<ScriptedEvent> history_of(const Cassette& cassette);

// Kinds of answers, by the names of their cases. Those that say nothing: certainly no result, certainly no clear
// refusal of a purchase.
inline constexpr std::string_view kMeaningless[] = {"empty",        "truncated",    "html",     "deep_nesting",
                                                    "invalid_utf8", "server_error", "redirect", "maybe_sent"};
// And those that a plugin may understand or not, but must survive.
inline constexpr std::string_view kStrange[] = {"large_answer", "numbers_as_strings", "unexpected_types",
                                                "error_in_200", "too_many_requests",  "not_sent"};
// The answers of one kind. Some are large: they are made in the process that needs them, for every other would inherit
// them.
std::vector<ScriptedEvent> answers_named(std::string_view name);
// Those of every kind whose bodies are smaller.
std::vector<ScriptedEvent> answers_below(size_t bytes);

// The events after which a purchase may or may not have happened.
std::vector<ScriptedEvent> ambiguous_events();

// For messages: "HTTP 502, body \"<html>...\"".
std::string describe(const ScriptedEvent& event);

}  // namespace smm::conformance
