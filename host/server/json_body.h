// JSON in requests and responses: parsing within limits, typed fields with messages a person can act on.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "host/server/http_message.h"

namespace smmhost {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

inline constexpr int kDeepestJson = 64;

ServerResponse json_response(int status, const OrderedJson& body);

// The body as a JSON object, whatever its Content-Type says; otherwise the 400 to answer with. An empty body is an
// empty object where `EmptyBody::kIsObject` is given.
enum class EmptyBody { kIsError, kIsObject };
std::variant<Json, ServerResponse> parse_object(const ServerRequest& request, EmptyBody empty = EmptyBody::kIsError);

// The text of `value` where it is a string or an integer (service ids come as both); nullopt otherwise.
std::optional<std::string> text_or_integer(const Json& value);

// An integer, or a string of decimal digits; nullopt otherwise and where it does not fit.
std::optional<std::int64_t> integer_of(const Json& value);

// The text as a JSON integer where it is the canonical writing of one that fits 64 bits ("17", not "017"); as text
// otherwise.
OrderedJson integer_or_text(std::string_view text);

}  // namespace smmhost
