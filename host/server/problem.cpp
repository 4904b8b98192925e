// Errors as RFC 9457 problem details.
#include "host/server/problem.h"

#include <Poco/Net/HTTPResponse.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace smmhost {
namespace {

std::string type_of(const std::string& title) {
  std::string word;
  for (const char c : title) {
    if (c >= 'A' && c <= 'Z')
      word += static_cast<char>(c - 'A' + 'a');
    else
      word += c == ' ' ? '-' : c;
  }
  return "urn:smmhost:problem:" + word;
}

}  // namespace

ServerResponse problem(int status, const std::string& detail, const std::string& hint) {
  const std::string title =
      Poco::Net::HTTPResponse::getReasonForStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status));
  nlohmann::ordered_json body{{"type", type_of(title)}, {"title", title}, {"status", status}, {"detail", detail}};
  if (!hint.empty()) body["hint"] = hint;
  // A detail may quote what the client sent, which need not be UTF-8.
  return {.status = status,
          .content_type = kProblemJson,
          .body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
}

ServerResponse store_unavailable() {
  return problem(503, "The database cannot be reached right now.",
                 "Try again in a few seconds; nothing was changed that was not confirmed.")
      .with("Retry-After", "5");
}

}  // namespace smmhost
