#!/bin/sh
# smm-new-plugin: writes the folder of a new plugin, which builds, passes its tests and smm-conformance as it stands.
set -eu
LC_ALL=C
export LC_ALL

usage() {
  cat <<'TEXT'
usage: smm-new-plugin NAME --kind KIND [--in FOLDER]

Writes the folder FOLDER/NAME (FOLDER is the working directory unless given) with a plugin that builds and passes its tests as it stands.
NAME is the plugin's id: 1 to 32 of a-z, 0-9 and _, a letter first, no _ last.
KIND is one of
  panel-v2   an SMM panel that speaks the usual "API v2"
  provider   an SMM panel with a protocol of its own
  checker    a look-up of Instagram profiles
TEXT
}

fail() {
  echo "smm-new-plugin: $1" >&2
  exit 2
}

# The templates beside this program: installed, or in the source tree.
find_templates() {
  here=$(dirname "$(readlink -f "$0")")
  for templates in "$here/../share/smm-sdk/templates" "$here/../templates"; do
    [ -d "$templates/provider" ] && return
  done
  fail "its templates are not installed: neither $here/../share/smm-sdk/templates nor $here/../templates is there"
}

check_name() {
  case $1 in
    '') fail "which name? (smm-new-plugin --help)" ;;
    # Its sample host is made of the name, and no part of a host's name ends in a hyphen.
    *[_-]) fail "\"$1\" is no name of a plugin: it ends in \"${1#"${1%?}"}\"" ;;
    [!a-z]* | *[!a-z0-9_]*) fail "\"$1\" is no name of a plugin: 1 to 32 of a-z, 0-9 and _, a letter first" ;;
  esac
  [ "${#1}" -le 32 ] || fail "\"$1\" is no name of a plugin: it has ${#1} characters, 32 are allowed"
}

check_kind() {
  case $1 in
    panel-v2 | provider | checker) ;;
    '') fail "which kind? --kind panel-v2, --kind provider or --kind checker" ;;
    *) fail "there is no kind \"$1\"; kinds are panel-v2, provider and checker" ;;
  esac
}

# fill TEMPLATE FILE: a copy with the names put in.
fill() {
  sed -e "s/@NAME@/$name/g" -e "s/@UPPER@/$upper/g" -e "s/@HOST@/$host/g" "$1" >"$2"
}

write_folder() {
  mkdir "$target" "$target/cassettes"
  for template in "$templates/$kind"/*.in "$templates/$kind"/cassettes/*.in; do
    file=${template#"$templates/$kind/"}
    file=${file%.in}
    case $file in
      plugin.cpp) file=$name.cpp ;;
      plugin_test.cpp) file=${name}_test.cpp ;;
    esac
    fill "$template" "$target/$file"
  done
}

name='' kind='' folder=.
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --kind | --in)
      [ $# -ge 2 ] || fail "$1 needs a value"
      if [ "$1" = --kind ]; then kind=$2; else folder=$2; fi
      shift
      ;;
    --kind=*) kind=${1#--kind=} ;;
    --in=*) folder=${1#--in=} ;;
    -*) fail "there is no option $1 (smm-new-plugin --help)" ;;
    *)
      [ -z "$name" ] || fail "one name at a time: \"$name\" or \"$1\"?"
      name=$1
      ;;
  esac
  shift
done

check_name "$name"
check_kind "$kind"
find_templates
[ -d "$folder" ] || fail "there is no folder $folder"
target=${folder%/}/$name
[ ! -e "$target" ] || fail "$target is there already; nothing was written"
upper=$(printf '%s' "$name" | tr '[:lower:]' '[:upper:]')
host=$(printf '%s' "$name" | tr '_' '-').example
write_folder

cat <<TEXT
$target: a plugin of the kind $kind. Next:
  cd $target
  cmake -B build -DCMAKE_BUILD_TYPE=RelWithDebInfo && cmake --build build
  ctest --test-dir build --output-on-failure
README.md says what to change.
TEXT
