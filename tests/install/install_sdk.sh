#!/usr/bin/env bash
# Installs the component sdk into an empty PREFIX, and checks that a plugin's author gets it whole and alone.
#   usage: install_sdk.sh BUILD_FOLDER PREFIX
set -euo pipefail
build=$1 prefix=$2
rm -rf "$prefix"
cmake --install "$build" --component sdk --prefix "$prefix" >/dev/null

wanted=(
  bin/smm-new-plugin bin/smm-conformance libexec/smm-sdk/smm-plugin-runner
  include/smm/abi.h include/smm/plugin.h include/smm/provider.h include/smm/profile_checker.h
  include/smm/sdk/plugin.hpp include/smm/sdk/panel_v2.hpp include/smm/sdk/testing/plugin_suite.hpp
  share/cmake/SmmSdk/SmmSdkConfig.cmake share/cmake/SmmSdk/SmmSdkConfigVersion.cmake
  share/pkgconfig/smm-sdk.pc
  share/smm-sdk/templates/panel-v2/plugin.cpp.in
  share/doc/smmhost-sdk-dev/plugin-guide.md
)
for file in "${wanted[@]}"; do
  [[ -f $prefix/$file ]] || { echo "not installed: $file"; exit 1; }
done
[[ -x $prefix/bin/smm-new-plugin ]] || { echo "smm-new-plugin cannot be run"; exit 1; }
if grep -rlF -e "$build" -e "$prefix" "$prefix/share" "$prefix/include"; then
  echo "these files know where they were built or installed, and cannot be moved"
  exit 1
fi
if [[ -e $prefix/bin/smmhost || -e $prefix/lib/smmhost ]]; then
  echo "the program came with the SDK"
  exit 1
fi
