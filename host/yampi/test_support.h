// What the tests of the shop's adapter share: the sample bodies and small changes to them.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

namespace smmhost::yampi_test {

// A file of host/yampi/testdata, made after captured bodies of the shop with invented persons.
inline std::string sample(const std::string& name) {
  std::ifstream file(std::string(SMMHOST_YAMPI_TESTDATA) + "/" + name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline nlohmann::json sample_json(const std::string& name) {
  return nlohmann::json::parse(sample(name));
}

}  // namespace smmhost::yampi_test
