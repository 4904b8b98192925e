#!/usr/bin/env bash
# A page that is older than its manifest, or missing, must be found.
#   usage: check_plugin_pages_test.sh CHECK SMMHOST PLUGIN_FOLDER
set -euo pipefail
check=$1 smmhost=$2 plugins=$3
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
"$check" "$smmhost" "$plugins" "$pages" --write
"$check" "$smmhost" "$plugins" "$pages"

must_fail() {
  if "$check" "$smmhost" "$plugins" "$pages" >/dev/null 2>&1; then
    echo "missed: $1"
    exit 1
  fi
}
sed -i 's/currency/money/' "$pages/machinesmm.md"
must_fail 'a setting that has another name'
"$check" "$smmhost" "$plugins" "$pages" --write
echo 'enabled = no' >>"$pages/looter.ini"
must_fail 'a sample with a line too many'
rm "$pages/looter.ini"
must_fail 'a sample that is not there'
