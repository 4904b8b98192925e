// An order of the simulated shop, and its JSON as Yampi writes it: whole, with everything that must never be kept.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace smmhost::world {

struct OrderLine {
  std::string sku;
  std::int64_t quantity = 1;
  std::string customization;  // "": the line has none
  std::int64_t item_id = 0;   // given by the shop
};

struct OrderSpec {
  std::vector<OrderLine> lines;
  std::string status = "paid";
  std::string payment = "pix";  // pix, billet, mastercard
};

struct Order {
  std::int64_t id = 0;
  std::int64_t number = 0;
  std::string status;
  std::vector<std::string> history;  // status aliases, the first one first
  std::string payment;
  std::vector<OrderLine> lines;
  std::chrono::system_clock::time_point created_at;
  std::chrono::system_clock::time_point updated_at;
};

struct Status {
  int id;
  const char* alias;
  const char* name;
};

// The shop's table, and the changes it allows from a status.
const std::vector<Status>& all_statuses();
const Status* find_status(int id);
const Status* find_status(const std::string& alias);
std::vector<std::string> allowed_next(const std::string& alias);

// What the order's JSON says about the customer and must be found nowhere afterwards: forced-login links and tokens,
// CPF, address, IP, Pix codes. Unique to each order.
struct Sensitive {
  std::string login_token;
  std::string cart_token;
  std::string statement_token;
  std::string public_token;
  std::string cpf;
  std::string street;
  std::string zipcode;
  std::string ip;
  std::string pix_code;

  std::vector<std::string> all() const {
    return {login_token, cart_token, statement_token, public_token, cpf, street, zipcode, ip, pix_code};
  }
};
Sensitive sensitive_of(std::int64_t order_id);

// What the shop knows about the customer and the host keeps.
std::string customer_name(std::int64_t order_id);
std::string customer_email(std::int64_t order_id);
std::string customer_phone(std::int64_t order_id);

// The order resource with all its includes. `reverse_items` lists its lines the other way round.
nlohmann::ordered_json order_json(const Order& order, std::int64_t merchant_id, bool reverse_items = false);

// "2026-01-15 10:20:31" in America/Sao_Paulo (UTC-3: no daylight saving time since 2019).
std::string shop_time(std::chrono::system_clock::time_point at);

}  // namespace smmhost::world
