#!/usr/bin/env bash
# No two headers of one namespace define a type of the same name: the linker would keep one of their inline functions
# for both, without a word.
#   usage: check_type_names.sh SOURCE_DIR
set -euo pipefail
cd "$1"

definitions() {
  awk '
    FNR == 1 { space = "" }
    /^(inline )?namespace [A-Za-z_:0-9]+ \{/ { sub(/ \{.*/, ""); sub(/^.*namespace /, ""); space = $0; next }
    /^(struct|class|union|enum class|enum) [A-Za-z_0-9]+.*\{/ {
      name = $0; sub(/^(enum class|struct|class|union|enum) /, "", name); sub(/[^A-Za-z_0-9].*/, "", name)
      print space "::" name, FILENAME
    }' "$@"
}

mapfile -d '' headers < <(find core host sdk plugins examples tests -type f \( -name '*.h' -o -name '*.hpp' \) \
  -not -path '*/frozen/*' -print0 2>/dev/null | sort -z)
[ ${#headers[@]} -eq 0 ] && exit 0
twice=$(definitions "${headers[@]}" | sort | awk '
  $1 == name { print $1 ": " file " and " $2 } { name = $1; file = $2 }')
[ -z "$twice" ] && exit 0
echo "types of one name in one namespace; rename one of each pair:" >&2
echo "$twice" >&2
exit 1
