#!/usr/bin/env bash
# How much an author has to read before the first change: the templates keep to what is promised of them.
#   usage: check_template_sizes.sh TEMPLATES
set -euo pipefail
cd "$1"

at_most() {
  local lines
  lines=$(wc -l <"$2")
  ((lines <= $1)) || { echo "$2 has $lines lines; $1 are allowed"; exit 1; }
}

at_most 15 panel-v2/plugin.cpp.in
at_most 60 provider/plugin.cpp.in
at_most 60 checker/plugin.cpp.in
for kind in panel-v2 provider checker; do
  at_most 6 "$kind/CMakeLists.txt.in"
done
