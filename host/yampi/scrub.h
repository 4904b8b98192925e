// Making a stranger's text fit to keep as evidence: nothing in it that names a person, opens a door or breaks a log.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace smmhost {

// At most `longest` bytes of `text`: printable ASCII, and other letters where the text is UTF-8. Links, e-mail
// addresses, words of 20 characters and more (tokens, Pix codes) and five or more digits, also where '.', '-', '/',
// ':', ' ' or brackets stand between them (documents, phones, IP addresses), are replaced by "[...]".
std::string scrubbed_excerpt(std::string_view text, std::size_t longest);

}  // namespace smmhost
