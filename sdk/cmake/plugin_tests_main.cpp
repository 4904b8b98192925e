// The main program of a plugin's tests: its own cases and one case for every cassette.
#include <gtest/gtest.h>

#include "smm/sdk/testing/plugin_suite.hpp"

extern const char* const smm_tested_plugin;
extern const char* const smm_cassettes;

int main(int argc, char** argv) {
  smm::sdk::testing::register_plugin_tests(smm_tested_plugin, smm_cassettes);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
