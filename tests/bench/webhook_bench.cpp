// The webhook's hot path without the store: what a request costs before it is committed.
#include <benchmark/benchmark.h>

#include "examples/world/shop.h"
#include "host/yampi/receive_webhook.h"
#include "host/yampi/signature.h"

namespace {

// One order of two lines, in the bytes that Yampi posts.
const smmhost::world::Webhook& order_webhook() {
  static const smmhost::world::Webhook kWebhook = [] {
    smmhost::world::Shop shop;
    return shop.webhook(
        shop.place_order({{{"SEG-1000", 1, "@cliente.teste", 0}, {"CURT-400", 2, "", 0}}, "paid", "pix"}));
  }();
  return kWebhook;
}

void verify_signature(benchmark::State& state) {
  const auto& webhook = order_webhook();
  const std::string secret = smmhost::world::ShopOptions{}.webhook_secret;
  for (auto _ : state) {
    if (!smmhost::verify_webhook(webhook.body, webhook.signature, secret))
      state.SkipWithError("the signature does not fit");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(webhook.body.size()));
}
BENCHMARK(verify_signature);

void read_order(benchmark::State& state) {
  const auto& webhook = order_webhook();
  for (auto _ : state) {
    const auto ingest = smmhost::receive_webhook(
        {.body = webhook.body, .signature = webhook.signature, .now = smmhost::from_unix_ms(1)});
    if (ingest.new_payments.size() != 2) state.SkipWithError("the order was not understood");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(webhook.body.size()));
}
BENCHMARK(read_order);

}  // namespace
