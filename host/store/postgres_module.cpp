#include "host/store/postgres_module.h"

#include <cstdlib>

#include <boost/dll/shared_library.hpp>
#include <string_view>

#include "host/config/program_files.h"

namespace smmhost {
namespace {

boost::dll::shared_library load(const std::string& file) {
  // libpq brings GnuTLS for LDAP, which initialises it where it uses it: it need not take its memory at the start.
  ::setenv("GNUTLS_NO_IMPLICIT_INIT", "1", 0);
  try {
    return boost::dll::shared_library(file, boost::dll::load_mode::rtld_now);
  } catch (const std::exception& error) {
    throw CannotOpenStore("PostgreSQL needs " + file + ", which comes with smmhost and cannot be loaded: " +
                          error.what() + ". Install smmhost again.");
  }
}

PostgresModule& enter(const boost::dll::shared_library& library, const std::string& file) {
  if (!library.has(kPostgresVersionEntry) || !library.has(kPostgresModuleEntry))
    throw CannotOpenStore(file + " is not the PostgreSQL part of smmhost: install smmhost again");
  const std::string_view version = library.get<const char*()>(kPostgresVersionEntry)();
  if (version != SMMHOST_VERSION)
    throw CannotOpenStore(file + " belongs to smmhost " + std::string(version) +
                          ", and this is " SMMHOST_VERSION ": install smmhost again");
  return *library.get<PostgresModule*()>(kPostgresModuleEntry)();
}

}  // namespace

PostgresModule& postgres_module() {
  static PostgresModule& module = []() -> PostgresModule& {
    const std::string file = postgres_module_file();
    // Never unloaded: its threads and its objects' code are in it.
    static auto& library = *new boost::dll::shared_library(load(file));
    return enter(library, file);
  }();
  return module;
}

}  // namespace smmhost
