// Cleaning of what a customer typed, before anything is read into it: invisible characters, widths, wrappings.
// Only what cannot change the meaning is removed; every letter, digit and inner blank stays.
#pragma once

#include <string>
#include <string_view>

namespace smmhost {

struct CleanedText {
  bool valid_utf8 = true;
  bool blank = false;          // nothing but blanks and invisible characters
  bool emoji_trimmed = false;  // an emoji stood first or last and was taken off
  std::string text;            // no blank, quote, bracket or emoji at either end
};

// Drops zero-width and direction marks, turns full-width forms into ASCII and every kind of blank into ' ', then takes
// blanks, quotes, brackets and emoji off both ends and `,` `;` `:` and one `.` off the tail. Linear in the length.
CleanedText clean_customer_text(std::string_view text);

}  // namespace smmhost
