// Remembers, over a crash of the program, which plugin it was loading. Whatever is loaded into this process first
// leaves a mark in the state folder and takes it away when it is loaded; a mark whose program is gone is a crash.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/plugin/plugin_image.h"

namespace smmhost {

// Keyed by the SHA-256 of the plugin's bytes: another build of it starts with a clean slate. Two programs may use one
// folder.
class LoadJournal {
 public:
  // The folder is made when there is something to keep. Empty: nothing is kept and nothing found.
  explicit LoadJournal(std::string folder) : folder_(std::move(folder)) {}

  // Why these bytes are not to be loaded; nullopt where nothing speaks against them. Turns the mark of a program that
  // is gone into a quarantine.
  std::optional<std::string> quarantined(const std::string& sha256) const;
  // Of quarantined() what happened, without what to do about it.
  std::optional<std::string> quarantine_reason(const std::string& sha256) const;
  void quarantine(const std::string& sha256, const std::string& plugin, const std::string& reason) const;
  // False where there was none.
  bool lift(const std::string& sha256) const;

  // Holds the mark. `problem` is why it could not be made: then a crash would not be remembered.
  class Mark {
   public:
    Mark() = default;
    Mark(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
    ~Mark();
    Mark(Mark&& other) noexcept;
    Mark& operator=(Mark&&) = delete;

    std::string problem;

   private:
    std::string path_;
    int descriptor_ = -1;
  };
  Mark mark(const std::string& sha256, const std::string& plugin) const;

 private:
  std::string file(const std::string& sha256, const char* kind) const;

  std::string folder_;
};

}  // namespace smmhost
