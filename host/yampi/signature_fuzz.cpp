// libFuzzer: any bytes as the signature header (the first line) and the body (the rest) of a webhook.
#include "host/yampi/signature.h"

#include <algorithm>
#include <cstdint>

#include "tests/fuzz/demand.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smmhost;
  using fuzz::demand;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string_view header = bytes.substr(0, bytes.find('\n'));
  const std::string_view body = bytes.substr(std::min(header.size() + 1, bytes.size()));
  const std::string signature = sign_webhook(body, "wh_secret");
  demand(verify_webhook(body, signature, "wh_secret"), "what was signed verifies");
  demand(verify_webhook(body, " \t" + signature + "\r\n", "wh_secret"), "blanks around a signature do not matter");
  demand(!verify_webhook(body, signature, "wh_secreu"), "another secret's signature does not verify");
  const bool verifies = verify_webhook(body, header, "wh_secret");
  demand(verifies == (trimmed_header(header) == signature), "nothing but the signature verifies");
  demand(!verify_webhook(body, sign_webhook(body, ""), ""), "without a secret nothing verifies");
  return 0;
}
