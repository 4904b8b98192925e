#!/usr/bin/env bash
# The check of type names must find a name that stands twice, and must not complain of what is allowed.
#   usage: check_type_names_test.sh CHECK_TYPE_NAMES
set -euo pipefail
check=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/host/a" "$tree/host/b" "$tree/core" "$tree/sdk" "$tree/plugins" "$tree/examples" "$tree/tests"
printf 'namespace smmhost {\nstruct Answer {\n  int status;\n};\n}\n' >"$tree/host/a/a.h"

printf 'namespace smmhost::b {\nstruct Answer {\n};\n}\n' >"$tree/host/b/b.h"
"$check" "$tree" || { echo "complained of two namespaces"; exit 1; }
printf 'namespace smmhost {\nstruct Answer;\nstruct Other {\n  struct Answer {};\n};\n}\n' >"$tree/host/b/b.h"
"$check" "$tree" || { echo "complained of a forward declaration or a nested type"; exit 1; }
printf 'namespace smmhost {\nclass Answer final : public Base {\n};\n}\n' >"$tree/host/b/b.h"
if "$check" "$tree" 2>/dev/null; then
  echo "missed a type that stands twice"
  exit 1
fi
echo "the check finds what it must"
