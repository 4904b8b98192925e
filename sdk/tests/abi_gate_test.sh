#!/usr/bin/env bash
# Today's ABI headers against the newest frozen ones, as abidiff sees a library that takes every struct by pointer; and
# that this would see a breach: each of a few is made on purpose. There is no suppression file: the one that should let
# structs grow at their end (has_data_member_inserted_at = end) also hides a member that became wider, and with `name =`
# an insertion in the middle. A new minor version freezes its own headers instead; layout_v1.h holds what came before.
#   usage: abi_gate_test.sh CC ABIDIFF SDK_FOLDER
set -euo pipefail
cc=$1
abidiff=$2
sdk=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build NAME INCLUDE_FOLDER
build() {
  "$cc" -std=c11 -g -O0 -shared -fPIC -I "$2" -o "$work/$1.so" "$sdk/tests/abi_witness.c"
}

# same NAME: whether a plugin built for the frozen headers could tell the difference. abidiff's exit code is a set of
# bits: 4 is a change, 8 an incompatible one, 1 and 2 are its own failures.
same() {
  local code=0
  "$abidiff" "$work/frozen.so" "$work/$1.so" >"$work/$1.txt" 2>&1 || code=$?
  if ((code & 3)); then
    cat "$work/$1.txt"
    exit 1
  fi
  ((code == 0))
}

for version in "$sdk"/frozen/v*; do
  (cd "$version" && sha256sum --quiet --check SHA256SUMS)
done
newest=$(printf '%s\n' "$sdk"/frozen/v* | sort -V | tail -1)

build frozen "$newest"
build today "$sdk/include"
if ! same today; then
  echo "the ABI headers are no longer those of $(basename "$newest"). What was frozen stays as it is; what a new minor version"
  echo "adds at the end of a struct is frozen with it, in a folder of its own:"
  cat "$work/today.txt"
  exit 1
fi

# breach NAME SED_EXPRESSION: a change of the frozen headers that must be found.
breach() {
  mkdir -p "$work/$1/smm"
  cp "$newest"/smm/*.h "$work/$1/smm/"
  sed -i -E "$2" "$work/$1/smm/abi.h" "$work/$1/smm/provider.h"
  if diff -rq "$newest/smm" "$work/$1/smm" >/dev/null; then
    echo "$1 did not change anything: mend this test"
    exit 1
  fi
  build "$1" "$work/$1"
  if same "$1"; then
    echo "not found: $1"
    exit 1
  fi
}

breach member_in_the_middle 's/^  int64_t charge_micros;/  int64_t charge_count;\n&/'
breach member_at_the_end 's/^(} smm_balance_result;)/  smm_str more;\n\1/'
breach member_gone 's/^  smm_str reference;.*//'
breach member_wider 's/^  uint32_t timeout_ms, reserved;/  uint64_t timeout_ms, reserved;/'
breach members_exchanged 's/^  smm_str service_id, link;/  smm_str link, service_id;/'
breach argument_added 's/uint64_t milliseconds\)/uint64_t milliseconds, uint64_t more)/'
breach function_added_first 's/^  void \(\*http\)\(const struct smm_out/  void (*before)(void);\n&/'
