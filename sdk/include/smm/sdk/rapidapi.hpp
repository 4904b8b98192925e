// The RapidAPI gateway in front of look-up APIs: the request's headers, and the failures that are the gateway's own.
// Source of the texts and headers: answers recorded by public clients of the gateway.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "smm/sdk/encode.hpp"
#include "smm/sdk/http.hpp"
#include "smm/sdk/json.hpp"
#include "smm/sdk/result.hpp"

namespace smm::sdk::rapidapi {

inline constexpr uint64_t kMonthlyQuotaRetryMs = 24ULL * 3600 * 1000;
inline constexpr uint64_t kDailyQuotaRetryMs = 6ULL * 3600 * 1000;
inline constexpr uint64_t kPerSecondRetryMs = 1500;

/// "host.example" of "https://host.example/path"; with the port if there is one.
inline std::string_view host_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

/// GET base + path + "?" + query, with the gateway's two headers.
inline HttpRequest get(std::string_view base, std::string_view path, const Form& query, const Secret& key) {
  while (!base.empty() && base.back() == '/') base.remove_suffix(1);
  HttpRequest out;
  out.url = std::string(base).append(path).append("?").append(query.text());
  out.headers = {{"accept", "application/json"},
                 {"x-rapidapi-key", key.placeholder},
                 {"x-rapidapi-host", std::string(host_of(base))}};
  return out;
}

inline std::optional<uint64_t> number_header(const HttpResponse& response, std::string_view name) {
  const std::string_view text = trim(response.header(name).value_or(std::string_view{}));
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Milliseconds until a used-up quota is full again, from the headers of the plan and of the account's hard limit: the
/// longer wait of those that are used up. Nothing if neither says so.
inline std::optional<uint64_t> quota_reset_ms(const HttpResponse& response) {
  std::optional<uint64_t> longest;
  for (const std::string_view limit : {"x-ratelimit-requests", "x-ratelimit-rapid-free-plans-hard-limit"}) {
    const auto remaining = number_header(response, std::string(limit) + "-remaining");
    const auto seconds = number_header(response, std::string(limit) + "-reset");
    if (!remaining || *remaining != 0 || !seconds || *seconds > 366ULL * 86400) continue;
    if (!longest || *seconds * 1000 > *longest) longest = *seconds * 1000;
  }
  return longest;
}

/// A 429: either a quota of the plan, for hours or days, or a burst above the rate per second, for a moment.
inline Failure too_many(const HttpResponse& response, const std::string& text) {
  const std::string folded = fold(text);
  const bool burst = contains(folded, "per second") || contains(folded, "per minute");
  const bool quota = contains(folded, "quota") || (!burst && quota_reset_ms(response).has_value());
  if (!quota) {
    const uint64_t wait = contains(folded, "per minute") ? 60'000 : kPerSecondRetryMs;
    return {SMM_RATE_LIMITED, "too many requests at once", text, wait};
  }
  const uint64_t usual = contains(folded, "daily") ? kDailyQuotaRetryMs : kMonthlyQuotaRetryMs;
  return {SMM_RATE_LIMITED, "the plan's quota is used up", text, quota_reset_ms(response).value_or(usual)};
}

/// The failure of an answer that comes from the gateway or from a broken upstream. Nothing for 2xx, and for a 4xx that
/// may be the API's own answer about a user: the API's reader decides those.
inline std::optional<Failure> gateway_failure(const HttpResponse& response) {
  const uint32_t status = response.status;
  if (status >= 200 && status < 300) return std::nullopt;
  const auto body = parse_body(response.body);
  const std::string text = body && (*body)["message"].is_string() ? std::string((*body)["message"].text())
                                                                  : std::string(cut(trim(response.body), 200));
  const std::string folded = fold(text);
  const std::string http = "HTTP " + std::to_string(status);
  if (status == 401 || status == 403) return Failure{SMM_AUTH, http + ": key or subscription refused", text, 0};
  if (status == 429) return too_many(response, text);
  if (status >= 500) return Failure{SMM_UPSTREAM_DOWN, http, text, 0};
  if (status < 400) return Failure{SMM_CONFIG, http + ", a redirect: is the URL right?", text, 0};
  // Half of a JSON answer decides nothing, whatever words are in it.
  const bool whole = body || trim(response.body).substr(0, 1) != "{";
  const bool no_endpoint = contains(folded, "endpoint") && contains(folded, "does not exist");
  const bool no_api = contains(folded, "api doesn't exist") || contains(folded, "api does not exist");
  if (status == 405 || (whole && (no_endpoint || no_api))) {
    return Failure{SMM_CONFIG, http + ": the API does not have this endpoint", text, 0};
  }
  return std::nullopt;
}

}  // namespace smm::sdk::rapidapi
