#include "host/plugin/abi_text.h"

#include <Poco/UTF8Encoding.h>

#include <algorithm>

namespace smmhost {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// C0, DEL, and C1, which is two bytes long in UTF-8.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first < 0x20 || first == 0x7f;
  return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

std::string visible(std::string_view control) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(control.back());
  if (code == '\n' || code == '\r' || code == '\t') return " ";
  return {'\\', 'x', kDigits[code >> 4], kDigits[code & 0xf]};
}

// Each character, or what stands in its place, through `shown`, as far as there is room.
template <class Shown>
std::string characters_of(std::string_view text, std::size_t max_bytes, Shown shown) {
  std::string out;
  out.reserve(std::min(text.size(), max_bytes));
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const std::string piece = shown(length == 0 ? kReplacement : text.substr(0, length));
    if (out.size() + piece.size() > max_bytes) break;
    out += piece;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace

std::size_t character_length(std::string_view text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const auto lead = bytes[0];
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (lead == 0 || length > text.size()) return 0;
  if (length == 1) return 1;
  return Poco::UTF8Encoding::isLegal(bytes, static_cast<int>(length)) ? length : 0;
}

std::string storable(std::string_view text, std::size_t max_bytes) {
  return characters_of(text, max_bytes, [](std::string_view character) { return std::string(character); });
}

std::string presentable(std::string_view text, std::size_t max_bytes) {
  return characters_of(text, max_bytes, [](std::string_view character) {
    return is_control(character) ? visible(character) : std::string(character);
  });
}

}  // namespace smmhost
