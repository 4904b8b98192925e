// A plugin's bytes, taken once: what is hashed, looked at and loaded is the same.
#pragma once

#include <memory>
#include <string>
#include <variant>

namespace smmhost {

// Why a file is not taken, and what to do about it. One sentence for the operator, without the file's name.
struct Refusal {
  std::string reason;
};

// A sealed copy in memory: nobody, not even this process, can change it any more. Immutable; thread safe.
class PluginImage {
 public:
  // Opens the file once, checks that it and its folder belong to root or to this user and that nobody else may write
  // them, and copies it. A link is judged by what it points at.
  static std::variant<std::shared_ptr<const PluginImage>, Refusal> take(const std::string& path);
  ~PluginImage();
  PluginImage(const PluginImage&) = delete;
  PluginImage& operator=(const PluginImage&) = delete;

  const std::string& path() const { return path_; }      // of the file, without links
  const std::string& sha256() const { return sha256_; }  // 64 hex digits, of the copy
  int descriptor() const { return descriptor_; }
  // Names the copy for as long as this lives. The dynamic linker knows libraries by name and by inode; both are the
  // copy's own, so that a second copy of the same file is another library.
  std::string copy_path() const;

 private:
  PluginImage(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  std::string sha256_;
  int descriptor_;
};

}  // namespace smmhost
