#!/usr/bin/env bash
# Has the host look at every plugin of FOLDER, which must hold COUNT of them.
#   usage: check_with_host.sh SMMHOST FOLDER COUNT
set -euo pipefail
smmhost=$1 folder=$2 count=$3
plugins=("$folder"/*.so)
((${#plugins[@]} == count)) || { echo "${#plugins[@]} plugins in $folder, and not $count"; exit 1; }
for plugin in "${plugins[@]}"; do
  "$smmhost" plugins check "$plugin"
done
