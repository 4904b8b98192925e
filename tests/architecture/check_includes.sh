#!/usr/bin/env bash
# Checks that dependencies point inward, by the #include lines of every C and C++ file. Prints each breach; exit 1 if any.
#   usage: check_includes.sh ROOT
set -euo pipefail
root=$1
breaches=0

# includes FOLDER: "file:line:what is included", quotes and brackets kept; test, fixture and fuzz files are left out where $2 is "no-tests".
includes() {
  [[ -d $root/$1 ]] || return 0
  local found
  found=$(grep -rnE '^[[:space:]]*#[[:space:]]*include' --include='*.h' --include='*.cpp' --include='*.c' "$root/$1" |
    sed -E 's/^([^:]*:[0-9]+):[[:space:]]*#[[:space:]]*include[[:space:]]*/\1:/' || true)
  if [[ ${2:-} == no-tests ]]; then found=$(grep -vE '(_(test|fuzz)\.(cpp|c)|_fixture\.h|/tests?/[^:]*):[0-9]+:' <<<"$found" || true); fi
  [[ -z $found ]] || printf '%s\n' "$found"
}

# report WHY: every line on standard input is a breach.
report() {
  local line
  while IFS= read -r line; do
    echo "${line#"$root"/}   $1"
    breaches=1
  done
}

only() { grep -vE ":[0-9]+:($1)" || true; }
none_of() { grep -E ":[0-9]+:($1)" || true; }

standard='<[a-z_0-9]+(\.h)?>'
ours='["<](core|host|plugins|examples|tests)/'
libraries='<(Poco|boost|pqxx|nlohmann|spdlog|fmt|prometheus|CLI|date|openssl)/|<(simdjson|sqlite3)'

report 'core/ may include only core/ and the standard library' < <(includes core no-tests | only "\"core/|$standard")
report 'core/ knows no database, socket, JSON library or plugin ABI' < <(includes core | none_of "$libraries|<(sqlite3|simdjson)\\.h>|[\"<](smm|host|plugins)/")
report 'sdk/ depends on nothing of ours' < <(includes sdk | none_of "$ours")
report 'plugins use only the SDK' < <(includes plugins no-tests | none_of "$ours|$libraries")
report 'plugins use only the SDK' < <(includes plugins | none_of '["<](core|host|examples)/')
for example in panel-request-id checker-two-requests provider-in-c; do
  report 'plugins use only the SDK' < <(includes "examples/$example" | none_of "$ours|$libraries")
done
report 'a plugin in C uses only the ABI headers' < <(includes examples/provider-in-c | none_of '"smm/sdk/')
report 'the simulated world is outside of the program' < <(includes examples/world | none_of '["<](core|host|plugins|smm|sdk)/')
report 'host/ loads plugins, it includes none' < <(includes host no-tests | none_of '["<](plugins|tests)/')
report 'only the demo starts the simulated world' < <(includes host no-tests | grep -v '/host/cli/demo' | none_of '["<]examples/')
for header in abi plugin provider profile_checker; do
  report 'the ABI headers include only <stdint.h>, <stddef.h> and each other' < <(includes sdk/include/smm | grep "/smm/$header\.h:" | only '<stdint\.h>|<stddef\.h>|["<](smm/)?(abi|plugin|provider|profile_checker)\.h')
done

((breaches == 0)) || exit 1
echo "dependencies point inward"
