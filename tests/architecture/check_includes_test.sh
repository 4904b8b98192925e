#!/usr/bin/env bash
# The dependency check must find a planted breach in each layer, and must not complain of what is allowed.
#   usage: check_includes_test.sh CHECK_INCLUDES
set -euo pipefail
check=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

plant() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/$(dirname "$1")"
  printf '%s\n' "$2" >"$tree/$1"
}

must_pass() {
  plant "$1" "$2"
  "$check" "$tree" >/dev/null || { echo "complained of $1: $2"; exit 1; }
}

must_fail() {
  plant "$1" "$2"
  if "$check" "$tree" >/dev/null; then
    echo "missed $1: $2"
    exit 1
  fi
}

must_pass core/a.cpp '#include <vector>'
must_pass core/a.cpp '#include "core/domain/time.h"'
must_pass core/a_test.cpp '#include <gtest/gtest.h>'
must_fail core/a.cpp '#include "host/config/config.h"'
must_fail core/a.cpp '#include <Poco/Net/HTTPServer.h>'
must_fail core/a.cpp '#include <nlohmann/json.hpp>'
must_fail core/a.cpp '# include <sqlite3.h>'
must_fail core/a_test.cpp '#include "host/config/config.h"'
must_fail sdk/include/smm/sdk/json.h '#include "core/domain/time.h"'
must_fail sdk/include/smm/abi.h '#include <string.h>'
must_pass sdk/include/smm/abi.h '#include <stdint.h>'
must_fail plugins/x/x.cpp '#include "host/net/url.h"'
must_fail plugins/x/x.cpp '#include <Poco/URI.h>'
must_pass plugins/x/x.cpp '#include <smm/sdk/panel_v2.h>'
must_fail examples/panel-request-id/x.cpp '#include "core/domain/time.h"'
must_fail examples/checker-two-requests/x.cpp '#include <Poco/URI.h>'
must_fail examples/provider-in-c/x.c '#include "smm/sdk/text.hpp"'
must_fail examples/world/x.cpp '#include "core/domain/time.h"'
must_fail host/app/x.cpp '#include "examples/world/world.h"'
must_pass host/cli/demo_command.cpp '#include "examples/world/world.h"'
echo "the check finds what it must"
