#include "host/cli/table.h"

#include <algorithm>
#include <stdexcept>

namespace smmhost {
namespace {

// Characters of UTF-8 text: every byte that does not continue another.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void print_row(std::ostream& out, const std::vector<std::string>& row, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    line += row[i];
    line += std::string(widths[i] - width(row[i]) + 2, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << "\n";
}

}  // namespace

std::string printable(const std::string& text) {
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    // U+0080 to U+009F, among them one that begins an escape sequence, are C2 80 to C2 9F in UTF-8.
    const bool is_c1 = byte == 0xc2 && next >= 0x80 && next <= 0x9f;
    safe += byte < 0x20 || byte == 0x7f || is_c1 ? '?' : text[i];
    if (is_c1) ++i;
  }
  return safe;
}

void Table::add(std::vector<std::string> row) {
  if (row.size() != header_.size()) throw std::logic_error("a row needs one cell a column");
  std::transform(row.begin(), row.end(), row.begin(), printable);
  rows_.push_back(std::move(row));
}

void Table::print(std::ostream& out) const {
  std::vector<std::size_t> widths;
  for (const std::string& cell : header_) widths.push_back(width(cell));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  print_row(out, header_, widths);
  for (const auto& row : rows_) print_row(out, row, widths);
}

}  // namespace smmhost
