#!/usr/bin/env bash
# The Debian package smmhost-sdk-dev: what it needs, and that with an unpacked one a plugin is found by CMake and
# pkg-config, built, and run apart.
#   usage: debian_package_test.sh SOURCE BUILD_FOLDER FOLDER
set -euo pipefail
source=$1 build=$2 folder=$3
rm -rf "$folder"
mkdir -p "$folder"
cpack -G DEB --config "$build/CPackConfig.cmake" -D CPACK_COMPONENTS_ALL=sdk -B "$folder/made"

packages=("$folder"/made/*.deb)
((${#packages[@]} == 1)) || { echo "made: ${packages[*]}"; exit 1; }
field() { dpkg-deb --field "${packages[0]}" "$1"; }
[[ $(field Package) == smmhost-sdk-dev ]] || { echo "it is called $(field Package)"; exit 1; }
[[ $(field Depends) == *nlohmann-json3-dev* ]] || { echo "it depends on $(field Depends)"; exit 1; }

dpkg-deb --extract "${packages[0]}" "$folder/root"
"$folder/root/usr/bin/smm-conformance" --help >/dev/null
PKG_CONFIG_PATH=$folder/root/usr/share/pkgconfig pkg-config --exists 'smm-sdk >= 1.0'
cmake -S "$(dirname "$0")/c_only" -B "$folder/found" -DCMAKE_PREFIX_PATH="$folder/root/usr" \
  -DFOLDER="$source/examples/provider-in-c"
cmake --build "$folder/found"
said=$("$folder/root/usr/bin/smm-conformance" --only isolation "$folder/found/plugins/provider_in_c.so")
[[ $said == *'pass     isolation.same_answers'* ]] || { echo "$said"; exit 1; }
