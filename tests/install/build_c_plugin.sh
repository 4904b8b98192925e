#!/usr/bin/env bash
# The C example against the SDK installed in PREFIX, once with make and pkg-config, once with CMake and no C++; the host
# must take both.
#   usage: build_c_plugin.sh SOURCE PREFIX FOLDER SMMHOST
set -euo pipefail
source=$1 prefix=$2 folder=$3 smmhost=$4
rm -rf "$folder"
mkdir -p "$folder"
cp -r "$source/examples/provider-in-c" "$folder/make"

PKG_CONFIG_PATH=$prefix/share/pkgconfig make -C "$folder/make" CFLAGS='-O2 -Wall -Wextra -Wpedantic -Werror'
"$smmhost" plugins check "$folder/make/provider_in_c.so"

CXX=/bin/false cmake -S "$(dirname "$0")/c_only" -B "$folder/cmake" -DCMAKE_PREFIX_PATH="$prefix" -DFOLDER="$folder/make"
cmake --build "$folder/cmake"
"$smmhost" plugins check "$folder/cmake/plugins/provider_in_c.so"
