#include "host/plugin/elf_section.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace smmhost {
namespace {

constexpr std::uint64_t kMaxSectionNames = 1 << 20;

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
#else
#error "smmhost runs on x86-64 and AArch64"
#endif

class File {
 public:
  // Whoever opens a pipe waits until somebody writes into it, unless he says that he does not.
  explicit File(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    struct stat status {};
    is_regular_ = descriptor_ >= 0 && ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
    if (is_regular_) size_ = static_cast<std::uint64_t>(status.st_size);
  }
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  bool is_regular() const { return is_regular_; }

  // All of [offset, offset + size) or false.
  bool read(std::uint64_t offset, void* to, std::uint64_t size) const {
    if (size > size_ || offset > size_ - size) return false;
    auto* at = static_cast<char*>(to);
    while (size > 0) {
      const ssize_t count = ::pread(descriptor_, at, size, static_cast<off_t>(offset));
      if (count <= 0) return false;
      at += count;
      offset += static_cast<std::uint64_t>(count);
      size -= static_cast<std::uint64_t>(count);
    }
    return true;
  }

 private:
  int descriptor_;
  bool is_regular_ = false;
  std::uint64_t size_ = 0;
};

bool is_shared_object_of_this_machine(const Elf64_Ehdr& head) {
  return std::memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 && head.e_ident[EI_CLASS] == ELFCLASS64 &&
         head.e_ident[EI_DATA] == ELFDATA2LSB && head.e_type == ET_DYN && head.e_machine == kMachine &&
         head.e_shentsize == sizeof(Elf64_Shdr);
}

bool has_name(const std::string& names, std::uint32_t offset, std::string_view wanted) {
  if (offset >= names.size()) return false;
  const std::string_view rest = std::string_view(names).substr(offset);
  return rest.substr(0, rest.find('\0')) == wanted;
}

}  // namespace

std::variant<std::string, ElfError> read_elf_section(const std::string& path, std::string_view section,
                                                     std::size_t max_bytes) {
  const File file(path);
  if (!file.is_open()) return ElfError{"the file cannot be opened"};
  if (!file.is_regular()) return ElfError{"it is not a regular file"};
  Elf64_Ehdr head{};
  if (!file.read(0, &head, sizeof head) || !is_shared_object_of_this_machine(head))
    return ElfError{"the file is not a shared object for this machine"};

  std::vector<Elf64_Shdr> table(head.e_shnum);
  if (!file.read(head.e_shoff, table.data(), table.size() * sizeof(Elf64_Shdr)) || head.e_shstrndx >= table.size())
    return ElfError{"the file's section table is damaged"};
  const Elf64_Shdr& names_header = table[head.e_shstrndx];
  if (names_header.sh_size > kMaxSectionNames) return ElfError{"the file's section table is damaged"};
  std::string names(names_header.sh_size, '\0');
  if (!file.read(names_header.sh_offset, names.data(), names.size()))
    return ElfError{"the file's section table is damaged"};

  const Elf64_Shdr* found = nullptr;
  for (const Elf64_Shdr& candidate : table) {
    if (!has_name(names, candidate.sh_name, section)) continue;
    if (found != nullptr) return ElfError{"the file has more than one section " + std::string(section)};
    found = &candidate;
  }
  if (found == nullptr || found->sh_type != SHT_PROGBITS)
    return ElfError{"the file has no section " + std::string(section) + ": it is not a plugin of smmhost"};
  if (found->sh_size > max_bytes)
    return ElfError{"the section " + std::string(section) + " is longer than " + std::to_string(max_bytes) + " bytes"};
  std::string content(found->sh_size, '\0');
  if (!file.read(found->sh_offset, content.data(), content.size()))
    return ElfError{"the section " + std::string(section) + " reaches beyond the file's end"};
  return content;
}

}  // namespace smmhost
