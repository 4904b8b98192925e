# Compiler settings and the three functions every CMakeLists.txt uses:
#   smmhost_add_library(name [HOT] SOURCES ... [LIBS ...])   a static library; HOT: tests run much of its code
#   smmhost_add_program(name SOURCES ... [LIBS ...])      an executable in <build>/bin
#   smmhost_add_tests(name SOURCES ... [LIBS ...] [LABELS ...] [TIMEOUT seconds] [CASE_BY_CASE])   a GoogleTest program,
#     one ctest for all of it, because under the sanitizers starting a program takes longer than most cases; with
#     CASE_BY_CASE one for each, where a case takes seconds and several can run at a time. What may take longest starts
#     first, so that nothing long is left alone at the end.
# Include paths start at the repository's root: #include "core/domain/payment.h".

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

find_program(SMMHOST_MOLD mold)
if(SMMHOST_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
find_program(SMMHOST_CCACHE ccache)
if(SMMHOST_CCACHE)
  # Without this ccache keeps nothing of what uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros "${SMMHOST_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${SMMHOST_CCACHE}")
endif()

set(SMMHOST_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
if(SMMHOST_SANITIZE)
  add_compile_options(-fsanitize=${SMMHOST_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SMMHOST_SANITIZE})
endif()

# What nobody calls is left out of the programs, which a host would otherwise keep in memory page by page.
if(NOT SMMHOST_SANITIZE)
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-Wl,--gc-sections)
endif()

add_library(smmhost_settings INTERFACE)
target_include_directories(smmhost_settings INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(smmhost_settings INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> $<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual>
  $<$<COMPILE_LANGUAGE:CXX>:-Wno-missing-field-initializers>)
target_compile_definitions(smmhost_settings INTERFACE SMMHOST_VERSION="${PROJECT_VERSION}")
option(SMMHOST_MUTANTS "Build with deliberate faults that tests must notice (tests/mutants/run.sh); never for real use" OFF)
if(SMMHOST_MUTANTS)
  target_compile_definitions(smmhost_settings INTERFACE SMMHOST_MUTANTS)
endif()

# For what runs once, as reading a command line: small counts there, and fast does not.
set(SMMHOST_COMPILE_SMALL $<$<CONFIG:RelWithDebInfo,Release>:-Os>)
function(smmhost_compile_small name)
  target_compile_options(${name} PRIVATE ${SMMHOST_COMPILE_SMALL})
endfunction()

# Optimising under two sanitizers doubles the compile time; it pays only where the tests, or a fuzzer, spend their time.
function(smmhost_compile_fast_under_sanitizers name)
  if(SMMHOST_SANITIZE AND NOT SMMHOST_FUZZ)
    target_compile_options(${name} PRIVATE -O0)
  endif()
endfunction()

# The sanitizers' tables are full of pointers: at an address known beforehand they need no relocation, which takes a
# second at each start of a big program.
function(smmhost_start_fast_under_sanitizers name)
  if(SMMHOST_SANITIZE AND NOT SMMHOST_FUZZ)
    target_link_options(${name} PRIVATE -no-pie)
  endif()
endfunction()

# Precompiled headers, one for each set of compiler options: hot libraries, other libraries, executables. Most of a cold
# build under the sanitizers is spent on the standard library, GoogleTest and nlohmann::json.
set(SMMHOST_PRECOMPILED "${PROJECT_SOURCE_DIR}/cmake/precompiled")

# What g++ wants to be the same where a precompiled header is made and where it is used: the option that lets ccache see
# through it, and the macros of the C library that Poco's targets define.
function(smmhost_precompiled_options name)
  target_link_libraries(${name} PRIVATE smmhost_settings)
  if(NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
    target_compile_definitions(${name} PRIVATE _XOPEN_SOURCE=500 _FILE_OFFSET_BITS=64 _LARGEFILE64_SOURCE _REENTRANT _THREAD_SAFE)
  endif()
endfunction()

function(smmhost_precompile name header)
  smmhost_precompiled_options(${name})
  target_precompile_headers(${name} PRIVATE "${SMMHOST_PRECOMPILED}/${header}")
endfunction()

add_library(smmhost_json STATIC "${SMMHOST_PRECOMPILED}/json_templates.cpp")
smmhost_compile_fast_under_sanitizers(smmhost_json)
smmhost_precompile(smmhost_json json.h)
if(SMMHOST_BUILD_TESTS)
  add_executable(smmhost_precompiled_test EXCLUDE_FROM_ALL "${SMMHOST_PRECOMPILED}/nothing.cpp")
  smmhost_compile_fast_under_sanitizers(smmhost_precompiled_test)
  target_link_libraries(smmhost_precompiled_test PRIVATE GTest::gmock)
  smmhost_precompile(smmhost_precompiled_test test.h)
endif()

# owner: smmhost_json for static libraries, smmhost_precompiled_test for executables.
function(smmhost_reuse_precompiled name owner)
  smmhost_precompiled_options(${name})
  target_link_libraries(${name} PRIVATE smmhost_json)
  if(NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    target_precompile_headers(${name} REUSE_FROM ${owner})
  endif()
endfunction()

function(smmhost_add_library name)
  cmake_parse_arguments(ARG "HOT" "" "SOURCES;LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC smmhost_settings ${ARG_LIBS})
  if(ARG_HOT)
    smmhost_precompile(${name} standard.h)
    return()
  endif()
  smmhost_compile_fast_under_sanitizers(${name})
  smmhost_reuse_precompiled(${name} smmhost_json)
endfunction()

function(smmhost_add_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE smmhost_settings ${ARG_LIBS})
  smmhost_compile_fast_under_sanitizers(${name})
  smmhost_start_fast_under_sanitizers(${name})
endfunction()

function(smmhost_add_tests name)
  if(NOT SMMHOST_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "CASE_BY_CASE" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE smmhost_settings ${ARG_LIBS} GTest::gmock GTest::gtest_main)
  smmhost_compile_fast_under_sanitizers(${name})
  smmhost_start_fast_under_sanitizers(${name})
  smmhost_reuse_precompiled(${name} smmhost_precompiled_test)
  if(NOT ARG_CASE_BY_CASE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} COST ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
    return()
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT ${ARG_TIMEOUT} COST ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()
