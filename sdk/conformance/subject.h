// What is tested: a plugin's file, its manifest, and what the caller gave for it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "smm/sdk/testing/cassette.hpp"

namespace smm::conformance {

using sdk::testing::Cassette;
using sdk::testing::is_secret;
using sdk::testing::Json;
using sdk::testing::Settings;

struct Subject {
  std::string path;
  Json manifest;   // null where the file has none that can be read
  Settings given;  // --set
  std::vector<Cassette> cassettes;
  std::string cassette_folder;  // of --cassettes; empty: none
  std::string runner;           // of --runner; empty: none
  uint64_t seed = 1;
  int fuzz_rounds = 400;
  int64_t budget_us = 200'000;  // of one call
  int64_t limit_ms = 30'000;    // of one case
  long memory_mb = 2048;        // of one case
};

// Reads the manifest as data. Runs nothing of the file.
Json read_manifest(const std::string& path);

// Loads the library as a host does and calls its entry point; throws std::runtime_error if that cannot be done. Only in
// a case's own process.
const smm_plugin* load(const Subject& subject);

// Settings with which an instance opens: the required ones with a made-up value, everything else its default; then the
// same with each switch turned, and with what each cassette sets.
std::vector<Settings> settings_variants(const Subject& subject);

}  // namespace smm::conformance
