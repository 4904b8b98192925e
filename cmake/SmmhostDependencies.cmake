# Finds every library the project uses. A missing one stops the configuration with the Debian package to install.

function(smmhost_require name debian_package)
  find_package(${name} ${ARGN} QUIET)
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "${name} was not found. Install it with:  apt-get install ${debian_package}\n"
                        "(or run ./dev setup, which installs everything)")
  endif()
endfunction()

macro(smmhost_require_library variable header library debian_package)
  find_path(${variable}_INCLUDE_DIR ${header})
  find_library(${variable}_LIBRARY NAMES ${library})
  if(NOT ${variable}_INCLUDE_DIR OR NOT ${variable}_LIBRARY)
    message(FATAL_ERROR "${header} or lib${library} was not found. Install it with:  apt-get install ${debian_package}\n"
                        "(or run ./dev setup, which installs everything)")
  endif()
endmacro()

set(THREADS_PREFER_PTHREAD_FLAG ON)
smmhost_require(Threads libc6-dev)
smmhost_require(OpenSSL libssl-dev)
smmhost_require(Poco libpoco-dev COMPONENTS Foundation Util Net NetSSL)
smmhost_require(spdlog libspdlog-dev)
smmhost_require(fmt libfmt-dev)
smmhost_require(nlohmann_json nlohmann-json3-dev)
smmhost_require(simdjson libsimdjson-dev)
smmhost_require(SQLite3 libsqlite3-dev)
smmhost_require(CLI11 libcli11-dev)
smmhost_require(prometheus-cpp prometheus-cpp-dev)
smmhost_require(date libhowardhinnant-date-dev)
smmhost_require(Boost libboost-dev)
# Boost 1.74's Boost.DLL is header-only; with BOOST_DLL_USE_STD_FS it needs no other Boost library.
smmhost_require_library(PQXX pqxx/pqxx pqxx libpqxx-dev)
find_path(PQ_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql)
smmhost_require_library(PQ libpq-fe.h pq libpq-dev)

if(SMMHOST_BUILD_TESTS)
  smmhost_require(GTest "libgtest-dev libgmock-dev")
endif()
