#!/usr/bin/env bash
# The installed smm-conformance finds the installed program that runs plugins apart: of every plugin of FOLDER the group
# isolation passes, and is not skipped.
#   usage: check_isolation.sh PREFIX FOLDER COUNT
set -euo pipefail
prefix=$1 folder=$2 count=$3
plugins=("$folder"/*.so)
((${#plugins[@]} == count)) || { echo "${#plugins[@]} plugins in $folder, and not $count"; exit 1; }
for plugin in "${plugins[@]}"; do
  settings=()
  [[ $plugin != */own_ways.so ]] || settings=(--set region=eu)
  said=$("$prefix/bin/smm-conformance" "${settings[@]}" --only isolation "$plugin") || { echo "$plugin: $said"; exit 1; }
  [[ $said == *'pass     isolation.same_answers'* ]] || { echo "$plugin: $said"; exit 1; }
done
