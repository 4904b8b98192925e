#include "host/yampi/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <limits>
#include <stdexcept>

namespace smmhost {
namespace {

constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kSignatureLength = 44;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string_view trimmed_header(std::string_view value) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = value.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return value.substr(first, value.find_last_not_of(kBlanks) - first + 1);
}

std::string sign_webhook(std::string_view body, std::string_view secret) {
  if (secret.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw std::invalid_argument("the webhook secret is too long");
  std::array<unsigned char, kDigestBytes> mac{};
  unsigned int length = 0;
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(body), body.size(), mac.data(),
           &length) == nullptr ||
      length != mac.size())
    throw std::runtime_error("OpenSSL cannot compute HMAC-SHA256");
  std::array<unsigned char, kSignatureLength + 1> text{};
  EVP_EncodeBlock(text.data(), mac.data(), static_cast<int>(mac.size()));
  return {reinterpret_cast<const char*>(text.data()), kSignatureLength};
}

bool verify_webhook(std::string_view body, std::string_view header, std::string_view secret) {
  const std::string_view given = trimmed_header(header);
  if (secret.empty() || given.size() != kSignatureLength) return false;
  const std::string expected = sign_webhook(body, secret);
  return CRYPTO_memcmp(expected.data(), given.data(), kSignatureLength) == 0;
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, kDigestBytes> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("OpenSSL cannot compute SHA-256");
  constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    hex += kHex[byte >> 4];
    hex += kHex[byte & 0x0F];
  }
  return hex;
}

}  // namespace smmhost
