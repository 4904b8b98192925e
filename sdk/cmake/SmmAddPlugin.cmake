# smm_add_plugin(target MANIFEST plugin.json SOURCES a.cpp ... [LIBS ...] [OUTPUT_DIRECTORY dir])
#   A plugin as <id>.so in dir, which is <build>/plugins unless given: one exported symbol, the manifest in the section .smm_manifest, all symbols
#   resolved at link time and at load time, never unloaded. id and version come from the manifest, and reach the sources as
#   SMM_PLUGIN_ID and SMM_PLUGIN_VERSION.
# smm_add_plugin_tests(name PLUGIN target CASSETTES dir [SOURCES x_test.cpp ...] [LIBS ...]
#                      [SETTINGS key=value ...] [EXCLUDE case=reason ...])
#   A GoogleTest program that replays every cassette of dir through the built .so, and runs the tests in SOURCES; needs
#   the language CXX. With an installed SDK that has smm-conformance, the test <name>.conformance runs that too.
#   SETTINGS: what instances are opened with where no cassette says it, in the form that the plugin gets. Required
#   settings that are in neither get a made-up value that the manifest allows. EXCLUDE: cases of smm-conformance that
#   cannot hold for this plugin, as in "contract.https=the panel has no TLS".

# True in `result` if a sanitizer is on: its runtime is resolved only when the program starts, so -z defs cannot hold.
function(_smm_has_sanitizer result)
  get_directory_property(link_options LINK_OPTIONS)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
  set(flags "${link_options} ${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${build_type}} ${CMAKE_SHARED_LINKER_FLAGS}")
  if(flags MATCHES "-fsanitize=")
    set(${result} TRUE PARENT_SCOPE)
  else()
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()

function(smm_add_plugin target)
  cmake_parse_arguments(ARG "" "MANIFEST;OUTPUT_DIRECTORY" "SOURCES;LIBS" ${ARGN})
  if(NOT ARG_OUTPUT_DIRECTORY)
    set(ARG_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/plugins")
  endif()
  get_filename_component(manifest "${ARG_MANIFEST}" ABSOLUTE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${manifest}")
  file(READ "${manifest}" text)
  string(JSON id GET "${text}" id)
  string(JSON version GET "${text}" version)

  set(embedding "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/manifest_section.c")
  set_property(SOURCE "${embedding}" APPEND PROPERTY OBJECT_DEPENDS "${manifest}")
  if(TARGET SmmSdk::sdk)
    set(sdk SmmSdk::sdk)
  else()
    set(sdk SmmSdk::abi)
  endif()

  add_library(${target} MODULE ${ARG_SOURCES} "${embedding}")
  target_link_libraries(${target} PRIVATE ${sdk} ${ARG_LIBS})
  target_compile_definitions(${target} PRIVATE
    SMM_PLUGIN_ID="${id}" SMM_PLUGIN_VERSION="${version}" SMM_MANIFEST_FILE="${manifest}")
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME "${id}" SUFFIX ".so" LIBRARY_OUTPUT_DIRECTORY "${ARG_OUTPUT_DIRECTORY}"
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map")
  target_link_options(${target} PRIVATE
    "LINKER:-z,now" "LINKER:-z,nodelete" "LINKER:--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map")
  _smm_has_sanitizer(sanitized)
  if(NOT sanitized)
    target_link_options(${target} PRIVATE "LINKER:-z,defs")
  endif()
endfunction()

# SmmSdk::testing, the test kit: GoogleTest beside the SDK.
macro(_smm_need_test_kit)
  if(NOT TARGET SmmSdk::testing)
    find_package(GTest QUIET)
    if(NOT TARGET GTest::gmock)
      message(FATAL_ERROR "GoogleTest was not found. Install it with:  apt-get install libgtest-dev libgmock-dev")
    endif()
    add_library(SmmSdk::testing INTERFACE IMPORTED)
    set_target_properties(SmmSdk::testing PROPERTIES
      INTERFACE_LINK_LIBRARIES "SmmSdk::sdk;GTest::gmock;GTest::gtest;${CMAKE_DL_LIBS}")
  endif()
  include(GoogleTest)
endmacro()

# "key", "value", for every key=value; `option` names the argument that it stands in.
function(_smm_pairs_as_text result option)
  set(text "")
  foreach(pair IN LISTS ARGN)
    if(NOT pair MATCHES "^([^=]+)=(.+)$")
      message(FATAL_ERROR "${option} ${pair}: key=value is wanted")
    endif()
    foreach(part IN ITEMS "${CMAKE_MATCH_1}" "${CMAKE_MATCH_2}")
      string(REPLACE "\\" "\\\\" part "${part}")
      string(REPLACE "\"" "\\\"" part "${part}")
      string(APPEND text "\"${part}\", ")
    endforeach()
  endforeach()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

function(smm_add_plugin_tests name)
  cmake_parse_arguments(ARG "" "PLUGIN;CASSETTES" "SOURCES;LIBS;SETTINGS;EXCLUDE" ${ARGN})
  _smm_need_test_kit()
  if(NOT TARGET smm_plugin_tests_main)
    add_library(smm_plugin_tests_main OBJECT "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin_tests_main.cpp")
    target_link_libraries(smm_plugin_tests_main PUBLIC SmmSdk::testing)
  endif()
  get_filename_component(cassettes "${ARG_CASSETTES}" ABSOLUTE)
  _smm_pairs_as_text(settings SETTINGS ${ARG_SETTINGS})
  set(places "${CMAKE_CURRENT_BINARY_DIR}/${name}_places.cpp")
  file(GENERATE OUTPUT "${places}" CONTENT
"// Where the tested plugin and its cassettes are, and the settings it is tested with.
extern const char* const smm_tested_plugin;
extern const char* const smm_cassettes;
extern const char* const smm_test_settings[];
const char* const smm_tested_plugin = \"$<TARGET_FILE:${ARG_PLUGIN}>\";
const char* const smm_cassettes = \"${cassettes}\";
const char* const smm_test_settings[] = {${settings}nullptr};
")
  add_executable(${name} "${places}" ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE smm_plugin_tests_main SmmSdk::testing ${ARG_LIBS})
  add_dependencies(${name} ${ARG_PLUGIN})
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 60)
  if(TARGET smm-conformance)
    set(SmmSdk_CONFORMANCE "$<TARGET_FILE:smm-conformance>")
  endif()
  if(SmmSdk_CONFORMANCE)
    set(options)
    foreach(setting IN LISTS ARG_SETTINGS)
      list(APPEND options --set "${setting}")
    endforeach()
    foreach(exclusion IN LISTS ARG_EXCLUDE)
      list(APPEND options --exclude "${exclusion}")
    endforeach()
    add_test(NAME ${name}.conformance
      COMMAND "${SmmSdk_CONFORMANCE}" "$<TARGET_FILE:${ARG_PLUGIN}>" --limit 60000 --cassettes "${cassettes}" ${options})
    set_tests_properties(${name}.conformance PROPERTIES TIMEOUT 300)
  endif()
endfunction()
