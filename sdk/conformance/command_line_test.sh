#!/usr/bin/env bash
# What smm-conformance promises of its command line: exit codes, exclusions, reports.
#   usage: command_line_test.sh SMM_CONFORMANCE ZOO_FOLDER
set -euo pipefail
tool=$1
zoo=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# expect CODE WORDS ARGUMENTS...: the exit code, and words in what is printed.
expect() {
  local code=0
  "$tool" "${@:3}" >"$work/out" 2>&1 || code=$?
  if [[ $code != "$1" ]]; then
    echo "expected exit code $1, got $code: ${*:3}"
    cat "$work/out"
    exit 1
  fi
  if ! grep -qF -- "$2" "$work/out"; then
    echo "expected to read \"$2\": ${*:3}"
    cat "$work/out"
    exit 1
  fi
}

expect 0 'conforms: ' "$zoo/tame.so" --only binary --only manifest
expect 1 'DOES NOT CONFORM' "$zoo/newer_abi.so" --only manifest
expect 0 'excluded: built ahead of the tool' "$zoo/newer_abi.so" --only manifest --exclude 'manifest.abi=built ahead of the tool'
expect 0 'conforms: ' --only manifest --only binary --exclude 'manifest.abi=before the plugin' "$zoo/tame.so"
expect 2 'an exclusion needs a reason' "$zoo/newer_abi.so" --exclude manifest.abi
expect 2 'an exclusion needs a reason' "$zoo/newer_abi.so" --exclude manifest.abi=
expect 2 'an exclusion needs a reason' "$zoo/newer_abi.so" --exclude 'manifest.abi=   '
expect 2 'is no case' "$zoo/tame.so" --exclude 'manifest.nothing=why'
expect 2 'is no group' "$zoo/tame.so" --only nothing
expect 2 'PLUGIN' --seed 1
expect 3 'cannot be read' "$work/absent.so"
expect 1 'fail     binary.shared_object' "$0"
expect 0 'money.never_twice: ' "$zoo/tame.so" --list
expect 3 'cannot be written' "$zoo/tame.so" --only manifest --junit "$work/absent/report.xml"

expect 0 'no cassettes: --cassettes DIR' "$zoo/tame.so" --only replay
mkdir "$work/empty"
expect 0 "no cassettes in $work/empty" "$zoo/tame.so" --only replay --cassettes "$work/empty"

"$tool" "$zoo/tame.so" --only manifest --json --junit "$work/report.xml" --seed 7 >"$work/report.json"
grep -q '"seed": 7' "$work/report.json"
grep -q '<testcase classname="tame.manifest" name="readable"' "$work/report.xml"
# Of a file that is no plugin there is a report too.
expect 1 'DOES NOT CONFORM' "$0" --only binary --only manifest --junit "$work/none.xml"
grep -q '<testcase classname="plugin.binary" name="shared_object"' "$work/none.xml"
