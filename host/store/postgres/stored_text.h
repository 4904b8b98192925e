// Text as PostgreSQL can hold it.
//
// PostgreSQL's text takes no NUL and no invalid UTF-8, and what customers, shops and panels send may hold either. Such
// a byte is written as U+10FFFF (a code point that no text contains) and its two hex digits; everything else, which is
// almost everything, stays as it is. Different texts stay different, so keys can be compared in their stored form.
#pragma once

#include <string>
#include <string_view>

namespace smmhost::postgres {

std::string to_stored_text(std::string_view text);
std::string from_stored_text(std::string_view stored);

}  // namespace smmhost::postgres
