// Finds one secret in a text that somebody else wrote, however it is escaped there.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smmhost {

// Immutable after construction; thread safe.
class SecretTrace {
 public:
  explicit SecretTrace(std::string_view secret);

  // Whether a secret may begin with this byte, in any form: to pass over most of a text quickly.
  bool may_begin_with(char byte) const;

  // Where the secret ends that begins at `begin`; nothing where none begins there. Each of its characters may stand as
  // it is, as %XX ("+" for a space), as in a string of JSON (\/, \", \n, \u002f) or as an entity of HTML (&amp;,
  // &#47;), whatever its neighbours are: encoders differ in what they leave as it is, and may follow one upon another.
  std::optional<std::size_t> end_of(std::string_view text, std::size_t begin) const;

 private:
  struct Character {
    std::string bytes;
    char32_t code_point;  // U+FFFD of a byte that is no UTF-8: it is what others show in its place
  };
  static void add_ends(const Character& character, std::string_view text, std::size_t at,
                       std::vector<std::size_t>& ends);

  std::vector<Character> characters_;
};

}  // namespace smmhost
