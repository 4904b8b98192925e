// The exclusive ownership of a database file: at most one smmhost has it open.
#include "host/store/sqlite/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "host/store/open_store.h"

namespace smmhost::sqlite {
namespace {

std::string owner_of(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t length = pread(descriptor, text.data(), text.size(), 0);
  if (length <= 0) return "unknown";
  const std::string owner(text.data(), static_cast<std::size_t>(length));
  return owner.substr(0, owner.find('\n'));
}

}  // namespace

FileLock::FileLock(const std::string& database_path) {
  const std::string path = database_path + ".lock";
  descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0)
    throw CannotOpenStore(
        "cannot create " + path + ": " + std::strerror(errno) +
        ". The folder must exist and be this user's to write; [store] url says where the database is.");
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    const std::string owner = owner_of(descriptor_);
    close(descriptor_);
    if (reason != EWOULDBLOCK) throw CannotOpenStore("cannot lock " + path + ": " + std::strerror(reason));
    throw CannotOpenStore("another smmhost has " + database_path + " open: pid " + owner +
                          ". Stop it first, or ask it through its API.");
  }
  const std::string owner = std::to_string(getpid()) + "\n";
  // The content only names the owner in the message above; the lock itself does not depend on it.
  if (ftruncate(descriptor_, 0) == 0) [[maybe_unused]]
    const ssize_t written = pwrite(descriptor_, owner.data(), owner.size(), 0);
}

FileLock::~FileLock() {
  close(descriptor_);
}

}  // namespace smmhost::sqlite
