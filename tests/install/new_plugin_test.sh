#!/usr/bin/env bash
# smm-new-plugin names each mistake, and writes nothing then.
#   usage: new_plugin_test.sh SMM_NEW_PLUGIN
set -euo pipefail
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# must_fail WHY ARGUMENT...: it ends with 2, says WHY and leaves nothing behind.
must_fail() {
  local why=$1 said status=0
  shift
  said=$("$program" "$@" 2>&1) || status=$?
  [[ $status -eq 2 && $said == *"$why"* ]] || { echo "smm-new-plugin $*: ended with $status, said: $said"; exit 1; }
  [[ -z $(ls -A) ]] || { echo "smm-new-plugin $*: wrote $(ls -A)"; exit 1; }
}

must_fail 'which name?'
must_fail 'which kind?' mine
must_fail 'there is no kind "panel"; kinds are panel-v2, provider and checker' mine --kind panel
must_fail '"Mine" is no name of a plugin' Mine --kind provider
must_fail '"../mine" is no name of a plugin' ../mine --kind provider
must_fail '"9mine" is no name of a plugin' 9mine --kind provider
must_fail '"my_" is no name of a plugin: it ends in "_"' my_ --kind provider
must_fail '"my-" is no name of a plugin: it ends in "-"' my- --kind provider
must_fail 'it has 33 characters' "$(printf 'a%.0s' {1..33})" --kind provider
must_fail 'there is no option --force' mine --kind provider --force
must_fail '--kind needs a value' mine --kind
must_fail 'one name at a time' mine yours --kind provider
must_fail 'there is no folder nowhere' mine --kind provider --in nowhere

"$program" mine --kind provider >/dev/null
before=$(find mine -type f -exec cksum {} + | sort)
if said=$("$program" mine --kind checker 2>&1) || [[ $said != *'mine is there already'* ]]; then
  echo "wrote into a folder that was there: $said"
  exit 1
fi
[[ $before == "$(find mine -type f -exec cksum {} + | sort)" ]] || { echo "a folder that was there was changed"; exit 1; }
if grep -rn '@[A-Z]*@' mine; then
  echo "a name was not put in"
  exit 1
fi
