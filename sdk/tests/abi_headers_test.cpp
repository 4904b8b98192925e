// The ABI headers keep the rules that a compiler does not check: their length, their includes, their thread tags, and
// the types their structs may have.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace {

const std::vector<std::string> kHeaders = {"abi.h", "plugin.h", "profile_checker.h", "provider.h"};

std::vector<std::string> lines_of(const std::string& header) {
  std::ifstream in(std::string(SMM_INCLUDE_DIR) + "/smm/" + header);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> all_lines() {
  std::vector<std::string> out;
  for (const std::string& header : kHeaders) {
    const auto lines = lines_of(header);
    EXPECT_FALSE(lines.empty()) << header;
    out.insert(out.end(), lines.begin(), lines.end());
  }
  return out;
}

std::string without_comments(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  for (size_t start = text.find("/*"); start != std::string::npos; start = text.find("/*")) {
    text.erase(start, text.find("*/", start) + 2 - start);
  }
  return text;
}

TEST(abi_headers, stay_within_400_lines) {
  EXPECT_LE(all_lines().size(), 400U);
}

TEST(abi_headers, include_only_stdint_stddef_and_each_other) {
  const std::vector<std::string> allowed = {"#include <stddef.h>", "#include <stdint.h>", "#include \"smm/abi.h\"",
                                            "#include \"smm/provider.h\"", "#include \"smm/profile_checker.h\""};
  for (const std::string& line : all_lines()) {
    if (line.rfind("#include", 0) != 0) continue;
    EXPECT_NE(std::find(allowed.begin(), allowed.end(), line), allowed.end()) << line;
  }
}

TEST(abi_headers, bear_a_thread_tag_on_every_function) {
  const std::regex function(R"(\(\*\w+\)\(|smm_plugin_entry_v1\()");
  const std::regex tag(R"(\[(loader|control|worker|any)\])");
  const auto lines = all_lines();
  int functions = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!std::regex_search(lines[i], function)) continue;
    ++functions;
    std::string declaration = lines[i];
    for (size_t j = i + 1; declaration.find(';') == std::string::npos && j < lines.size(); ++j) declaration += lines[j];
    EXPECT_TRUE(std::regex_search(declaration, tag)) << declaration;
  }
  EXPECT_EQ(functions, 11);
}

TEST(abi_headers, mark_every_function_noexcept) {
  const std::string text = without_comments(all_lines());
  const std::regex pointer(R"(\(\*\w+\)\([^;]*;)");
  for (auto it = std::sregex_iterator(text.begin(), text.end(), pointer); it != std::sregex_iterator(); ++it) {
    EXPECT_NE(it->str().find("SMM_NOEXCEPT;"), std::string::npos) << it->str();
  }
}

TEST(abi_headers, use_no_type_whose_size_varies) {
  const std::string text = without_comments(all_lines());
  const std::regex forbidden(R"(\b(bool|_Bool|enum|union|long|short|size_t|unsigned|int|double|float)\b|:\s*\d+\s*;)");
  std::smatch found;
  EXPECT_FALSE(std::regex_search(text, found, forbidden)) << found.str();
}

TEST(abi_headers, put_struct_size_first_in_every_struct_that_may_grow) {
  const std::string text = without_comments(all_lines());
  const std::regex start(R"(typedef struct (\w+) \{\s*([^,;]*))");
  int structs = 0;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), start); it != std::sregex_iterator(); ++it) {
    const std::string name = (*it)[1];
    if (name == "smm_str" || name == "smm_pair") continue;
    ++structs;
    EXPECT_EQ((*it)[2].str(), "uint32_t struct_size") << name;
  }
  EXPECT_GT(structs, 20);
}

}  // namespace
