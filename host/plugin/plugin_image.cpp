#include "host/plugin/plugin_image.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace smmhost {
namespace {

namespace fs = std::filesystem;

constexpr off_t kMostBytes = off_t{256} << 20;
constexpr std::size_t kBlock = std::size_t{256} << 10;
constexpr int kSeals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
constexpr unsigned kMemfdExec = 0x0010U;  // MFD_EXEC, of Linux 6.3 and later; older headers lack it

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

std::optional<Refusal> rights_problem(const struct stat& status, const std::string& path, std::string_view what) {
  if (status.st_uid != 0 && status.st_uid != ::geteuid())
    return Refusal{std::string(what) + " belongs to another user: it must belong to root or to the user of smmhost: " +
                   "chown root " + path};
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return Refusal{std::string(what) + " can be written by others, who could change what smmhost runs: chmod go-w " +
                   path};
  return std::nullopt;
}

std::optional<Refusal> folder_problem(const fs::path& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) return Refusal{"its folder cannot be looked at"};
  return rights_problem(status, folder.string(), "its folder");
}

int make_memory_file(const std::string& name) {
  const int made = ::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING | kMemfdExec);
  if (made >= 0 || errno != EINVAL) return made;
  return ::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

bool write_all(int to, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(to, data, size);
    if (n <= 0) return false;
    data += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

std::string hex(const unsigned char* bytes, std::size_t size) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

// Copies and hashes in one pass; an empty text where reading, writing or hashing failed.
std::string copy_and_hash(int from, int to) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) return {};
  std::vector<char> block(kBlock);
  for (off_t total = 0;;) {
    const ssize_t n = ::read(from, block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return {};
    if (n == 0) break;
    total += n;
    const auto size = static_cast<std::size_t>(n);
    if (total > kMostBytes || !write_all(to, block.data(), size)) return {};
    if (EVP_DigestUpdate(context.get(), block.data(), size) != 1) return {};
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1) return {};
  return hex(digest.data(), length);
}

}  // namespace

std::variant<std::shared_ptr<const PluginImage>, Refusal> PluginImage::take(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0)
    return Refusal{errno == ENOENT ? "there is no such file"
                                   : std::string("the file cannot be opened: ") + std::strerror(errno)};
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return Refusal{"it is not a regular file: a folder, a pipe or a device is in its place"};
  std::error_code code;
  const fs::path real = fs::read_symlink("/proc/self/fd/" + std::to_string(file.get()), code);
  if (code) return Refusal{"the file's place cannot be found out"};
  if (auto problem = rights_problem(status, real.string(), "the file")) return std::move(*problem);
  if (auto problem = folder_problem(real.parent_path())) return std::move(*problem);
  if (status.st_size > kMostBytes) return Refusal{"the file is longer than 256 MiB"};

  Descriptor copy(make_memory_file(real.filename().string()));
  if (copy.get() < 0)
    return Refusal{std::string("no copy of it can be made in memory (memfd_create): ") + std::strerror(errno)};
  std::string sha256 = copy_and_hash(file.get(), copy.get());
  if (sha256.empty()) return Refusal{"the file cannot be copied into memory"};
  if (::fcntl(copy.get(), F_ADD_SEALS, kSeals) != 0) return Refusal{"its copy in memory cannot be sealed"};

  std::shared_ptr<PluginImage> image(new PluginImage(real.string(), copy.release()));
  image->sha256_ = std::move(sha256);
  return std::shared_ptr<const PluginImage>(std::move(image));
}

PluginImage::~PluginImage() {
  ::close(descriptor_);
}

std::string PluginImage::copy_path() const {
  return "/proc/self/fd/" + std::to_string(descriptor_);
}

}  // namespace smmhost
