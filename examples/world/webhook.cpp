// A simulated Yampi shop: its webhooks, signed over the very bytes that are posted.
#include <Poco/Base64Encoder.h>
#include <Poco/HMACEngine.h>
#include <Poco/SHA2Engine.h>
#include <Poco/String.h>

#include <sstream>

#include "examples/world/http_call.h"
#include "examples/world/shop.h"

namespace smmhost::world {

namespace {

using Json = nlohmann::ordered_json;

// Poco's HMACEngine makes its hash without arguments; this names the one wanted.
class Sha256 : public Poco::SHA2Engine {
 public:
  enum { BLOCK_SIZE = 64, DIGEST_SIZE = 32 };
  Sha256() : Poco::SHA2Engine(SHA_256) {}
};

std::string serialise(const Json& json, BodyStyle style) {
  if (style == BodyStyle::kPlain) return json.dump();
  if (style == BodyStyle::kIndented) return json.dump(2);
  // PHP's json_encode escapes every slash; in JSON text one stands only inside strings.
  return Poco::replace(json.dump(-1, ' ', true), "/", "\\/");
}

}  // namespace

std::string sign(const std::string& secret, const std::string& body) {
  Poco::HMACEngine<Sha256> hmac(secret);
  hmac.update(body);
  const Poco::DigestEngine::Digest& digest = hmac.digest();
  std::ostringstream text;
  Poco::Base64Encoder encoder(text);
  encoder.write(reinterpret_cast<const char*>(digest.data()), static_cast<std::streamsize>(digest.size()));
  encoder.close();
  return text.str();
}

PostResult post_webhook(const std::string& url, const Webhook& webhook) {
  Pairs headers{{"Content-Type", "application/json"}};
  if (!webhook.signature.empty()) headers.emplace_back("X-Yampi-Hmac-SHA256", webhook.signature);
  const CallResult answer = call("POST", url, webhook.body, headers, std::chrono::seconds{5});
  return {answer.status, answer.body};
}

Webhook Shop::sign_body(std::string body) const {
  std::string signature = sign(options_.webhook_secret, body);
  return {std::move(body), std::move(signature)};
}

Webhook Shop::webhook(std::int64_t order_id, const WebhookOptions& options) const {
  return sign_body(webhook_body(order(order_id), options));
}

std::string Shop::webhook_body(const Order& order, const WebhookOptions& options) const {
  return serialise(Json{{"event", options.event},
                        {"time", shop_time(order.updated_at + std::chrono::seconds{6})},
                        {"merchant", {{"id", options_.merchant_id}, {"alias", options_.alias}}},
                        {"resource", order_json(order, options_.merchant_id, options.reverse_items)}},
                   options.style);
}

}  // namespace smmhost::world
