// The main program of a plugin's tests: its own cases and one case for every cassette.
#include <gtest/gtest.h>

#include <string>

#include "smm/sdk/testing/plugin_suite.hpp"

extern const char* const smm_tested_plugin;
extern const char* const smm_cassettes;
extern const char* const smm_test_settings[];  // keys and values in turn, a null pointer after the last

int main(int argc, char** argv) {
  smm::sdk::testing::Settings settings;
  for (const char* const* next = smm_test_settings; *next != nullptr; next += 2)
    settings.emplace_back(next[0], next[1]);
  smm::sdk::testing::register_plugin_tests(smm_tested_plugin, smm_cassettes, settings);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
