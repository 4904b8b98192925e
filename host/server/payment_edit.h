// What a person may change about a payment, and what follows from it. Pure: decides, stores nothing.
//
// The rule behind all of it: an edit never makes anything be bought twice and never hides that something was bought.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/fulfilment/engine.h"
#include "core/ports/store.h"
#include "host/server/http_message.h"
#include "host/server/json_body.h"

namespace smmhost {

struct PaymentEdit {
  // What is bought and for whom: changeable while nothing was bought. The payment is checked and planned anew.
  std::optional<std::string> customization;
  std::optional<std::string> item_sku;
  std::optional<std::int64_t> item_quantity;
  // `public` is taken as a person's word; with anything else the profile is looked up again, at once.
  std::optional<ProfileStatus> profile_status;
  // true ends the line by a person's word: unsent purchases are dropped. false starts it again if nothing was ever
  // bought.
  std::optional<bool> finished;
  // Words for people; nothing follows from them.
  std::optional<std::string> customer_name;
  std::optional<std::string> email;
  std::optional<std::string> phone_full_number;
  std::optional<std::string> status_alias;
};

// Reads the body of PUT /api/payments/{id}. Read-only fields are tolerated where they say what the payment says, so
// that a client may send back what it got. Otherwise the 400 that names every wrong field.
std::variant<PaymentEdit, ServerResponse> read_payment_edit(const Json& body, const PaymentDetail& present);

// The rows to commit; empty where nothing changes. Otherwise the 409 that says why not.
std::variant<Changes, ServerResponse> apply_payment_edit(const PaymentEdit& edit, const PaymentDetail& present,
                                                         Time now);

// Takes a payment out of the lists. The same kinds of answer.
std::variant<Changes, ServerResponse> archive_payment(const PaymentDetail& present, Time now);

// True for a payment in review without any purchase to decide: the shop cancelled the order and says now that it is
// paid, or it may have been bought before the database knew of it.
bool waits_without_purchase(const PaymentDetail& detail);

// Whether anything about the payment ever reached a provider, bought or not.
bool was_ever_sent(const PaymentDetail& detail);

}  // namespace smmhost
