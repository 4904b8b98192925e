# Compiler settings and the three functions every CMakeLists.txt uses:
#   smmhost_add_library(name [HOT] SOURCES ... [LIBS ...])   a static library; HOT: tests run much of its code
#   smmhost_add_program(name SOURCES ... [LIBS ...])      an executable in <build>/bin
#   smmhost_add_tests(name SOURCES ... [LIBS ...] [LABELS ...] [TIMEOUT seconds] [ONE_PROCESS])   a GoogleTest program,
#     one ctest per case; with ONE_PROCESS one ctest for all, where what they share is dear to start
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
  set(CMAKE_CXX_COMPILER_LAUNCHER "${SMMHOST_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${SMMHOST_CCACHE}")
endif()

set(SMMHOST_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
if(SMMHOST_SANITIZE)
  add_compile_options(-fsanitize=${SMMHOST_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SMMHOST_SANITIZE})
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

# Optimising under two sanitizers doubles the compile time; it pays only where the tests spend their time.
function(smmhost_compile_fast_under_sanitizers name)
  if(SMMHOST_SANITIZE)
    target_compile_options(${name} PRIVATE -O0)
  endif()
endfunction()

function(smmhost_add_library name)
  cmake_parse_arguments(ARG "HOT" "" "SOURCES;LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC smmhost_settings ${ARG_LIBS})
  if(NOT ARG_HOT)
    smmhost_compile_fast_under_sanitizers(${name})
  endif()
endfunction()

function(smmhost_add_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE smmhost_settings ${ARG_LIBS})
  smmhost_compile_fast_under_sanitizers(${name})
endfunction()

function(smmhost_add_tests name)
  if(NOT SMMHOST_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "ONE_PROCESS" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE smmhost_settings ${ARG_LIBS} GTest::gmock GTest::gtest_main)
  smmhost_compile_fast_under_sanitizers(${name})
  if(ARG_ONE_PROCESS)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
    return()
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()
