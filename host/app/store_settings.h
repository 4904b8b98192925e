// What the configuration says of the database.
#pragma once

#include "host/config/config.h"
#include "host/store/open_store.h"

namespace smmhost {

inline StoreSettings store_settings(const Config& config) {
  StoreSettings settings(config.store_url);
  settings.prepared_statements = config.store_prepared_statements;
  settings.connections = config.store_connections;
  return settings;
}

}  // namespace smmhost
