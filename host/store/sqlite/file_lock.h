// The exclusive ownership of a database file: at most one smmhost has it open.
//
// An OS lock on "<file>.lock", so it ends with the process however the process ends. The lock file stays behind:
// removing it would let two processes lock two different files of the same name.
#pragma once

#include <string>

namespace smmhost::sqlite {

class FileLock {
 public:
  // Throws CannotOpenStore with the owner's process id where another one holds it.
  explicit FileLock(const std::string& database_path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace smmhost::sqlite
