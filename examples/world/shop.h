// A simulated Yampi shop: takes orders, signs and posts webhooks, serves the REST API, and remembers every status it
// was told.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "examples/world/http_service.h"
#include "examples/world/shop_order.h"

namespace smmhost::world {

struct ShopOptions {
  std::string alias = "loja-teste";
  std::int64_t merchant_id = 90001;
  std::string api_key = "token-of-the-simulated-shop";         // User-Token
  std::string secret_key = "sk_secret-of-the-simulated-shop";  // User-Secret-Key
  std::string webhook_secret = "wh_TESTSECRET_not_real";
  std::int64_t first_order_id = 170'000'001;
  int writes_per_minute = 30;
  int reads_per_minute = 120;
};

// The same order can arrive in different bytes.
enum class BodyStyle {
  kPhp,    // as Yampi writes: \/ and \u00e3
  kPlain,  // UTF-8, slashes bare
  kIndented,
};

struct WebhookOptions {
  std::string event = "order.paid";
  BodyStyle style = BodyStyle::kPhp;
  bool reverse_items = false;
};

struct Webhook {
  std::string body;
  std::string signature;  // of exactly these bytes; the header X-Yampi-Hmac-SHA256
};

struct PostResult {
  int status = 0;  // 0: no answer
  std::string body;
};

// One status write as it came, whatever it was answered with.
struct ToldStatus {
  std::int64_t order_id = 0;
  std::string alias;    // "" where the id is unknown
  int http_status = 0;  // 200: the order has it now
};

// base64(HMAC-SHA256(secret, body))
std::string sign(const std::string& secret, const std::string& body);

// Posts bytes as Yampi would, waiting at most five seconds. An empty signature sends no header.
PostResult post_webhook(const std::string& url, const Webhook& webhook);

// Thread safe but for the go_down() and come_up() of http().
//   POST /_control/orders  {"lines":[{"sku":"X","quantity":1,"customization":"@y"}],"status":"paid"} ->
//   {"id":170000001} POST /_control/post    {"id":170000001,"event":"order.paid","url":"http://.../api/webhook"} ->
//   {"status":200} POST /_control/status  {"id":170000001,"alias":"cancelled"} GET  /_control/told
class Shop {
 public:
  explicit Shop(ShopOptions options = {});

  std::string base_url() const { return http_.url() + "/v2/" + options_.alias; }
  HttpService& http() { return http_; }
  const ShopOptions& options() const { return options_; }

  // A customer orders; the id is the order's.
  std::int64_t place_order(OrderSpec spec);
  Order order(std::int64_t id) const;  // throws std::out_of_range for an unknown one
  // The shop itself changes an order (a customer cancels, a boleto is paid).
  void set_status(std::int64_t id, const std::string& alias);

  Webhook webhook(std::int64_t order_id, const WebhookOptions& options = {}) const;
  Webhook sign_body(std::string body) const;

  std::vector<ToldStatus> told() const;
  std::size_t told_count() const;
  // Statuses the order was really given, in order.
  std::vector<std::string> told_to(std::int64_t order_id) const;
  // Yampi switches a webhook off after 30 failures. The shop's one webhook is on at first; PUT /webhooks/1 sets it.
  void switch_webhook_off();
  bool webhook_is_on() const;
  // The next `count` status writes are answered with `http_status` and change nothing.
  void fail_writes(int count, int http_status);

 private:
  struct Window {
    std::chrono::steady_clock::time_point started;
    int used = 0;
  };

  Answer serve(const Request& request);
  Answer route(const Request& request, const std::string& rest);
  Answer control(const Request& request);
  Answer list_orders(const Request& request) const;
  Answer one_order(std::int64_t id) const;
  Answer write_status(std::int64_t id, const std::string& body);
  Answer list_webhooks() const;
  Answer write_webhook(const std::string& body);
  bool over_limit(Window& window, int limit) const;
  std::string webhook_body(const Order& order, const WebhookOptions& options) const;

  const ShopOptions options_;
  mutable std::mutex mutex_;
  std::map<std::int64_t, Order> orders_;
  std::vector<ToldStatus> told_;
  std::map<std::string, std::string> cache_;  // answers by target: Yampi serves them for 30 minutes
  std::int64_t next_order_id_;
  std::int64_t next_item_id_ = 230'000'001;
  bool webhook_on_ = true;
  int failing_writes_ = 0;
  int failing_status_ = 500;
  Window reads_{};
  Window writes_{};
  HttpService http_;  // last: it calls the others
};

}  // namespace smmhost::world
