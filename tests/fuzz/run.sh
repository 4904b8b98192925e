#!/usr/bin/env bash
# Runs every fuzz target of a build for some seconds, from its seeds and from what earlier runs found worth keeping.
#   usage: run.sh BUILD SECONDS
# New inputs are kept in BUILD/corpus/<name>, inputs that break something in BUILD/findings; exit 1 if there was any.
set -uo pipefail
build=$1
seconds=$2
here=$(dirname "$(readlink -f "$0")")
mkdir -p "$build/findings"

broken=()
for program in "$build"/bin/*_fuzz; do
  name=$(basename "$program" _fuzz)
  mkdir -p "$build/corpus/$name"
  echo "--- $name"
  if ! "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$build/findings/$name-" "$build/corpus/$name" "$here/corpus/$name" 2>"$build/findings/$name.log"; then
    broken+=("$name")
    cat "$build/findings/$name.log"
  fi
  grep -E 'number_of_executed_units|new_units_added' "$build/findings/$name.log"
done

if ((${#broken[@]})); then
  echo "found something: ${broken[*]} (logs and inputs in $build/findings)"
  exit 1
fi
echo "nothing found"
