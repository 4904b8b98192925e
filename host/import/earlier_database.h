// Reading the database of the earlier program (Flask, SQLAlchemy): its tables product_services and payments.
#pragma once

#include <stdexcept>
#include <string>

#include "core/fulfilment/import_orders.h"

namespace smmhost {

// The message is for the operator and holds no password.
struct CannotReadEarlier : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct EarlierDatabase {
  EarlierShop shop;
  // Of other programs on the same database: the earlier one may still be running. SQLite cannot tell; 0 there.
  int other_sessions = 0;
};

// `url`: as SQLAlchemy has it, postgresql:// (or postgres://) and sqlite:/// with or without +driver; also sqlite:PATH.
// Reads both tables in one snapshot and writes nothing. Throws CannotReadEarlier.
EarlierDatabase read_earlier_database(const std::string& url);

}  // namespace smmhost
