#!/usr/bin/env bash
# Builds, against the SDK installed in PREFIX, a new plugin of each kind, the example plugins of SOURCE,
# and own_ways.
#   usage: build_outside.sh SOURCE PREFIX FOLDER
set -euo pipefail
source=$1 prefix=$2 folder=$3
rm -rf "$folder"
mkdir -p "$folder"
for kind in panel-v2 provider checker; do
  "$prefix/bin/smm-new-plugin" "new_${kind%%-*}" --kind "$kind" --in "$folder" >/dev/null
done
cp -r "$source"/examples/{panel-request-id,checker-two-requests,provider-in-c} "$(dirname "$0")/own_ways" "$folder"

launchers=()
if command -v ccache >/dev/null; then
  launchers=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi
cmake -S "$(dirname "$0")/outside" -B "$folder/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DFOLDER="$folder" \
  -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG=-O0 -DCMAKE_CXX_FLAGS_DEBUG=-O0 "${launchers[@]}"
cmake --build "$folder/build" -j 2
