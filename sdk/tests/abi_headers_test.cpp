// The ABI headers keep the rules that a compiler does not check: their length, their includes, their thread tags, and
// the types their structs may have.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

const std::vector<std::string> kHeaders = {"abi.h", "plugin.h", "profile_checker.h", "provider.h"};

std::vector<std::string> lines_in(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> lines_of(const std::string& header) {
  return lines_in(std::string(SMM_INCLUDE_DIR) + "/smm/" + header);
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

// "smm_event.sent" for every member of every struct. A declaration may name several, or a pointer to a function.
std::set<std::string> members_of(const std::string& text) {
  const std::regex definition(R"(typedef struct (\w+) \{([^}]*)\})");
  const std::regex function(R"(\(\*(\w+)\)\()");
  const std::regex name(R"((\w+)\s*$)");
  std::set<std::string> out;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), definition); it != std::sregex_iterator(); ++it) {
    std::istringstream declarations((*it)[2].str());
    for (std::string declaration; std::getline(declarations, declaration, ';');) {
      std::smatch found;
      if (std::regex_search(declaration, found, function)) {
        out.insert((*it)[1].str() + "." + found[1].str());
        continue;
      }
      std::istringstream names(declaration);
      for (std::string one; std::getline(names, one, ',');) {
        if (std::regex_search(one, found, name)) out.insert((*it)[1].str() + "." + found[1].str());
      }
    }
  }
  return out;
}

TEST(abi_headers, have_every_member_and_every_size_in_the_frozen_layout) {
  const std::string text = without_comments(all_lines());
  std::string layout;
  for (const std::string& line : lines_in(std::string(SMM_SDK_SOURCES) + "/tests/layout_v1.h")) layout += line + "\n";
  const std::set<std::string> members = members_of(text);
  EXPECT_GT(members.size(), 150U);
  for (const std::string& member : members) {
    const size_t dot = member.find('.');
    const std::string type = member.substr(0, dot);
    EXPECT_NE(layout.find("SMM_LAYOUT_AT(" + type + ", " + member.substr(dot + 1) + ", "), std::string::npos) << member;
    EXPECT_NE(layout.find("SMM_LAYOUT_SIZE(" + type + ", "), std::string::npos) << type;
  }
}

TEST(abi_headers, have_every_struct_in_the_witness_that_abidiff_reads) {
  std::string witness;
  for (const std::string& line : lines_in(std::string(SMM_SDK_SOURCES) + "/tests/abi_witness.c"))
    witness += line + "\n";
  for (const std::string& member : members_of(without_comments(all_lines()))) {
    const std::string type = member.substr(0, member.find('.'));
    EXPECT_NE(witness.find("SMM_WITNESS(" + type + ")"), std::string::npos) << type;
  }
}

// "#define NAME value" without its comment.
std::set<std::string> numbers_in(const std::vector<std::string>& lines) {
  const std::regex number(R"re(^(#define SMM_\w+ +(?:\d+u|"[^"]*")).*)re");
  std::set<std::string> out;
  for (const std::string& line : lines) {
    std::smatch found;
    if (std::regex_match(line, found, number)) out.insert(found[1].str());
  }
  return out;
}

TEST(abi_headers, renumber_nothing_that_was_frozen) {
  std::vector<std::string> frozen;
  for (const std::string& header : kHeaders) {
    const auto lines = lines_in(std::string(SMM_SDK_SOURCES) + "/frozen/v1.0/smm/" + header);
    frozen.insert(frozen.end(), lines.begin(), lines.end());
  }
  const std::set<std::string> before = numbers_in(frozen);
  const std::set<std::string> today = numbers_in(all_lines());
  EXPECT_GT(before.size(), 50U);
  for (const std::string& line : before) {
    if (line.rfind("#define SMM_ABI_MINOR", 0) == 0) continue;
    EXPECT_EQ(today.count(line), 1U) << line;
  }
}

}  // namespace
