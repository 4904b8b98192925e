// libFuzzer: any bytes as a plugin's file, of which the manifest is read before anything of it runs.
#include "host/plugin/elf_section.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "tests/fuzz/demand.h"

namespace {

constexpr std::size_t kMostBytes = 4096;

// A file that is only in memory, and its name.
class MemoryFile {
 public:
  MemoryFile(const void* data, std::size_t size) : descriptor_(memfd_create("fuzz", MFD_CLOEXEC)) {
    smmhost::fuzz::demand(descriptor_ >= 0 && ::write(descriptor_, data, size) == static_cast<ssize_t>(size),
                          "the input can be written to memory");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smmhost;
  const MemoryFile file(data, size);
  const auto section = read_elf_section(file.path(), ".smm_manifest", kMostBytes);
  if (const auto* content = std::get_if<std::string>(&section))
    fuzz::demand(content->size() <= kMostBytes && content->size() <= size,
                 "a section is within its file and its bound");
  return 0;
}
