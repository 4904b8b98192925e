#!/usr/bin/env bash
# Shows that the tests notice deliberate faults (core/fulfilment/mutants.h): builds the programs below with the faults in
# them, checks that they pass while none is switched on, and that each fault, switched on alone, fails at least one: of
# the programs over SQLite, and also of those over PostgreSQL where the fault is in that store too.
# Prints which test caught what; exit 1 if a fault was caught by none.
#   usage: tests/mutants/run.sh [FAULT...]      without arguments: all
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

build=build/mutants
programs=(engine_tests store_contract_tests store_tests)
postgres_programs=(postgres_contract_tests postgres_tests)
faults=(retry_on_timeout ack_before_commit rescue_by_time skip_unique count_5xx_as_rejected ignore_in_doubt deliver_early)
(($# == 0)) || faults=("$@")
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# run FAULT PROGRAM: its exit code; what it prints is kept in $results.
run() {
  SMMHOST_MUTANT=$1 timeout 300 "$build/bin/$2" --gtest_brief=1 --gtest_fail_fast >"$results/$1.$2" 2>&1
}

# The first test that failed, or how the program ended.
caught_by() {
  local test
  test=$(sed -n 's/^\[  FAILED  \] \([^, ]*\).*/\1/p' "$results/$1.$2" | head -n 1)
  echo "${test:-$2 did not end well}"
}

# catch FAULT PROGRAM...: prints the first test of them that the fault fails; false where there is none.
catch() {
  local fault=$1 program
  shift
  for program in "$@"; do
    run "$fault" "$program" || { caught_by "$fault" "$program"; return; }
  done
  echo "NOT CAUGHT"
  return 1
}

for fault in "${faults[@]}"; do
  grep -rqF "mutant(\"$fault\")" core host || { echo "$fault: there is no such fault in the sources" >&2; exit 1; }
done

[[ -f $build/build.ninja ]] || cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 -DSMMHOST_MUTANTS=ON >/dev/null
cmake --build "$build" -j "${SMMHOST_JOBS:-$(nproc)}" --target "${programs[@]}" "${postgres_programs[@]}"

for program in "${programs[@]}" "${postgres_programs[@]}"; do
  run none "$program" || { echo "$program fails without any fault:"; tail -n 20 "$results/none.$program"; exit 1; }
done

missed=0
for fault in "${faults[@]}"; do
  name=$(catch "$fault" "${programs[@]}") || missed=1
  printf '%-24s %-10s %s\n' "$fault" "" "$name"
  grep -rqF "mutant(\"$fault\")" host/store/postgres || continue
  name=$(catch "$fault" "${postgres_programs[@]}") || missed=1
  printf '%-24s %-10s %s\n' "" "postgres" "$name"
done
exit "$missed"
