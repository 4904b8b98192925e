// The signature of a webhook: X-Yampi-Hmac-SHA256 over the raw bytes of the body; and the digest that names a body.
#pragma once

#include <string>
#include <string_view>

namespace smmhost {

// The text without blanks, tabs and line ends at both ends: a header as proxies hand it on.
std::string_view trimmed_header(std::string_view value);

// base64 of the 32 binary bytes of HMAC-SHA256, as the shop writes it (docs.yampi.com.br, webhooks): 44 characters.
std::string sign_webhook(std::string_view body, std::string_view secret);

// True where `header` is the signature of exactly these bytes. Compared in constant time. Always false for an empty
// secret.
bool verify_webhook(std::string_view body, std::string_view header, std::string_view secret);

// SHA-256, 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace smmhost
