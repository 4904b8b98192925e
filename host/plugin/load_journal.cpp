#include "host/plugin/load_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "core/domain/time.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLoading = ".loading";
constexpr const char* kQuarantined = ".quarantined";
constexpr std::size_t kMostBytes = 2000;

std::optional<std::string> content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(0, kMostBytes);
}

// Written beside and renamed: a reason is there whole or not at all.
void write_whole(const std::string& path, const std::string& text) {
  const std::string beside = path + ".new";
  {
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file << text << "\n";
  }
  std::error_code code;
  fs::rename(beside, path, code);
}

// True where a program that still runs holds the mark.
bool is_held(const std::string& path) {
  const int mark = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (mark < 0) return false;
  const bool held = ::flock(mark, LOCK_EX | LOCK_NB) != 0;
  ::close(mark);
  return held;
}

}  // namespace

std::string LoadJournal::file(const std::string& sha256, const char* kind) const {
  return (fs::path(folder_) / (sha256 + kind)).string();
}

std::optional<std::string> LoadJournal::quarantine_reason(const std::string& sha256) const {
  if (folder_.empty()) return std::nullopt;
  const std::string loading = file(sha256, kLoading);
  const std::string kept = file(sha256, kQuarantined);
  if (const auto mark = content_of(loading); mark && !is_held(loading)) {
    write_whole(kept, *mark + ": the program ended while it loaded this plugin");
    std::error_code code;
    fs::remove(loading, code);
  }
  return content_of(kept);
}

std::optional<std::string> LoadJournal::quarantined(const std::string& sha256) const {
  const auto why = quarantine_reason(sha256);
  if (!why) return std::nullopt;
  return "it is in quarantine (" + *why + "); to try it again: smmhost plugins lift ID, or remove " +
         file(sha256, kQuarantined);
}

void LoadJournal::quarantine(const std::string& sha256, const std::string& plugin, const std::string& reason) const {
  if (folder_.empty()) return;
  std::error_code code;
  fs::create_directories(folder_, code);
  write_whole(file(sha256, kQuarantined), plugin + ": " + reason);
}

bool LoadJournal::lift(const std::string& sha256) const {
  if (folder_.empty()) return false;
  std::error_code code;
  return fs::remove(file(sha256, kQuarantined), code);
}

LoadJournal::Mark LoadJournal::mark(const std::string& sha256, const std::string& plugin) const {
  if (folder_.empty()) return {};
  std::error_code code;
  fs::create_directories(folder_, code);
  const std::string path = file(sha256, kLoading);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    Mark none;
    none.problem = path + ": " + std::strerror(errno);
    return none;
  }
  ::flock(descriptor, LOCK_SH | LOCK_NB);
  const std::string text = plugin + "\n";
  if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, text.data(), text.size(), 0) < 0 ||
      ::fsync(descriptor) != 0) {
    Mark weak(path, descriptor);
    weak.problem = path + ": " + std::strerror(errno);
    return weak;
  }
  return Mark(path, descriptor);
}

LoadJournal::Mark::Mark(Mark&& other) noexcept
    : problem(std::move(other.problem)),
      path_(std::exchange(other.path_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

LoadJournal::Mark::~Mark() {
  if (descriptor_ < 0) return;
  ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace smmhost
