// Reads one section of an ELF64 file without loading it, as a host reads a manifest.
#pragma once

#include <elf.h>

#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace smm::sdk::testing {

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in || in.tellg() <= 0) return {};
  std::string out(static_cast<size_t>(in.tellg()), '\0');
  in.seekg(0);
  in.read(out.data(), static_cast<std::streamsize>(out.size()));
  out.resize(static_cast<size_t>(in.gcount()));
  return out;
}

namespace detail {

template <class T>
std::optional<T> struct_at(std::string_view file, uint64_t offset) {
  if (offset > file.size() || file.size() - offset < sizeof(T)) return std::nullopt;
  T out;
  std::memcpy(&out, file.data() + offset, sizeof out);
  return out;
}

inline std::string_view part(std::string_view file, uint64_t offset, uint64_t size) {
  if (offset > file.size() || size > file.size() - offset) return {};
  return file.substr(static_cast<size_t>(offset), static_cast<size_t>(size));
}

}  // namespace detail

/// The content of the section `name` of the file at `path`; nothing if there is no such file or section.
inline std::optional<std::string> elf_section(const std::string& path, std::string_view name) {
  const std::string file = read_file(path);
  const auto header = detail::struct_at<Elf64_Ehdr>(file, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return std::nullopt;
  const auto section = [&](uint64_t index) {
    return detail::struct_at<Elf64_Shdr>(file, header->e_shoff + index * header->e_shentsize);
  };
  const auto names = section(header->e_shstrndx);
  if (!names) return std::nullopt;
  const std::string_view table = detail::part(file, names->sh_offset, names->sh_size);
  for (uint64_t i = 0; i < header->e_shnum; ++i) {
    const auto candidate = section(i);
    if (!candidate || candidate->sh_name >= table.size()) continue;
    const std::string_view rest = table.substr(candidate->sh_name);
    if (rest.substr(0, rest.find('\0')) != name) continue;
    return std::string(detail::part(file, candidate->sh_offset, candidate->sh_size));
  }
  return std::nullopt;
}

}  // namespace smm::sdk::testing
