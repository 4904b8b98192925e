// Reads what a plugin hands to smm_out, trusting nothing: sizes, pointers and numbers are checked before they are used,
// and every breach of the ABI is noted in words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "smm/sdk/testing/cassette.hpp"

namespace smm::conformance {

// Of one call. Its address is the context of the smm_out made from it.
struct Reading {
  std::string_view interface_id;
  uint32_t operation = 0;
  sdk::testing::Answer answer;
  std::vector<std::string> breaches;
};

smm_out reading_out(Reading& reading);

// Whether the text is UTF-8.
bool is_utf8(std::string_view text);

}  // namespace smm::conformance
