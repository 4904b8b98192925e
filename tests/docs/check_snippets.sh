#!/usr/bin/env bash
# Checks that what the pages show is what the sources say. A fenced block after a line `<!-- from: PATH -->` must stand
# in ROOT/PATH, whole lines, verbatim; every block of C, C++, CMake or JSON in the plugin guide must have such a line.
# Looks at ROOT/*.md and ROOT/docs. Prints each fault; exit 1 if any.
#   usage: check_snippets.sh ROOT
set -euo pipefail
root=$1
faults=0
snippets=0

fault() {
  echo "${page#"$root"/}:$1: $2"
  faults=1
}

# check_block LINE SOURCE LANGUAGE TEXT: one fenced block; SOURCE is empty where none is named.
check_block() {
  if [[ -z $2 ]]; then
    [[ ${page##*/} == plugin-guide.md && $3 =~ ^(c|cpp|cmake|json)$ ]] && fault "$1" "a $3 block without a source"
    return 0
  fi
  ((++snippets))
  [[ -f $root/$2 ]] || { fault "$1" "there is no $2"; return 0; }
  [[ -n $4 ]] || { fault "$1" "an empty block"; return 0; }
  local content
  content=$'\n'$(<"$root/$2")$'\n'
  [[ $content == *$'\n'"$4"* ]] || fault "$1" "not in $2 as it stands there"
}

check_page() {
  local line number=0 source='' fence=0 language='' text=''
  while IFS= read -r line || [[ -n $line ]]; do
    ((++number))
    if ((fence)); then
      if [[ $line == '```' ]]; then
        check_block "$fence" "$source" "$language" "$text"
        fence=0 source=''
      else
        text+=$line$'\n'
      fi
    elif [[ $line == '```'* ]]; then
      fence=$number language=${line#'```'} text=''
    elif [[ $line =~ ^'<!-- from: '(.+)' -->'$ ]]; then
      [[ -z $source ]] || fault "$number" "two sources and no block between them"
      source=${BASH_REMATCH[1]}
    elif [[ -n $source && -n $line ]]; then
      fault "$number" "a source, and no block after it"
      source=''
    fi
  done <"$page"
  ((fence == 0)) || fault "$fence" "the block is not closed"
  [[ -z $source || $fence -ne 0 ]] || fault "$number" "a source, and no block after it"
}

shopt -s nullglob
for page in "$root"/*.md "$root"/docs/*.md "$root"/docs/*/*.md; do
  check_page
done

((faults == 0)) || exit 1
echo "$snippets snippets stand in their sources"
