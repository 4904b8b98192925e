#include "host/plugin/secret_trace.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "host/plugin/abi_text.h"

namespace smmhost {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr std::string_view kReplacementBytes = "\xEF\xBF\xBD";
constexpr std::size_t kLongestEntity = 12;

constexpr std::array<std::pair<char, char32_t>, 9> kJsonEscapes{{
    {'"', U'"'},
    {'\\', U'\\'},
    {'/', U'/'},
    {'\'', U'\''},
    {'b', U'\b'},
    {'f', U'\f'},
    {'n', U'\n'},
    {'r', U'\r'},
    {'t', U'\t'},
}};

constexpr std::array<std::pair<std::string_view, char32_t>, 5> kEntities{{
    {"amp", U'&'},
    {"lt", U'<'},
    {"gt", U'>'},
    {"quot", U'"'},
    {"apos", U'\''},
}};

// Of a whole character in UTF-8.
char32_t code_point_of(std::string_view character) {
  const std::uint32_t lead = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return lead;
  std::uint32_t point = lead & (0xFFU >> (character.size() + 1));
  for (const char c : character.substr(1)) point = (point << 6) | (static_cast<unsigned char>(c) & 0x3FU);
  return point;
}

std::optional<std::uint32_t> number_in(std::string_view digits, int base) {
  std::uint32_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number, base);
  if (digits.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

// Where the bytes end that stand at `at`, each as it is or as %XX.
std::optional<std::size_t> end_of_bytes(std::string_view bytes, std::string_view text, std::size_t at) {
  for (const char byte : bytes) {
    if (at >= text.size()) return std::nullopt;
    const auto code = text[at] == '%' && text.size() - at >= 3 ? number_in(text.substr(at + 1, 2), 16) : std::nullopt;
    if (code && *code == static_cast<unsigned char>(byte))
      at += 3;
    else if (text[at] == byte)
      ++at;
    else
      return std::nullopt;
  }
  return at;
}

// The 16 bits of "\uXXXX" at the text's beginning.
std::optional<std::uint32_t> utf16_unit(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return std::nullopt;
  return number_in(text.substr(2, 4), 16);
}

// The length of the escape at the text's beginning, 0 where it is none or means another character.
std::size_t json_escape_length(std::string_view text, char32_t wanted) {
  if (text.size() < 2) return 0;
  for (const auto& [letter, meant] : kJsonEscapes)
    if (text[1] == letter) return meant == wanted ? 2 : 0;
  // JSON has no \xXX; JavaScript and others do.
  if (text[1] == 'x' && text.size() >= 4) return number_in(text.substr(2, 2), 16) == std::uint32_t{wanted} ? 4 : 0;
  const auto high = utf16_unit(text);
  if (!high) return 0;
  if (*high == std::uint32_t{wanted}) return 6;
  const auto low = utf16_unit(text.substr(6));
  const bool is_pair = low && (*high & 0xFC00U) == 0xD800U && (*low & 0xFC00U) == 0xDC00U;
  if (!is_pair) return 0;
  return 0x10000U + ((*high & 0x3FFU) << 10) + (*low & 0x3FFU) == std::uint32_t{wanted} ? 12 : 0;
}

std::optional<std::uint32_t> entity_meaning(std::string_view name) {
  if (name.starts_with("#x") || name.starts_with("#X")) return number_in(name.substr(2), 16);
  if (name.starts_with('#')) return number_in(name.substr(1), 10);
  for (const auto& [known, meant] : kEntities)
    if (name == known) return std::uint32_t{meant};
  return std::nullopt;
}

// Likewise, of an entity.
std::size_t entity_length(std::string_view text, char32_t wanted) {
  const std::size_t end = text.substr(0, kLongestEntity).find(';');
  if (end == std::string_view::npos) return 0;
  return entity_meaning(text.substr(1, end - 1)) == std::uint32_t{wanted} ? end + 1 : 0;
}

std::size_t escape_length(std::string_view text, char32_t wanted) {
  if (text.starts_with('\\')) return json_escape_length(text, wanted);
  if (text.starts_with('&')) return entity_length(text, wanted);
  if (text.starts_with('+')) return wanted == U' ' ? 1 : 0;
  return wanted == kReplacement && text.starts_with(kReplacementBytes) ? kReplacementBytes.size() : 0;
}

}  // namespace

SecretTrace::SecretTrace(std::string_view secret) {
  while (!secret.empty()) {
    const std::size_t length = character_length(secret);
    const std::string_view bytes = secret.substr(0, std::max<std::size_t>(length, 1));
    characters_.push_back({std::string(bytes), length == 0 ? kReplacement : code_point_of(bytes)});
    secret.remove_prefix(bytes.size());
  }
}

bool SecretTrace::may_begin_with(char byte) const {
  if (characters_.empty()) return false;
  const Character& first = characters_.front();
  return byte == first.bytes.front() || byte == '%' || byte == '\\' || byte == '&' ||
         (byte == '+' && first.code_point == U' ') ||
         (byte == kReplacementBytes.front() && first.code_point == kReplacement);
}

// More than one only of `%`, `\` and `&`, which may stand for themselves or begin a longer form.
void SecretTrace::add_ends(const Character& character, std::string_view text, std::size_t at,
                           std::vector<std::size_t>& ends) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with(character.bytes)) ends.push_back(at + character.bytes.size());
  if (const auto end = end_of_bytes(character.bytes, text, at)) ends.push_back(*end);
  if (const std::size_t length = escape_length(rest, character.code_point); length > 0) ends.push_back(at + length);
}

std::optional<std::size_t> SecretTrace::end_of(std::string_view text, std::size_t begin) const {
  std::vector<std::size_t> ends;
  if (!characters_.empty()) add_ends(characters_.front(), text, begin, ends);
  std::vector<std::size_t> next;
  for (std::size_t i = 1; i < characters_.size() && !ends.empty(); ++i) {
    next.clear();
    for (const std::size_t end : ends) add_ends(characters_[i], text, end, next);
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    std::swap(ends, next);
  }
  if (ends.empty()) return std::nullopt;
  return *std::max_element(ends.begin(), ends.end());
}

}  // namespace smmhost
