#include "host/config/environment.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace smmhost {

FileText read_small_file(const std::string& path) {
  std::error_code code;
  const std::filesystem::file_status status = std::filesystem::status(path, code);
  if (std::filesystem::is_directory(status)) return {{}, path + " is a folder"};
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  if (!file) return {{}, "cannot read " + path + ": " + std::strerror(errno == 0 ? EIO : errno)};
  std::string text(kMaxConfigFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return {{}, "cannot read " + path};
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxConfigFileBytes) return {{}, path + " is larger than 1 MiB"};
  return {std::move(text), {}};
}

ValueSource::ValueSource(EnvironmentLookup environment, DotEnv dotenv, std::string folder)
    : environment_(std::move(environment)), dotenv_(std::move(dotenv)), folder_(std::move(folder)) {}

std::optional<std::string> ValueSource::variable(const std::string& name) const {
  if (std::optional<std::string> value = environment_(name); value && !value->empty()) return value;
  const auto found = dotenv_.values.find(name);
  if (found == dotenv_.values.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

ValueSource::Resolved ValueSource::resolve(const std::string& text) const {
  if (text.starts_with("@env:")) {
    const std::string name = text.substr(5);
    const std::optional<std::string> value = variable(name);
    if (!value) return {{}, "the environment variable `" + name + "` is not set, or empty", true};
    return {*value, {}, true};
  }
  if (text.starts_with("@file:")) {
    const std::filesystem::path path = std::filesystem::path{folder_} / text.substr(6);
    FileText file = read_small_file(path.string());
    if (!file.error.empty()) return {{}, file.error, true};
    if (file.text.ends_with('\n')) file.text.pop_back();
    if (file.text.ends_with('\r')) file.text.pop_back();
    if (file.text.empty()) return {{}, path.string() + " is empty", true};
    return {std::move(file.text), {}, true};
  }
  return {text, {}, false};
}

}  // namespace smmhost
