// The administrator's bearer token. Digests are compared, so that unequal lengths look like any other difference.
#include "host/server/auth.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace smmhost {
namespace {

std::array<unsigned char, 32> digest_of(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

}  // namespace

BearerAuth::BearerAuth(const Secret& token) : digest_(digest_of(token.reveal())), closed_(token.empty()) {}

bool BearerAuth::admits(const ServerRequest& request) const {
  const auto header = request.header("Authorization");
  constexpr std::string_view kScheme = "Bearer ";
  if (closed_ || !header || !equal_ignoring_case(header->substr(0, kScheme.size()), kScheme)) return false;
  const auto given = digest_of(header->substr(kScheme.size()));
  return CRYPTO_memcmp(given.data(), digest_.data(), given.size()) == 0;
}

}  // namespace smmhost
