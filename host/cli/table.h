// A table of text with aligned columns, for people.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace smmhost {

class Table {
 public:
  explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}

  // One text a column. Control characters are shown as '?': a cell may hold what a customer typed.
  void add(std::vector<std::string> row);
  bool empty() const { return rows_.empty(); }
  // Two spaces between columns, none at the end of a line. Widths count characters, not bytes.
  void print(std::ostream& out) const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

// UTF-8 text that is safe to show on a terminal: control characters as '?'.
std::string printable(const std::string& text);

}  // namespace smmhost
