#!/usr/bin/env bash
# docs/plugins holds, of each bundled plugin, what `smmhost plugins doc` says today: <id>.md and <id>.ini. Prints how
# they differ; with --write, writes them.
#   usage: check_plugin_pages.sh SMMHOST PLUGIN_FOLDER PAGE_FOLDER [--write]
set -euo pipefail
smmhost=$1 plugins=$2 pages=$3 write=${4:-}
stale=0

# page FILE PLUGIN [OPTION]
page() {
  local said
  said=$("$smmhost" plugins doc "${@:2}")
  if [[ $write == --write ]]; then
    printf '%s\n' "$said" >"$1"
  elif ! diff -u --label "$1" --label 'the manifest' "$1" - <<<"$said"; then
    stale=1
  fi
}

for id in machinesmm worldsmm looter instagram230; do
  page "$pages/$id.md" "$plugins/$id.so"
  page "$pages/$id.ini" "$plugins/$id.so" --ini
done
((stale == 0)) || { echo "write them anew: $0 $smmhost $plugins $pages --write"; exit 1; }
