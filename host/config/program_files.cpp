#include "host/config/program_files.h"

#include <filesystem>

namespace smmhost {
namespace {

namespace fs = std::filesystem;

// Empty where the system does not tell.
fs::path program_folder() {
  std::error_code code;
  const fs::path program = fs::read_symlink("/proc/self/exe", code);
  return code ? fs::path() : program.parent_path();
}

}  // namespace

std::string bundled_plugin_folder() {
  std::error_code code;
  const fs::path root = program_folder().parent_path();
  if (!root.empty()) {
    for (const fs::path& candidate : {root / "plugins", root / "lib" / "smmhost" / "plugins"}) {
      if (fs::is_directory(candidate, code)) return candidate.string();
    }
  }
  return "/usr/lib/smmhost/plugins";
}

std::string postgres_module_file() {
  std::error_code code;
  const fs::path root = program_folder().parent_path();
  const fs::path file = root / "lib" / "smmhost" / "postgres.so";
  // Never one of the folder that the program happens to run in.
  return !root.empty() && fs::is_regular_file(file, code) ? file.string() : "/usr/lib/smmhost/postgres.so";
}

std::string runner_program() {
  std::error_code code;
  const fs::path folder = program_folder();
  if (!folder.empty()) {
    for (const fs::path& candidate :
         {folder / "smm-plugin-runner", folder.parent_path() / "lib" / "smmhost" / "smm-plugin-runner"}) {
      if (fs::is_regular_file(candidate, code)) return candidate.string();
    }
  }
  return "/usr/lib/smmhost/smm-plugin-runner";
}

}  // namespace smmhost
