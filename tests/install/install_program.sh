#!/usr/bin/env bash
# Installs the component runtime into an empty PREFIX: the program, what jails plugins, the bundled plugins, and the
# cassettes that a new copy of each must replay.
#   usage: install_program.sh BUILD_FOLDER SOURCE PREFIX
set -euo pipefail
build=$1 source=$2 prefix=$3
rm -rf "$prefix"
cmake --install "$build" --component runtime --prefix "$prefix" >/dev/null

[[ -x $prefix/bin/smmhost && -x $prefix/bin/smm-plugin-runner ]] || { echo "a program is missing"; exit 1; }
[[ -f $prefix/lib/smmhost/postgres.so ]] || { echo "what speaks with PostgreSQL is missing"; exit 1; }
plugins=$prefix/lib/smmhost/plugins
for plugin in machinesmm worldsmm looter instagram230; do
  [[ -f $plugins/$plugin.so ]] || { echo "not installed: $plugin"; exit 1; }
  diff -r "$source/plugins/$plugin/cassettes" "$plugins/cassettes/$plugin"
done
