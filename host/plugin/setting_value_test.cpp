// A setting's value from the notation of the INI file to what a plugin gets. The test kit does the same on its own, and
// must do it as the host does.
#include "host/plugin/setting_value.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "smm/sdk/testing/setting_values.hpp"

namespace smmhost {
namespace {

struct Value {
  SettingType type;
  std::string text;
  std::optional<std::string> canonical;  // nullopt: no value of the type
};

constexpr auto kNone = std::nullopt;
const std::vector<Value> kValues = {{SettingType::kString, " as it is ", " as it is "},
                                    {SettingType::kInt, "-5", "-5"},
                                    {SettingType::kInt, "007", "7"},
                                    {SettingType::kInt, "-0", "0"},
                                    {SettingType::kInt, "+5", kNone},
                                    {SettingType::kInt, "", kNone},
                                    {SettingType::kInt, "9223372036854775807", "9223372036854775807"},
                                    {SettingType::kInt, "9223372036854775808", kNone},
                                    {SettingType::kBool, "Yes", "true"},
                                    {SettingType::kBool, "on", "true"},
                                    {SettingType::kBool, "0", "false"},
                                    {SettingType::kBool, "OFF", "false"},
                                    {SettingType::kBool, "", kNone},
                                    {SettingType::kBool, "maybe", kNone},
                                    {SettingType::kDecimal, "0.27", "0.27"},
                                    {SettingType::kDecimal, "0.270000", "0.27"},
                                    {SettingType::kDecimal, "10", "10"},
                                    {SettingType::kDecimal, "1000.5", "1000.5"},
                                    {SettingType::kDecimal, "-0.000001", "-0.000001"},
                                    {SettingType::kDecimal, "-0.0", "0"},
                                    {SettingType::kDecimal, "0.1234567", kNone},
                                    {SettingType::kDecimal, "0,27", kNone},
                                    {SettingType::kDecimal, "1.", kNone},
                                    {SettingType::kDecimal, ".5", kNone},
                                    {SettingType::kDecimal, "1e3", kNone},
                                    {SettingType::kDecimal, "-", kNone},
                                    {SettingType::kDuration, "250ms", "250"},
                                    {SettingType::kDuration, "30s", "30000"},
                                    {SettingType::kDuration, "7d", "604800000"},
                                    {SettingType::kDuration, "3650d", "315360000000"},
                                    {SettingType::kDuration, "3651d", kNone},
                                    {SettingType::kDuration, "30", kNone},
                                    {SettingType::kDuration, "-1s", kNone},
                                    {SettingType::kDuration, "1 s", kNone},
                                    {SettingType::kDuration, "", kNone},
                                    {SettingType::kSize, "512", "512"},
                                    {SettingType::kSize, "64KiB", "65536"},
                                    {SettingType::kSize, "2 MiB", "2097152"},
                                    {SettingType::kSize, "3GiB", "3221225472"},
                                    {SettingType::kSize, "8589934592GiB", kNone},
                                    {SettingType::kSize, "-1", kNone},
                                    {SettingType::kSize, "KiB", kNone},
                                    {SettingType::kSize, "1kB", kNone},
                                    {SettingType::kUrl, "https://a.example/x?y", "https://a.example/x?y"},
                                    {SettingType::kUrl, "http://127.0.0.1:8080", "http://127.0.0.1:8080"},
                                    {SettingType::kUrl, "http://[::1]/", "http://[::1]/"},
                                    {SettingType::kUrl, "http://[::1", kNone},
                                    {SettingType::kUrl, "http://a.example:65536/", kNone},
                                    {SettingType::kUrl, "ftp://a.example/", kNone},
                                    {SettingType::kUrl, "https://me@a.example/", kNone},
                                    {SettingType::kUrl, "https:///x", kNone},
                                    {SettingType::kUrl, "https://a.example/\xc3\xa9", kNone},
                                    {SettingType::kList, "a, b ,c", "a,b,c"},
                                    {SettingType::kList, " a ", "a"},
                                    {SettingType::kList, "a,,b", kNone},
                                    {SettingType::kList, "a,", kNone},
                                    {SettingType::kList, "", kNone}};

TEST(SettingValue, IsTheSameInTheHostAndInTheTestKit) {
  for (const Value& value : kValues) {
    Setting setting;
    setting.type = value.type;
    const auto in_host = canonical_value(setting, value.text);
    const auto* text = std::get_if<std::string>(&in_host);
    EXPECT_EQ(text == nullptr ? std::nullopt : std::optional(*text), value.canonical) << value.text;
    EXPECT_EQ(smm::sdk::testing::canonical_value(to_string(value.type), value.text), value.canonical) << value.text;
  }
}

}  // namespace
}  // namespace smmhost
