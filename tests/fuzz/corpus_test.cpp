// Every fuzz target with its seed corpus and many small changes of each seed: what libFuzzer would run, without it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

extern "C" {
int fuzz_elf_section(const std::uint8_t* data, std::size_t size);
int fuzz_ini_file(const std::uint8_t* data, std::size_t size);
int fuzz_instagram230_answers(const std::uint8_t* data, std::size_t size);
int fuzz_instagram_target(const std::uint8_t* data, std::size_t size);
int fuzz_looter_answers(const std::uint8_t* data, std::size_t size);
int fuzz_manifest(const std::uint8_t* data, std::size_t size);
int fuzz_panel_answers(const std::uint8_t* data, std::size_t size);
int fuzz_signature(const std::uint8_t* data, std::size_t size);
int fuzz_smm_runner_messages(const std::uint8_t* data, std::size_t size);
int fuzz_webhook(const std::uint8_t* data, std::size_t size);
}

namespace smmhost {
namespace {

constexpr int kChangesOfASeed = 60;

struct Target {
  const char* name;  // the folder of its seeds
  int (*run)(const std::uint8_t* data, std::size_t size);
};

constexpr Target kTargets[] = {{"elf_section", fuzz_elf_section},
                               {"ini_file", fuzz_ini_file},
                               {"instagram230_answers", fuzz_instagram230_answers},
                               {"instagram_target", fuzz_instagram_target},
                               {"looter_answers", fuzz_looter_answers},
                               {"manifest", fuzz_manifest},
                               {"panel_answers", fuzz_panel_answers},
                               {"signature", fuzz_signature},
                               {"smm_runner_messages", fuzz_smm_runner_messages},
                               {"webhook", fuzz_webhook}};

std::vector<std::string> seeds_of(const Target& target) {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path folder = std::filesystem::path(FUZZ_CORPUS) / target.name;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> seeds;
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

// The same changes in every run.
std::string changed(std::string text, std::mt19937& random) {
  const auto place = [&] { return text.empty() ? 0 : random() % text.size(); };
  switch (random() % 5) {
    case 0:
      text.resize(place());
      break;
    case 1:
      text.insert(place(), 1, static_cast<char>(random()));
      break;
    case 2:
      text.erase(place(), random() % 8 + 1);
      break;
    case 3:
      text += text.substr(place());
      break;
    default:
      if (!text.empty()) text[place()] = static_cast<char>(random());
  }
  return text;
}

void run(const Target& target, const std::string& input) {
  EXPECT_EQ(target.run(reinterpret_cast<const std::uint8_t*>(input.data()), input.size()), 0);
}

class FuzzCorpus : public ::testing::TestWithParam<Target> {};

// A property that does not hold ends the process, and the sanitizers' findings do.
TEST_P(FuzzCorpus, EverySeedAndSmallChangesOfItKeepTheProperties) {
  const std::vector<std::string> seeds = seeds_of(GetParam());
  EXPECT_THAT(seeds, ::testing::Not(::testing::IsEmpty()));
  std::mt19937 random(20'260'115);
  run(GetParam(), {});
  for (const std::string& seed : seeds) {
    run(GetParam(), seed);
    for (int i = 0; i < kChangesOfASeed; ++i) run(GetParam(), changed(changed(seed, random), random));
  }
}

INSTANTIATE_TEST_SUITE_P(All, FuzzCorpus, ::testing::ValuesIn(kTargets),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace smmhost
