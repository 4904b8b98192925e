# What `cmake --install` and CPack give to others, in two components:
#   runtime   the program, the bundled plugins, the example configuration      -> the Debian package smmhost
#   sdk       what a plugin's author needs, and nothing of the program itself  -> the Debian package smmhost-sdk-dev
# Included last, when every target that it may name is known.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Of the SDK: major and minor are the ABI's.
set(SMM_SDK_VERSION 1.0.0)
set(SMM_SDK_CMAKE_DIR "${CMAKE_INSTALL_DATADIR}/cmake/SmmSdk")
set(sdk_source "${PROJECT_SOURCE_DIR}/sdk")
set(sdk_made "${PROJECT_BINARY_DIR}/sdk")

# --- the program

install(TARGETS smmhost RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT runtime)
if(TARGET smm-plugin-runner)
  install(TARGETS smm-plugin-runner RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT runtime)
endif()
# Not below the library folder of the architecture: the host looks in lib/smmhost/plugins beside its bin.
install(TARGETS plugin_machinesmm plugin_worldsmm plugin_looter plugin_instagram230
  LIBRARY DESTINATION lib/smmhost/plugins COMPONENT runtime)
install(TARGETS smmhost_postgres_module LIBRARY DESTINATION lib/smmhost COMPONENT runtime)
# What a new copy of one must replay before a reload takes it.
foreach(plugin machinesmm worldsmm looter instagram230)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/plugins/${plugin}/cassettes/"
    DESTINATION "lib/smmhost/plugins/cassettes/${plugin}" COMPONENT runtime FILES_MATCHING PATTERN "*.json")
endforeach()
install(FILES "${PROJECT_SOURCE_DIR}/examples/smmhost.ini" "${PROJECT_SOURCE_DIR}/README.md"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/smmhost" COMPONENT runtime)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/smmhost" COMPONENT runtime
  RENAME copyright)

# --- the SDK

configure_package_config_file("${sdk_source}/cmake/SmmSdkConfig.cmake.in" "${sdk_made}/SmmSdkConfig.cmake"
  INSTALL_DESTINATION "${SMM_SDK_CMAKE_DIR}" PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_BINDIR)
write_basic_package_version_file("${sdk_made}/SmmSdkConfigVersion.cmake"
  VERSION ${SMM_SDK_VERSION} COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
configure_file("${sdk_source}/cmake/smm-sdk.pc.in" "${sdk_made}/smm-sdk.pc" @ONLY)

install(DIRECTORY "${sdk_source}/include/smm" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT sdk)
install(FILES "${sdk_made}/SmmSdkConfig.cmake" "${sdk_made}/SmmSdkConfigVersion.cmake"
              "${sdk_source}/cmake/SmmAddPlugin.cmake" "${sdk_source}/cmake/plugin.map"
              "${sdk_source}/cmake/manifest_section.c" "${sdk_source}/cmake/plugin_tests_main.cpp"
  DESTINATION "${SMM_SDK_CMAKE_DIR}" COMPONENT sdk)
install(FILES "${sdk_made}/smm-sdk.pc" DESTINATION "${CMAKE_INSTALL_DATADIR}/pkgconfig" COMPONENT sdk)
install(PROGRAMS "${sdk_source}/new-plugin/smm-new-plugin.sh" DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT sdk
  RENAME smm-new-plugin)
install(DIRECTORY "${sdk_source}/templates" DESTINATION "${CMAKE_INSTALL_DATADIR}/smm-sdk" COMPONENT sdk)
install(FILES "${PROJECT_SOURCE_DIR}/docs/plugin-guide.md" "${PROJECT_SOURCE_DIR}/docs/panel-quirks.md"
              "${PROJECT_SOURCE_DIR}/docs/abi-evolution.md" "${sdk_source}/docs/manifest.md"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/smmhost-sdk-dev" COMPONENT sdk)
foreach(example panel-request-id checker-two-requests provider-in-c)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples/${example}"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/smmhost-sdk-dev/examples" COMPONENT sdk)
endforeach()
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/smmhost-sdk-dev" COMPONENT sdk
  RENAME copyright)
if(TARGET smm-conformance)
  install(TARGETS smm-conformance RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT sdk)
  # For its group isolation: of the SDK's own version, and not where the other package puts the program's.
  install(TARGETS smm-plugin-runner RUNTIME DESTINATION libexec/smm-sdk COMPONENT sdk)
endif()

# --- the Debian packages: cpack -G DEB in the build folder of the preset release

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME smmhost)
set(CPACK_PACKAGE_CONTACT "smmhost maintainers <smmhost@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL runtime sdk)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME smmhost)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION net)
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "Fulfils paid Yampi orders through SMM panel plugins
 The program, its four plugins and an example configuration.")
set(CPACK_DEBIAN_SDK_PACKAGE_NAME smmhost-sdk-dev)
set(CPACK_DEBIAN_SDK_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_SDK_PACKAGE_DEPENDS "nlohmann-json3-dev")
set(CPACK_DEBIAN_SDK_PACKAGE_RECOMMENDS "g++, cmake, pkg-config, libgtest-dev, libgmock-dev")
set(CPACK_DEBIAN_SDK_DESCRIPTION "Plugins for smmhost: headers, test kit, templates
 What is needed to write an SMM provider or a profile checker for smmhost.")
include(CPack)
