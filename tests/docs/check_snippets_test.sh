#!/usr/bin/env bash
# The snippet check must find a planted fault of each kind, and must not complain of what is right.
#   usage: check_snippets_test.sh CHECK_SNIPPETS
set -euo pipefail
check=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/docs" "$tree/src"
printf 'int one = 1;\n  int two = 2;\nint three = 3;\n' >"$tree/src/a.cpp"

# plant LINE...: the plugin guide; a line ``` or ```cpp is a fence.
plant() { printf '%s\n' "$@" >"$tree/docs/plugin-guide.md"; }

must_pass() {
  plant "$@"
  "$check" "$tree" >/dev/null || { printf 'complained of:\n'; printf '  %s\n' "$@"; exit 1; }
}

# must_fail WHY LINE...: the fault is found, and named as WHY.
must_fail() {
  local why=$1 said
  shift
  plant "$@"
  if said=$("$check" "$tree") || [[ $said != *"$why"* ]]; then
    printf 'missed "%s" in:\n' "$why"
    printf '  %s\n' "$@"
    exit 1
  fi
}

from='<!-- from: src/a.cpp -->'
must_pass 'Text.' "$from" '```cpp' 'int one = 1;' '  int two = 2;' '```'
must_pass "$from" '' '```cpp' 'int three = 3;' '```'
must_pass '```sh' './dev test' '```'
must_fail 'not in src/a.cpp' "$from" '```cpp' 'int one = 2;' '```'
must_fail 'not in src/a.cpp' "$from" '```cpp' 'int two = 2;' '```'
must_fail 'not in src/a.cpp' "$from" '```cpp' 'int one = 1;' 'int three = 3;' '```'
must_fail 'not in src/a.cpp' "$from" '```cpp' 'int one' '```'
must_fail 'not in src/a.cpp' "$from" '```cpp' 'int * = 1;' '```'
must_fail 'there is no src/b.cpp' '<!-- from: src/b.cpp -->' '```cpp' 'int one = 1;' '```'
must_fail 'an empty block' "$from" '```cpp' '```'
must_fail 'without a source' '```cpp' 'int one = 1;' '```'
must_fail 'without a source' "$from" '```cpp' 'int one = 1;' '```' '```cpp' 'int one = 1;' '```'
must_fail 'no block after it' "$from" 'Text.' '```sh' './dev test' '```'
must_fail 'no block after it' "$from"
must_fail 'not closed' "$from" '```cpp' 'int one = 1;'
must_fail 'two sources' "$from" "$from" '```cpp' 'int one = 1;' '```'

plant 'Text.'
printf '%s\n' "$from" '```cpp' 'int four;' '```' >"$tree/README.md"
if "$check" "$tree" >/dev/null; then
  echo "missed a fault of README.md"
  exit 1
fi
echo "the check finds what it must"
