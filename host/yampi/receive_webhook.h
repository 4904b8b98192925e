// From the bytes of a webhook to what the store must do. No network, no clock, no store: safe to run before the answer.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/domain/delivery.h"
#include "core/domain/time.h"
#include "core/ports/store.h"

namespace smmhost {

struct WebhookArrival {
  std::string_view body;            // the raw bytes
  std::string_view signature;       // the header, which verify_webhook() has accepted already
  std::string_view merchant_alias;  // of the configured shop; empty: any shop
  Time now{};
  std::span<const std::string> paid_statuses = {};  // of the configuration; see moved_on_of()
};

// Every signed body makes a delivery, and is answered 200 once that is stored. Orders that are paid, or were and have
// moved on (see moved_on_of), bring payments, those that are cancelled or refused a cancellation, others their status
// word. What is not understood, comes from another shop or has no line is kept as kNotUnderstood with the reason. The
// note of an accepted delivery tells what was odd about its lines.
Ingest receive_webhook(const WebhookArrival& arrival);

// A kept delivery read again, as after a change of the configuration. Its digest is its own, so that the store takes it
// as a delivery of its own; payments that exist are left alone by their ids.
Ingest replay_delivery(const Delivery& kept, std::string_view merchant_alias, Time now,
                       std::span<const std::string> paid_statuses = {});

}  // namespace smmhost
