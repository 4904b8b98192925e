// Customers who order one after the other, and a shop that posts each order again and again until a host answers 200.
#include "tests/e2e/customers.h"

#include <utility>

namespace smmhost::e2e {

Customers::Customers(world::World& world, int count, std::chrono::milliseconds pause) : world_(world), pause_(pause) {
  for (int customer = 0; customer < count; ++customer)
    threads_.emplace_back([this, customer] { order_until_stopped(customer); });
}

Customers::~Customers() {
  stop();
}

void Customers::send_to(std::vector<std::string> addresses) {
  const std::lock_guard lock(mutex_);
  addresses_ = std::move(addresses);
}

std::size_t Customers::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_.size();
}

std::vector<std::int64_t> Customers::stop() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return acknowledged_;
}

void Customers::order_until_stopped(int customer) {
  for (int n = 0; !stop_; ++n) {
    const std::string user = "cliente" + std::to_string(customer) + "x" + std::to_string(n);
    world_.instagram().add_account(user, false, 2);
    const std::int64_t id = world_.shop().place_order({.lines = {{n % 3 == 0 ? "CURT-403" : "SEG-1000", 1, user, 0}}});
    if (!insist_on(id)) return;
    std::this_thread::sleep_for(pause_);
  }
}

bool Customers::insist_on(std::int64_t order_id) {
  for (; !stop_; std::this_thread::sleep_for(std::chrono::milliseconds{20})) {
    const std::string address = next_address();
    if (address.empty()) continue;
    if (world::post_webhook(address + "/api/webhook", world_.shop().webhook(order_id)).status != 200) continue;
    const std::lock_guard lock(mutex_);
    acknowledged_.push_back(order_id);
    return true;
  }
  return false;
}

std::string Customers::next_address() {
  const std::lock_guard lock(mutex_);
  if (addresses_.empty()) return {};
  return addresses_[attempts_++ % addresses_.size()];
}

}  // namespace smmhost::e2e
