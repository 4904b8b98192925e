#include "host/config/ini_file.h"

#include <algorithm>
#include <optional>

#include "host/config/text.h"

namespace smmhost {
namespace {

class IniReader {
 public:
  explicit IniReader(const std::string& file_name) : file_name_(file_name) {}

  void read_line(std::string_view raw) {
    ++line_;
    const std::string_view line = trim(raw);
    if (line.find('\0') != std::string_view::npos) return mistake("the line holds a NUL byte; is this a text file?");
    if (line.empty() || line.front() == ';' || line.front() == '#') return;
    if (line.front() == '[') return read_section(line);
    read_entry(line);
  }

  IniFile take() { return std::move(file_); }

 private:
  void mistake(std::string message) { file_.errors.push_back({{file_name_, line_}, std::move(message)}); }

  void read_section(std::string_view line) {
    const std::size_t close = line.find(']');
    skipping_ = true;  // entries of a section that is no section would only produce follow-up mistakes
    if (close == std::string_view::npos) return mistake("a section starts with [ and ends with ]: [name]");
    const std::string_view rest = trim(line.substr(close + 1));
    if (!rest.empty() && rest.front() != ';' && rest.front() != '#') {
      return mistake("only a comment may follow [section]; put the key on a line of its own");
    }
    const std::string name{trim(line.substr(1, close - 1))};
    if (name.empty()) return mistake("the section has no name");
    const auto same = std::find_if(file_.sections.begin(), file_.sections.end(),
                                   [&](const IniSection& section) { return section.name == name; });
    if (same != file_.sections.end()) {
      return mistake("[" + name + "] stands already in line " + std::to_string(same->line) + "; merge the two");
    }
    skipping_ = false;
    file_.sections.push_back({name, line_, {}});
  }

  void read_entry(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      return mistake("`" + shown(line) + "` is neither [section] nor key = value");
    }
    const std::string key{trim(line.substr(0, equals))};
    if (key.empty()) return mistake("there is no key before the =");
    const std::optional<std::string> value = read_value(trim(line.substr(equals + 1)));
    if (!value) return mistake("the value of `" + key + "` starts with a double quote and has no closing one");
    if (skipping_) return;
    if (file_.sections.empty()) {
      return mistake("`" + key + "` stands before the first [section]");
    }
    IniSection& section = file_.sections.back();
    const auto same = std::find_if(section.entries.begin(), section.entries.end(),
                                   [&](const IniEntry& entry) { return entry.key == key; });
    if (same != section.entries.end()) {
      return mistake("`" + key + "` stands already in line " + std::to_string(same->line) + " of this section");
    }
    // An empty one is kept until its section's keys are checked, so that its message can say what the key means.
    section.entries.push_back({key, *value, line_});
  }

  static std::optional<std::string> read_value(std::string_view text) {
    if (!text.empty() && text.front() == '"') {
      const std::size_t close = text.find('"', 1);
      if (close == std::string_view::npos) return std::nullopt;
      const std::string_view rest = trim(text.substr(close + 1));
      if (rest.empty() || rest.front() == ';') return std::string{text.substr(1, close - 1)};
    }
    if (!text.empty() && text.front() == ';') return std::string{};
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] == ';' && is_blank(text[i - 1])) return std::string{trim(text.substr(0, i))};
    }
    return std::string{text};
  }

  // The start of a line, for a message. Cut early: a line that is not understood may hold a key pasted without its
  // name.
  static std::string shown(std::string_view line) {
    return line.size() <= 12 ? std::string{line} : std::string{line.substr(0, 8)} + "...";
  }

  std::string file_name_;
  IniFile file_;
  int line_ = 0;
  bool skipping_ = false;
};

}  // namespace

IniFile parse_ini(std::string_view text, const std::string& file_name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  IniReader reader{file_name};
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    reader.read_line(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return reader.take();
}

}  // namespace smmhost
