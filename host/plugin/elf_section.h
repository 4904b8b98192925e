// Reads one section of a shared object as bytes, trusting nothing in the file.
// (Boost.DLL's library_info reads sections too, but believes the offsets and sizes that the file states.)
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace smmhost {

struct ElfError {
  std::string message;
};

// Of a 64-bit little-endian x86-64 or AArch64 shared object (that of the running machine). Fails where there is none,
// more than one, or it is longer than `max_bytes`.
std::variant<std::string, ElfError> read_elf_section(const std::string& path, std::string_view section,
                                                     std::size_t max_bytes);

}  // namespace smmhost
