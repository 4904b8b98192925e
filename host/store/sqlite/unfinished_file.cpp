// A file that is being written under a temporary name beside its final place, and vanishes unless it is finished.
#include "host/store/sqlite/unfinished_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "host/store/backup.h"

namespace smmhost::sqlite {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw BackupRefused(what + ": " + std::strerror(errno));
}

void flush_to_disk(const std::string& path, int flags) {
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) refuse("cannot open " + path);
  const bool flushed = fsync(descriptor) == 0;
  close(descriptor);
  if (!flushed) refuse("cannot flush " + path);
}

}  // namespace

void flush_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  flush_to_disk(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
}

UnfinishedFile::UnfinishedFile(std::string final_path)
    : final_path_(std::move(final_path)), path_(final_path_ + ".XXXXXX") {
  const int descriptor = mkostemp(path_.data(), O_CLOEXEC);  // with 0600
  if (descriptor < 0) refuse("cannot write beside " + final_path_);
  close(descriptor);
}

UnfinishedFile::~UnfinishedFile() {
  unlink(path_.c_str());
  remove_companions();
}

void UnfinishedFile::remove_companions() const {
  for (const char* suffix : {"-wal", "-shm", "-journal", ".lock"}) unlink((path_ + suffix).c_str());
}

void UnfinishedFile::flush() const {
  remove_companions();
  flush_to_disk(path_, O_RDONLY);
}

void UnfinishedFile::become_new_file() {
  flush();
  if (renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, final_path_.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno != EINVAL && errno != ENOSYS) refuse("cannot give the file its name " + final_path_);
    // A file system without that call; the name was free a moment ago.
    if (access(final_path_.c_str(), F_OK) == 0) throw BackupRefused(final_path_ + " exists already");
    if (rename(path_.c_str(), final_path_.c_str()) != 0) refuse("cannot give the file its name " + final_path_);
  }
  flush_folder_of(final_path_);
}

void UnfinishedFile::replace_final_file() {
  flush();
  if (rename(path_.c_str(), final_path_.c_str()) != 0) refuse("cannot put the file in place of " + final_path_);
  flush_folder_of(final_path_);
}

}  // namespace smmhost::sqlite
