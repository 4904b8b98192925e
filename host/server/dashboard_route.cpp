// GET /: the operator's page.
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

#include "host/server/dashboard.h"
#include "host/server/embedded.h"
#include "host/server/routes.h"

namespace smmhost {
namespace {

// "'sha256-...'" of what stands between the tags, as a Content-Security-Policy names an inline script or style.
std::string source_of(std::string_view page, std::string_view open, std::string_view close) {
  const auto begin = page.find(open) + open.size();
  const std::string_view text = page.substr(begin, page.find(close, begin) - begin);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 48> encoded{};
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return "'sha256-" + std::string(reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)) + "'";
}

std::string policy() {
  return "default-src 'none'; script-src " + source_of(kDashboardHtml, "<script>", "</script>") + "; style-src " +
         source_of(kDashboardHtml, "<style>", "</style>") +
         "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace

ServerResponse dashboard_page() {
  static const std::string kPolicy = policy();
  return ServerResponse{.content_type = "text/html; charset=utf-8", .body = std::string(kDashboardHtml)}.with(
      "Content-Security-Policy", kPolicy);
}

void add_dashboard_route(Router& router) {
  router.add("GET", "/", Access::kToken, [](const ServerRequest&) { return dashboard_page(); });
}

}  // namespace smmhost
