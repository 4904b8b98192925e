// smm-conformance: does a plugin keep the contract? Every case runs in a process of its own.
#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "sdk/conformance/report.h"

namespace smm::conformance {
namespace {

enum ExitCode : int { kConforms = 0, kDoesNot = 1, kUsage = 2, kCannotRun = 3 };

constexpr const char* kFooter = R"(
Exit codes: 0 the plugin conforms (warnings and skipped cases do not count against it), 1 a case failed or crashed,
2 wrong usage, 3 the plugin or a cassette cannot be read, or a report cannot be written.)";

struct Options {
  Subject subject;
  std::vector<std::string> settings;
  std::vector<std::string> exclusions;
  std::vector<std::string> only;
  bool json = false;
  bool list = false;
  std::string junit;
};

// "KEY=VALUE"; CLI::ValidationError where it is not, or where the value is empty.
std::pair<std::string, std::string> split(const std::string& option, const std::string& text, const char* missing) {
  const size_t at = text.find('=');
  if (at == std::string::npos || at == 0 || at + 1 == text.size())
    throw CLI::ValidationError(option, text + ": " + missing);
  return {text.substr(0, at), text.substr(at + 1)};
}

// "GROUP.CASE=REASON"; CLI::ValidationError likewise.
std::pair<std::string, std::string> exclusion_of(const std::string& text) {
  constexpr const char* kMissing = "an exclusion needs a reason: GROUP.CASE=REASON";
  auto exclusion = split("--exclude", text, kMissing);
  if (exclusion.second.find_first_not_of(" \t\r\n") == std::string::npos)
    throw CLI::ValidationError("--exclude", text + ": " + kMissing);
  return exclusion;
}

// Of this installation, or beside this program in a build folder; empty where there is none.
std::string installed_runner() {
  namespace fs = std::filesystem;
  std::error_code code;
  const fs::path folder = fs::read_symlink("/proc/self/exe", code).parent_path();
  if (folder.empty()) return {};
  for (const fs::path& candidate :
       {folder.parent_path() / "libexec" / "smm-sdk" / "smm-plugin-runner", folder / "smm-plugin-runner"}) {
    if (fs::is_regular_file(candidate, code)) return candidate.string();
  }
  return {};
}

void add_options(CLI::App& app, Options& options) {
  Subject& subject = options.subject;
  app.add_option("PLUGIN", subject.path, "The plugin's .so file")->required();
  app.add_option("--cassettes", subject.cassette_folder,
                 "Folder of recorded exchanges: replayed, cut, changed, and the source of inputs");
  subject.runner = installed_runner();
  app.add_option("--runner", subject.runner, "The program that runs a plugin apart, for the group isolation")
      ->capture_default_str();
  app.add_option("--seed", subject.seed, "Of the group fuzz")->capture_default_str();
  app.add_option("--rounds", subject.fuzz_rounds, "Of the group fuzz, for each operation")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--set", options.settings,
                 "A setting that instances are opened with, KEY=VALUE, as a host hands it on")
      ->allow_extra_args(false);
  app.add_option("--only", options.only, "Run this group or case, and those given likewise")->allow_extra_args(false);
  app.add_option("--exclude", options.exclusions,
                 "Do not run this case: GROUP.CASE=REASON. The reason stands in every report")
      ->allow_extra_args(false);
  app.add_option("--limit", subject.limit_ms, "Milliseconds that one case may take")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--memory", subject.memory_mb, "Megabytes that one case may take")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--budget", subject.budget_us, "Microseconds that one call may compute")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_flag("--json", options.json, "Print the report as JSON");
  app.add_option("--junit", options.junit, "Write the report as JUnit XML into this file");
  app.add_flag("--list", options.list, "Name the cases and what each shows, and run none");
  app.footer(kFooter);
}

void check_names(const std::vector<Case>& cases, const Options& options, const Choice& choice) {
  std::set<std::string> known;
  std::set<std::string> groups;
  for (const Case& one : cases) {
    known.insert(one.full_name());
    groups.insert(one.group);
  }
  for (const auto& [name, reason] : choice.exclusions) {
    if (known.count(name) == 0) throw CLI::ValidationError("--exclude", name + " is no case; --list names them");
  }
  for (const std::string& name : options.only) {
    if (known.count(name) + groups.count(name) == 0)
      throw CLI::ValidationError("--only", name + " is no group and no case; --list names them");
  }
}

int list(const std::vector<Case>& cases) {
  for (const Case& one : cases) std::cout << one.full_name() << ": " << one.shows << "\n";
  return kConforms;
}

int run(Options& options) {
  Subject& subject = options.subject;
  Choice choice;
  for (const std::string& text : options.settings) subject.given.push_back(split("--set", text, "KEY=VALUE is wanted"));
  for (const std::string& text : options.exclusions) choice.exclusions.insert(exclusion_of(text));
  choice.only = options.only;

  std::error_code code;
  subject.path = std::filesystem::canonical(subject.path, code).string();
  if (!code && !std::filesystem::is_regular_file(subject.path))
    code = std::make_error_code(std::errc::invalid_argument);
  if (code) {
    std::cerr << "the plugin cannot be read: " << code.message() << "\n";
    return kCannotRun;
  }
  subject.manifest = read_manifest(subject.path);
  if (!subject.cassette_folder.empty()) subject.cassettes = sdk::testing::read_cassettes(subject.cassette_folder);

  const std::vector<Case> cases = all_cases(subject);
  check_names(cases, options, choice);
  if (options.list) return list(cases);
  const auto results = run_cases(subject, cases, choice, [&](const CaseResult& result) {
    if (!options.json) print_result(std::cout, result);
  });
  if (options.json) {
    std::cout << json_report(subject, results);
  } else {
    print_summary(std::cout, results);
  }
  if (!options.junit.empty()) {
    std::ofstream file(options.junit);
    file << junit_report(subject, results) << std::flush;
    if (!file) {
      std::cerr << options.junit << " cannot be written\n";
      return kCannotRun;
    }
  }
  return all_well(results) ? kConforms : kDoesNot;
}

}  // namespace
}  // namespace smm::conformance

int main(int argc, char** argv) {
  using namespace smm::conformance;
  Options options;
  CLI::App app("Tests whether a plugin keeps the contract of smm/abi.h.", "smm-conformance");
  add_options(app, options);
  try {
    app.parse(argc, argv);
    return run(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kConforms : kUsage;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return kCannotRun;
  }
}
