// A file that is being written under a temporary name beside its final place, and vanishes unless it is finished.
#pragma once

#include <string>

namespace smmhost::sqlite {

class UnfinishedFile {
 public:
  // Creates an empty file, readable by its owner only, beside `final_path`. Throws BackupRefused.
  explicit UnfinishedFile(std::string final_path);
  // Removes it, and what SQLite may have left beside it.
  ~UnfinishedFile();
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

  const std::string& path() const { return path_; }

  // Both flush the file and its folder to the disk, so that the name never stands for half a file. Throw BackupRefused.
  void become_new_file();     // where the final name must still be free
  void replace_final_file();  // at once, or not at all

 private:
  void flush() const;
  void remove_companions() const;

  std::string final_path_;
  std::string path_;
};

// Flushes a folder's entries. Throws BackupRefused.
void flush_folder_of(const std::string& path);

}  // namespace smmhost::sqlite
