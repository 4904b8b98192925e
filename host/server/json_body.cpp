// JSON in requests and responses.
#include "host/server/json_body.h"

#include <charconv>

#include "host/server/problem.h"

namespace smmhost {
namespace {

// Whether objects and arrays are nested deeper than the limit. Looked at before parsing, so that nothing deep is ever
// built.
bool too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > kDeepestJson) return true;
  }
  return false;
}

}  // namespace

ServerResponse json_response(int status, const OrderedJson& body) {
  return {.status = status,
          .content_type = "application/json",
          .body = body.dump(-1, ' ', false, OrderedJson::error_handler_t::replace)};
}

std::variant<Json, ServerResponse> parse_object(const ServerRequest& request, EmptyBody empty) {
  if (request.body.empty() && empty == EmptyBody::kIsObject) return Json::object();
  if (too_deep(request.body)) return problem(400, "The JSON is nested too deeply.");
  Json body = Json::parse(request.body, nullptr, false);
  if (body.is_discarded()) return problem(400, "The body is not JSON.", "Send a JSON object in UTF-8.");
  if (!body.is_object()) return problem(400, "The body is not a JSON object.");
  return body;
}

std::optional<std::string> text_or_integer(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  return std::nullopt;
}

std::optional<std::int64_t> integer_of(const Json& value) {
  const auto text = text_or_integer(value);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (text->empty() || error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return number;
}

OrderedJson integer_or_text(std::string_view text) {
  const auto number = integer_of(Json(std::string(text)));
  if (number && std::to_string(*number) == text) return *number;
  return std::string(text);
}

}  // namespace smmhost
