// The built plugins as files: one exported symbol, bound at load, never unloaded, the manifest byte for byte inside.
#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "smm/sdk/testing/elf_section.hpp"

namespace smm::sdk::testing {
namespace {

template <class T>
std::vector<T> table(const std::string& content) {
  std::vector<T> out(content.size() / sizeof(T));
  std::memcpy(out.data(), content.data(), out.size() * sizeof(T));
  return out;
}

std::string path_of(const std::string& id) {
  return std::string(SMM_PLUGIN_DIR) + "/" + id + ".so";
}

class PluginBinary : public ::testing::TestWithParam<const char*> {
 protected:
  std::string path_ = path_of(GetParam());
};

TEST_P(PluginBinary, exports_the_entry_point_and_nothing_else) {
  const auto symbols = table<Elf64_Sym>(elf_section(path_, ".dynsym").value());
  const std::string names = elf_section(path_, ".dynstr").value();
  std::vector<std::string> exported;
  for (const Elf64_Sym& symbol : symbols) {
    const bool defined = symbol.st_shndx != SHN_UNDEF && symbol.st_name != 0;
    if (defined) exported.emplace_back(names.c_str() + symbol.st_name);
    EXPECT_NE(ELF64_ST_BIND(symbol.st_info), STB_GNU_UNIQUE) << names.c_str() + symbol.st_name;
  }
  EXPECT_EQ(exported, std::vector<std::string>{"smm_plugin_entry_v1"});
}

TEST_P(PluginBinary, is_bound_at_load_and_never_unloaded) {
  uint64_t flags = 0;
  for (const Elf64_Dyn& entry : table<Elf64_Dyn>(elf_section(path_, ".dynamic").value())) {
    if (entry.d_tag == DT_FLAGS_1) flags = entry.d_un.d_val;
  }
  EXPECT_TRUE((flags & DF_1_NOW) != 0);
  EXPECT_TRUE((flags & DF_1_NODELETE) != 0);
}

TEST_P(PluginBinary, bears_its_manifest_byte_for_byte) {
  const std::string manifest = read_file(std::string(SMM_PLUGIN_SOURCES) + "/" + GetParam() + "/plugin.json");
  ASSERT_FALSE(manifest.empty());
  EXPECT_EQ(elf_section(path_, ".smm_manifest"), manifest);
}

INSTANTIATE_TEST_SUITE_P(bundled, PluginBinary, ::testing::Values("machinesmm", "worldsmm", "looter", "instagram230"),
                         [](const auto& plugin) { return std::string(plugin.param); });

}  // namespace
}  // namespace smm::sdk::testing
