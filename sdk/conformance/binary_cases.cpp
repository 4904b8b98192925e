// Group binary: what can be said of the file without running any of it.
#include <dlfcn.h>
#include <elf.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "sdk/conformance/suite.h"
#include "smm/sdk/testing/elf_section.hpp"

namespace smm::conformance {
namespace {

using sdk::testing::elf_section;

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
#else
#error "smm-conformance runs on x86-64 and AArch64"
#endif

template <class T>
std::vector<T> table(const std::string& path, std::string_view section) {
  const std::string content = elf_section(path, section).value_or("");
  std::vector<T> out(content.size() / sizeof(T));
  std::memcpy(out.data(), content.data(), out.size() * sizeof(T));
  return out;
}

struct Symbol {
  std::string name;
  bool defined = false;
  bool weak = false;
  bool unique = false;
  bool versioned = false;  // the linker found it in a library
};

std::vector<Symbol> symbols_of(const std::string& path) {
  const std::string names = elf_section(path, ".dynstr").value_or("");
  const auto versions = table<Elf64_Half>(path, ".gnu.version");
  const auto raw = table<Elf64_Sym>(path, ".dynsym");
  std::vector<Symbol> out;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i].st_name == 0 || raw[i].st_name >= names.size()) continue;
    const unsigned binding = ELF64_ST_BIND(raw[i].st_info);
    out.push_back({names.c_str() + raw[i].st_name, raw[i].st_shndx != SHN_UNDEF, binding == STB_WEAK,
                   binding == STB_GNU_UNIQUE, i < versions.size() && (versions[i] & 0x7fffU) > VER_NDX_GLOBAL});
  }
  return out;
}

std::vector<std::string> needed_libraries(const std::string& path) {
  const std::string names = elf_section(path, ".dynstr").value_or("");
  std::vector<std::string> out;
  for (const Elf64_Dyn& entry : table<Elf64_Dyn>(path, ".dynamic")) {
    if (entry.d_tag == DT_NEEDED && entry.d_un.d_val < names.size()) out.emplace_back(names.c_str() + entry.d_un.d_val);
  }
  return out;
}

uint64_t dynamic_flags(const std::string& path) {
  uint64_t flags = 0;
  for (const Elf64_Dyn& entry : table<Elf64_Dyn>(path, ".dynamic")) {
    if (entry.d_tag == DT_FLAGS_1) flags = entry.d_un.d_val;
  }
  return flags;
}

bool is_sanitizer_runtime(std::string_view name) {
  for (const char* start :
       {"__asan_", "__ubsan_", "__tsan_", "__lsan_", "__msan_", "__sanitizer_", "__sancov_", "__gcov_", "__gcc_"}) {
    if (name.rfind(start, 0) == 0) return true;
  }
  return false;
}

void is_shared_object(const Subject& subject, Verdict& verdict) {
  const std::string file = sdk::testing::read_file(subject.path);
  Elf64_Ehdr header{};
  if (file.size() < sizeof header) return verdict.fail("the file is too short to be a shared object");
  std::memcpy(&header, file.data(), sizeof header);
  const bool right = std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_ident[EI_CLASS] == ELFCLASS64 &&
                     header.e_ident[EI_DATA] == ELFDATA2LSB && header.e_type == ET_DYN && header.e_machine == kMachine;
  if (!right) verdict.fail("the file is not a 64-bit shared object for this machine");
  if (right && !elf_section(subject.path, ".dynsym")) verdict.fail("the file has no dynamic symbols");
}

void exports_one_symbol(const Subject& subject, Verdict& verdict) {
  bool has_entry = false;
  for (const Symbol& symbol : symbols_of(subject.path)) {
    if (!symbol.defined) continue;
    if (symbol.name == "smm_plugin_entry_v1") {
      has_entry = true;
    } else if (!symbol.unique) {  // those have a case of their own
      verdict.fail("it exports " + symbol.name + ": link it with a version script, as smm_add_plugin() does");
    }
  }
  if (!has_entry) verdict.fail("it does not export smm_plugin_entry_v1");
}

void has_no_unique_symbols(const Subject& subject, Verdict& verdict) {
  for (const Symbol& symbol : symbols_of(subject.path)) {
    if (symbol.unique && symbol.defined) {
      verdict.fail(symbol.name +
                   " is unique in the process, shared with any other copy of the plugin: compile with -fno-gnu-unique");
    }
  }
}

void names_all_it_needs(const Subject& subject, Verdict& verdict) {
  std::vector<void*> libraries;
  for (const std::string& name : needed_libraries(subject.path)) {
    void* library = ::dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (library == nullptr) return verdict.fail(name + " is needed and cannot be loaded: " + ::dlerror());
    libraries.push_back(library);
  }
  for (const Symbol& symbol : symbols_of(subject.path)) {
    if (symbol.defined || symbol.weak || symbol.versioned || is_sanitizer_runtime(symbol.name)) continue;
    const bool found = std::any_of(libraries.begin(), libraries.end(),
                                   [&](void* library) { return ::dlsym(library, symbol.name.c_str()) != nullptr; });
    if (!found)
      verdict.fail(symbol.name +
                   " is in no library that it names: link with -z defs, which finds this when it is built");
  }
}

void is_bound_at_load(const Subject& subject, Verdict& verdict) {
  if ((dynamic_flags(subject.path) & DF_1_NOW) == 0)
    verdict.fail("not linked with -z now: a missing symbol would show in the middle of a purchase");
}

void is_never_unloaded(const Subject& subject, Verdict& verdict) {
  if ((dynamic_flags(subject.path) & DF_1_NODELETE) == 0) verdict.fail("not linked with -z nodelete");
}

// A function, or the beginning of the mangled names of several, and why not.
struct Forbidden {
  std::string_view name;
  std::string_view what;
};

constexpr Forbidden kForbidden[] = {
    {"pthread_create", "starts a thread"},
    {"thrd_create", "starts a thread"},
    {"clone", "starts a thread or process"},
    {"fork", "starts a process"},
    {"vfork", "starts a process"},
    {"posix_spawn", "starts a process"},
    {"posix_spawnp", "starts a process"},
    {"system", "starts a process"},
    {"popen", "starts a process"},
    {"execl", "replaces the process"},
    {"execlp", "replaces the process"},
    {"execv", "replaces the process"},
    {"execve", "replaces the process"},
    {"execvp", "replaces the process"},
    {"exit", "ends the process"},
    {"_exit", "ends the process"},
    {"_Exit", "ends the process"},
    {"quick_exit", "ends the process"},
    {"kill", "sends a signal"},
    {"atexit", "leaves a hook in the process"},
    {"pthread_atfork", "leaves a hook in the process"},
    {"open", "opens a file"},
    {"open64", "opens a file"},
    {"openat", "opens a file"},
    {"creat", "opens a file"},
    {"fopen", "opens a file"},
    {"fopen64", "opens a file"},
    {"freopen", "opens a file"},
    {"opendir", "opens a folder"},
    {"mkdir", "changes files"},
    {"unlink", "changes files"},
    {"rename", "changes files"},
    {"remove", "changes files"},
    {"tmpfile", "opens a file"},
    {"mkstemp", "opens a file"},
    {"chdir", "changes the process"},
    {"umask", "changes the process"},
    {"setrlimit", "changes the process"},
    {"prctl", "changes the process"},
    {"socket", "opens a socket"},
    {"socketpair", "opens a socket"},
    {"connect", "opens a connection"},
    {"bind", "opens a socket"},
    {"getaddrinfo", "asks the network"},
    {"gethostbyname", "asks the network"},
    {"setlocale", "changes the locale"},
    {"uselocale", "changes the locale"},
    {"setenv", "changes the environment"},
    {"putenv", "changes the environment"},
    {"unsetenv", "changes the environment"},
    {"clearenv", "changes the environment"},
    {"signal", "changes signals"},
    {"sigaction", "changes signals"},
    {"sigprocmask", "changes signals"},
    {"pthread_sigmask", "changes signals"},
    {"alarm", "changes signals"},
    {"setitimer", "changes signals"},
    {"sleep", "sleeps: a pause is an answer, out->wait()"},
    {"usleep", "sleeps: a pause is an answer, out->wait()"},
    {"nanosleep", "sleeps: a pause is an answer, out->wait()"},
    {"clock_nanosleep", "sleeps: a pause is an answer, out->wait()"},
    {"dlopen", "loads code"},
    {"dlsym", "looks for code"},
    {"syscall", "calls the kernel"},
    {"openlog", "logs: host->log() is for that"},
    {"syslog", "logs: host->log() is for that"},
    {"_ZNSt6thread15_M_start_thread*", "starts a thread (std::thread)"},
    {"_ZNSt6locale6globalERKS_", "changes the locale (std::locale::global)"},
    {"_ZNSt13basic_filebufI*", "opens a file (std::fstream)"},
    {"_ZNSt14basic_ifstreamI*", "opens a file (std::ifstream)"},
    {"_ZNSt14basic_ofstreamI*", "opens a file (std::ofstream)"},
    {"_ZNSt10filesystem*", "touches files (std::filesystem)"},
};

// Not forbidden in themselves: the group purity tells whether they are used in earnest.
constexpr Forbidden kSuspicious[] = {
    {"time", "the time is in the call"},
    {"clock", "the time is in the call"},
    {"clock_gettime", "the time is in the call"},
    {"gettimeofday", "the time is in the call"},
    {"localtime", "the local time zone is not part of the call"},
    {"localtime_r", "the local time zone is not part of the call"},
    {"mktime", "the local time zone is not part of the call"},
    {"rand", "randomness is in the call"},
    {"random", "randomness is in the call"},
    {"getrandom", "randomness is in the call"},
    {"getentropy", "randomness is in the call"},
    {"arc4random", "randomness is in the call"},
    {"getenv", "the environment is not part of the call"},
    {"secure_getenv", "the environment is not part of the call"},
    {"_ZNSt6chrono3_V212system_clock3nowEv", "the time is in the call"},
    {"_ZNSt6chrono3_V212steady_clock3nowEv", "the time is in the call"},
    {"_ZNSt13random_device*", "randomness is in the call"},
    {"_ZSt4cout", "what is printed goes nowhere: host->log() is for that"},
    {"_ZSt4cerr", "what is printed goes nowhere: host->log() is for that"},
    {"printf", "what is printed goes nowhere: host->log() is for that"},
    {"puts", "what is printed goes nowhere: host->log() is for that"},
};

template <size_t N>
const Forbidden* find(const Forbidden (&list)[N], const std::string& name) {
  for (const Forbidden& entry : list) {
    const bool family = entry.name.back() == '*';
    const std::string_view start = entry.name.substr(0, entry.name.size() - 1);
    if (family ? name.rfind(start, 0) == 0 : name == entry.name) return &entry;
  }
  return nullptr;
}

void imports_nothing_forbidden(const Subject& subject, Verdict& verdict) {
  for (const Symbol& symbol : symbols_of(subject.path)) {
    if (symbol.defined) continue;
    if (const Forbidden* entry = find(kForbidden, symbol.name)) {
      verdict.fail("it imports " + symbol.name + ", which " + std::string(entry->what));
    }
  }
}

void imports_nothing_suspicious(const Subject& subject, Verdict& verdict) {
  for (const Symbol& symbol : symbols_of(subject.path)) {
    if (symbol.defined) continue;
    if (const Forbidden* entry = find(kSuspicious, symbol.name)) {
      verdict.warn("it imports " + symbol.name + ": " + std::string(entry->what));
    }
  }
}

constexpr std::string_view kBasics[] = {"libc.so",    "libm.so",     "libstdc++.so", "libgcc_s.so",
                                        "libasan.so", "libubsan.so", "libtsan.so",   "ld-linux"};

void needs_the_basics_only(const Subject& subject, Verdict& verdict) {
  for (const std::string& name : needed_libraries(subject.path)) {
    const bool basic = std::any_of(std::begin(kBasics), std::end(kBasics),
                                   [&](std::string_view start) { return name.rfind(start, 0) == 0; });
    if (!basic) verdict.warn("it needs " + name + ", which must then be wherever the plugin is to run");
  }
}

}  // namespace

std::vector<Case> binary_cases() {
  const std::vector<std::string> elf = {"binary.shared_object"};
  return {
      {"binary", "shared_object", "the file is a shared object for this machine", {}, is_shared_object},
      {"binary", "one_exported_symbol", "smm_plugin_entry_v1 is exported and nothing else", elf, exports_one_symbol},
      {"binary", "no_unique_symbols", "two copies of it can live in one process", elf, has_no_unique_symbols},
      {"binary", "linked_whole", "every import is in a library that it names (-z defs)", elf, names_all_it_needs},
      {"binary", "bound_at_load", "linked with -z now", elf, is_bound_at_load},
      {"binary", "never_unloaded", "linked with -z nodelete", elf, is_never_unloaded},
      {"binary", "no_forbidden_imports", "no threads, files, sockets, signals, environment, locale", elf,
       imports_nothing_forbidden},
      {"binary", "no_suspicious_imports", "no clock, no randomness, no output", elf, imports_nothing_suspicious},
      {"binary", "few_libraries", "it needs the C and C++ libraries only", elf, needs_the_basics_only},
  };
}

}  // namespace smm::conformance
