// Errors of the panel API v2: where panels put the text, and what the text means.
//
// Panels answer HTTP 200 for most failures, in several shapes, with texts that are English, untranslated keys
// ("neworder.error.not_enough_funds") or Portuguese. Shapes and texts were collected from published panel
// documentation and from public clients; the Portuguese ones are likely rather than seen.
#pragma once

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "smm/abi.h"
#include "smm/sdk/http.hpp"
#include "smm/sdk/json.hpp"
#include "smm/sdk/result.hpp"

namespace smm::sdk::panel {

/// What a text of an error means.
struct Meaning {
  smm_code code = SMM_REJECTED;
  bool recognised = false;  ///< the text is in the table; else code is SMM_REJECTED
};

namespace detail {

struct KnownText {
  std::string_view part;  ///< folded; found anywhere in the folded text
  smm_code code;
};

/// In order: the first that is found decides. Before the refusals come the texts that admit the panel itself does not
/// know what happened; before "link" alone, what is said of a link. Last come the texts that name no cause: what the
/// panel did before it said so nobody knows.
inline constexpr std::array kKnownTexts = {
    KnownText{"timed out", SMM_UPSTREAM_DOWN},
    KnownText{"timeout", SMM_UPSTREAM_DOWN},
    KnownText{"internal error", SMM_UPSTREAM_DOWN},
    KnownText{"internal server", SMM_UPSTREAM_DOWN},
    KnownText{"server error", SMM_UPSTREAM_DOWN},
    KnownText{"unknown error", SMM_UPSTREAM_DOWN},
    KnownText{"unexpected error", SMM_UPSTREAM_DOWN},
    KnownText{"fatal error", SMM_UPSTREAM_DOWN},
    KnownText{"database error", SMM_UPSTREAM_DOWN},
    KnownText{"sqlstate", SMM_UPSTREAM_DOWN},
    KnownText{"tempo esgotado", SMM_UPSTREAM_DOWN},
    KnownText{"tempo limite", SMM_UPSTREAM_DOWN},
    KnownText{"erro interno", SMM_UPSTREAM_DOWN},
    KnownText{"erro inesperado", SMM_UPSTREAM_DOWN},
    KnownText{"erro desconhecido", SMM_UPSTREAM_DOWN},
    KnownText{"erro no servidor", SMM_UPSTREAM_DOWN},
    KnownText{"erro do servidor", SMM_UPSTREAM_DOWN},
    KnownText{"something went wrong", SMM_UPSTREAM_DOWN},
    KnownText{"algo deu errado", SMM_UPSTREAM_DOWN},
    KnownText{"bad gateway", SMM_UPSTREAM_DOWN},
    KnownText{"invalid api key", SMM_AUTH},
    KnownText{"incorrect api key", SMM_AUTH},
    KnownText{"wrong api key", SMM_AUTH},
    KnownText{"bad api key", SMM_AUTH},
    KnownText{"invalid key", SMM_AUTH},
    KnownText{"incorrect key", SMM_AUTH},
    KnownText{"api key not found", SMM_AUTH},
    KnownText{"api key is invalid", SMM_AUTH},
    KnownText{"api key is incorrect", SMM_AUTH},
    KnownText{"api key required", SMM_AUTH},
    KnownText{"api key is required", SMM_AUTH},
    KnownText{"unauthorized", SMM_AUTH},
    KnownText{"unauthenticated", SMM_AUTH},
    KnownText{"access denied", SMM_AUTH},
    KnownText{"chave de api", SMM_AUTH},
    KnownText{"chave api", SMM_AUTH},
    KnownText{"chave invalida", SMM_AUTH},
    KnownText{"nao autorizado", SMM_AUTH},
    KnownText{"too many requests", SMM_RATE_LIMITED},
    KnownText{"too many attempts", SMM_RATE_LIMITED},
    KnownText{"rate limit", SMM_RATE_LIMITED},
    KnownText{"processing another transaction", SMM_RATE_LIMITED},
    KnownText{"temporarily", SMM_RATE_LIMITED},
    KnownText{"maintenance", SMM_RATE_LIMITED},
    KnownText{"manutencao", SMM_RATE_LIMITED},
    KnownText{"temporariamente", SMM_RATE_LIMITED},
    KnownText{"muitas requisicoes", SMM_RATE_LIMITED},
    KnownText{"muitas solicitacoes", SMM_RATE_LIMITED},
    KnownText{"not enough funds", SMM_NO_FUNDS},
    KnownText{"not enough balance", SMM_NO_FUNDS},
    KnownText{"not enough money", SMM_NO_FUNDS},
    KnownText{"insufficient funds", SMM_NO_FUNDS},
    KnownText{"insufficient balance", SMM_NO_FUNDS},
    KnownText{"balance is not enough", SMM_NO_FUNDS},
    KnownText{"low balance", SMM_NO_FUNDS},
    KnownText{"saldo insuficiente", SMM_NO_FUNDS},
    KnownText{"sem saldo", SMM_NO_FUNDS},
    KnownText{"fundos insuficientes", SMM_NO_FUNDS},
    KnownText{"active order with this link", SMM_BUSY_LINK},
    KnownText{"link duplicate", SMM_BUSY_LINK},
    KnownText{"duplicate link", SMM_BUSY_LINK},
    KnownText{"already has an order", SMM_BUSY_LINK},
    KnownText{"link currently active", SMM_BUSY_LINK},
    KnownText{"wait until order being completed", SMM_BUSY_LINK},
    KnownText{"pedido ativo", SMM_BUSY_LINK},
    KnownText{"pedido em andamento", SMM_BUSY_LINK},
    KnownText{"ja existe um pedido", SMM_BUSY_LINK},
    KnownText{"incorrect service", SMM_BAD_SERVICE},
    KnownText{"invalid service", SMM_BAD_SERVICE},
    KnownText{"disabled service", SMM_BAD_SERVICE},
    KnownText{"service disabled", SMM_BAD_SERVICE},
    KnownText{"service is disabled", SMM_BAD_SERVICE},
    KnownText{"service not found", SMM_BAD_SERVICE},
    KnownText{"service inactive", SMM_BAD_SERVICE},
    KnownText{"service is inactive", SMM_BAD_SERVICE},
    KnownText{"service not active", SMM_BAD_SERVICE},
    KnownText{"service does not exist", SMM_BAD_SERVICE},
    KnownText{"servico invalido", SMM_BAD_SERVICE},
    KnownText{"servico nao encontrado", SMM_BAD_SERVICE},
    KnownText{"servico desativado", SMM_BAD_SERVICE},
    KnownText{"servico inativo", SMM_BAD_SERVICE},
    KnownText{"quantity less", SMM_BAD_QUANTITY},
    KnownText{"quantity more", SMM_BAD_QUANTITY},
    KnownText{"less than minim", SMM_BAD_QUANTITY},
    KnownText{"more than maxim", SMM_BAD_QUANTITY},
    KnownText{"min quantity", SMM_BAD_QUANTITY},
    KnownText{"max quantity", SMM_BAD_QUANTITY},
    KnownText{"minimum quantity", SMM_BAD_QUANTITY},
    KnownText{"maximum quantity", SMM_BAD_QUANTITY},
    KnownText{"incorrect quantity", SMM_BAD_QUANTITY},
    KnownText{"invalid quantity", SMM_BAD_QUANTITY},
    KnownText{"quantidade", SMM_BAD_QUANTITY},
    KnownText{"incorrect order", SMM_NOT_FOUND},
    KnownText{"invalid order id", SMM_NOT_FOUND},
    KnownText{"order not found", SMM_NOT_FOUND},
    KnownText{"refill not found", SMM_NOT_FOUND},
    KnownText{"incorrect refill", SMM_NOT_FOUND},
    KnownText{"pedido nao encontrado", SMM_NOT_FOUND},
    KnownText{"incorrect request", SMM_CONFIG},
    KnownText{"invalid action", SMM_CONFIG},
    KnownText{"incorrect action", SMM_CONFIG},
    KnownText{"request not found", SMM_CONFIG},
    KnownText{"unable to verify your domain", SMM_CONFIG},
    KnownText{"neworder.error.link", SMM_BAD_LINK},
    KnownText{"bad link", SMM_BAD_LINK},
    KnownText{"incorrect link", SMM_BAD_LINK},
    KnownText{"invalid link", SMM_BAD_LINK},
    KnownText{"wrong link", SMM_BAD_LINK},
    KnownText{"link is invalid", SMM_BAD_LINK},
    KnownText{"link invalido", SMM_BAD_LINK},
    KnownText{"link incorreto", SMM_BAD_LINK},
    KnownText{"error occurred", SMM_UPSTREAM_DOWN},
    KnownText{"error has occurred", SMM_UPSTREAM_DOWN},
    KnownText{"ocorreu um erro", SMM_UPSTREAM_DOWN},
    KnownText{"houve um erro", SMM_UPSTREAM_DOWN},
    KnownText{"exception", SMM_UPSTREAM_DOWN},
    KnownText{"try again", SMM_UPSTREAM_DOWN},
    KnownText{"tente novamente", SMM_UPSTREAM_DOWN},
    KnownText{"tente de novo", SMM_UPSTREAM_DOWN},
};

/// The first text within an error's value: itself, or in its parts. Every part is visited once.
inline std::optional<std::string> first_text(const Json& value) {
  if (value.is_string()) {
    const std::string_view text = trim(value.text());
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  }
  for (const std::string_view key : {"message", "msg", "error", "text"}) {
    if (const std::string_view text = trim(value[key].text()); value[key].is_string() && !text.empty()) {
      return std::string(text);
    }
  }
  for (const Json& item : value.items()) {
    if (auto text = first_text(item)) return text;
  }
  for (const JsonMember& member : value.members()) {
    if (auto text = first_text(member.value)) return text;
  }
  return std::nullopt;
}

/// Whether the value of a member called "error" says that there is one: not null, false, 0, "" or empty.
inline bool says_error(const Json& value) {
  switch (value.kind()) {
    case Json::Kind::kNull:
      return false;
    case Json::Kind::kBool:
      return value.is_true();
    case Json::Kind::kNumber:
      return value.text() != "0";
    case Json::Kind::kString:
      return !trim(value.text()).empty() && trim(value.text()) != "0";
    case Json::Kind::kArray:
      return !value.items().empty();
    case Json::Kind::kObject:
      return !value.members().empty();
  }
  return true;
}

/// The text beside a flag that only says "failed".
inline std::optional<std::string> message_beside(const Json& object) {
  for (const std::string_view key : {"message", "msg", "error_message", "errorMessage", "detail", "description"}) {
    const Json& value = object[key];
    if (value.is_string() && !trim(value.text()).empty()) return std::string(trim(value.text()));
  }
  return std::nullopt;
}

inline bool is_failed_word(const Json& value) {
  const std::string word = fold(value.text());
  return word == "error" || word == "fail" || word == "failed" || word == "failure" || word == "false";
}

inline bool says_false(const Json* value) {
  return value != nullptr && value->is_bool() && !value->is_true();
}

}  // namespace detail

/// The meaning of an error's text, compared by parts, without case or accents.
inline Meaning classify(std::string_view text) {
  const std::string folded = fold(text);
  for (const detail::KnownText& known : detail::kKnownTexts) {
    if (contains(folded, known.part)) return {known.code, true};
  }
  return {};
}

/// The error an object bears in a member "error", "Error" or "errors"; an empty text if it says so without words.
inline std::optional<std::string> error_member(const Json& object) {
  for (const JsonMember& member : object.members()) {
    const bool named = equal_ignoring_case(member.key, "error") || equal_ignoring_case(member.key, "errors");
    if (!named || !detail::says_error(member.value)) continue;
    if (auto text = detail::first_text(member.value)) return text;
    return detail::message_beside(object).value_or(std::string{});
  }
  return std::nullopt;
}

/// The error of a whole answer, in any of the shapes panels use:
///   {"error":"text"}  {"Error":"text"}  {"errors":["text"]}  {"error":true,"message":"text"}
///   {"status":"error"|"fail","msg"|"message":"text"}  {"status":false,...}  {"success":false,...}
///   {"refill":{"error":"text"}} and the like one level down
///   {"message":"text"} with an HTTP status of 400 or more
/// Nothing if the answer reports no error. Must not be asked of a batch, where an error below is a row.
inline std::optional<std::string> find_error(const Json& root, uint32_t http_status) {
  if (!root.is_object()) return std::nullopt;
  if (auto text = error_member(root)) return text;
  const bool failed = detail::is_failed_word(root["status"]) || detail::says_false(root.find("status")) ||
                      detail::says_false(root.find("success")) || detail::says_false(root.find("ok"));
  if (failed) return detail::message_beside(root).value_or(std::string{});
  for (const std::string_view key : {"order", "refill", "cancel", "status", "data", "result"}) {
    if (auto text = error_member(root[key])) return text;
  }
  if (http_status >= 400) return detail::message_beside(root);
  return std::nullopt;
}

/// The delay of a Retry-After header in seconds, as milliseconds; 0 if there is none.
inline uint64_t retry_after_ms(const HttpResponse& response) {
  const std::string_view text = trim(response.header("retry-after").value_or(std::string_view{}));
  uint64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = !text.empty() && error == std::errc{} && end == text.data() + text.size();
  return whole && seconds <= 7 * 86400 ? seconds * 1000 : 0;
}

/// The meaning of an error text together with its HTTP status, which decides where the text does not.
inline Meaning classify(std::string_view text, uint32_t http_status) {
  const Meaning meaning = classify(text);
  if (meaning.recognised) return meaning;
  if (http_status == 401 || http_status == 403) return {SMM_AUTH, true};
  if (http_status == 402) return {SMM_NO_FUNDS, true};
  if (http_status == 429) return {SMM_RATE_LIMITED, true};
  if (http_status >= 500) return {SMM_UPSTREAM_DOWN, false};
  return meaning;
}

/// The failure of a read whose answer bears an error text.
inline Failure failure_of_text(std::string_view text, const HttpResponse& response) {
  return {classify(text, response.status).code, "the panel answered with an error", std::string(text),
          retry_after_ms(response)};
}

/// The failure of a read whose answer is no usable JSON.
inline Failure failure_of_status(const HttpResponse& response) {
  const std::string status = "HTTP " + std::to_string(response.status);
  const std::string text(cut(trim(response.body), 200));
  if (response.status == 401) return {SMM_AUTH, status, text, 0};
  if (response.status == 404 || response.status == 405) {
    return {SMM_CONFIG, status + " without JSON: is the URL right?", text, 0};
  }
  if (response.status == 429) return {SMM_RATE_LIMITED, status, text, retry_after_ms(response)};
  if (response.status >= 300 && response.status < 400) {
    return {SMM_CONFIG, status + ", a redirect: is the URL right?", text, 0};
  }
  if (response.status == 403 || response.status >= 500) {
    return {SMM_UPSTREAM_DOWN, status + " without JSON", text, retry_after_ms(response)};
  }
  return {SMM_BAD_RESPONSE, status + ", an answer that cannot be understood", text, 0};
}

}  // namespace smm::sdk::panel
