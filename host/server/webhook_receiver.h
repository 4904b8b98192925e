// How the webhook route gets from bytes to what is stored. The shop's adapter implements it; the program wires it in.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "core/domain/delivery.h"
#include "core/domain/time.h"
#include "core/ports/store.h"

namespace smmhost {

// Verifies the signature over the raw bytes and reads them. nullopt: the signature is missing or wrong. Anything signed
// gives an Ingest, be it understood or not. `signature` is the header's value, empty where there is none. Thread safe;
// touches neither the network nor the store.
using WebhookReceiver =
    std::function<std::optional<Ingest>(std::string_view body, std::string_view signature, Time now)>;

// Reads a kept delivery again, with source "replay" and a digest of its own (the store would skip the same bytes).
// Thread safe.
using DeliveryReplayer = std::function<Ingest(const Delivery& delivery, Time now)>;

}  // namespace smmhost
