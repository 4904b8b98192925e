// Resource limits, Landlock and seccomp of a plugin runner.
#include "sdk/runner/confinement.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <initializer_list>

#include "sdk/runner/messages.h"

namespace smm::runner {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // reserves terabytes of address space, and asks the system more than a plugin may
#else
constexpr bool kSanitized = false;
#endif

constexpr uid_t kNobody = 65534;
constexpr rlim_t kMostDescriptors = 32;
// Of the process's whole life; the host replaces a runner long before it. A last resort where the host itself hangs.
constexpr rlim_t kMostCpuSeconds = 900;

bool set_limit(__rlimit_resource what, rlim_t value) {
  const rlimit limit{value, value};
  return ::setrlimit(what, &limit) == 0;
}

// Landlock.

// Only beneath these may anything be read: what the dynamic linker needs of the system.
constexpr const char* kReadable[] = {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"};

std::uint64_t every_access(long abi) {
  std::uint64_t all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // ABI 1
  if (abi >= 2) all |= std::uint64_t{1} << 13;                 // refer
  if (abi >= 3) all |= std::uint64_t{1} << 14;                 // truncate
  if (abi >= 5) all |= std::uint64_t{1} << 15;                 // ioctl on devices
  return all;
}

bool allow_reading(int ruleset, int beneath) {
  landlock_path_beneath_attr rule{};
  rule.parent_fd = beneath;
  rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE;
  return ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

// Why it could not be done; empty where it was.
std::string restrict_reading() {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return "the kernel has none";
  landlock_ruleset_attr rules{};
  rules.handled_access_fs = every_access(abi);
  const int ruleset = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0));
  if (ruleset < 0) return std::strerror(errno);
  for (const char* path : kReadable) {
    const int folder = ::open(path, O_PATH | O_CLOEXEC);
    if (folder < 0) continue;
    allow_reading(ruleset, folder);
    ::close(folder);
  }
  // The plugin itself, where it is a file; a copy in memory is in no folder and needs no rule.
  allow_reading(ruleset, kPluginDescriptor);
  const bool done = ::syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  const std::string why = done ? "" : std::strerror(errno);
  ::close(ruleset);
  return why;
}

// Seccomp.

// A call that is not named kills the process: it is the plugin's breach, and the host says so.
class Filter {
 public:
  Filter() : context_(::seccomp_init(SCMP_ACT_KILL_PROCESS)) {}
  ~Filter() {
    if (context_ != nullptr) ::seccomp_release(context_);
  }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  void allow(std::initializer_list<int> calls) { rule(SCMP_ACT_ALLOW, calls); }
  // What libraries try in passing, such as looking for a time zone's file: it fails and they go on.
  void refuse(std::initializer_list<int> calls) { rule(SCMP_ACT_ERRNO(EPERM), calls); }
  void allow_if(int call, scmp_arg_cmp condition) {
    note(::seccomp_rule_add_array(context_, SCMP_ACT_ALLOW, call, 1, &condition));
  }
  void refuse_if(int call, scmp_arg_cmp condition) {
    note(::seccomp_rule_add_array(context_, SCMP_ACT_ERRNO(EPERM), call, 1, &condition));
  }

  // Why it could not be done; empty where it was.
  std::string load() {
    if (context_ == nullptr) return "out of memory";
    if (problem_ == 0) problem_ = ::seccomp_load(context_);
    return problem_ == 0 ? std::string() : std::strerror(-problem_);
  }

 private:
  void rule(std::uint32_t action, std::initializer_list<int> calls) {
    for (const int call : calls) note(::seccomp_rule_add_array(context_, action, call, 0, nullptr));
  }
  void note(int result) {
    if (result != 0 && problem_ == 0) problem_ = result;
  }

  scmp_filter_ctx context_;
  int problem_ = 0;
};

// Talking to the host, memory, time, the end of the process.
void allow_computing(Filter& filter) {
  filter.allow({SCMP_SYS(read),
                SCMP_SYS(write),
                SCMP_SYS(writev),
                SCMP_SYS(recvfrom),
                SCMP_SYS(sendmsg),
                SCMP_SYS(poll),
                SCMP_SYS(ppoll),
                SCMP_SYS(close),
                SCMP_SYS(munmap),
                SCMP_SYS(mremap),
                SCMP_SYS(madvise),
                SCMP_SYS(brk),
                SCMP_SYS(futex),
                SCMP_SYS(sched_yield),
                SCMP_SYS(clock_gettime),
                SCMP_SYS(clock_getres),
                SCMP_SYS(gettimeofday),
                SCMP_SYS(time),
                SCMP_SYS(getrandom),
                SCMP_SYS(getpid),
                SCMP_SYS(gettid),
                SCMP_SYS(getuid),
                SCMP_SYS(geteuid),
                SCMP_SYS(getgid),
                SCMP_SYS(getegid),
                SCMP_SYS(uname),
                SCMP_SYS(sysinfo),
                SCMP_SYS(sched_getaffinity),
                SCMP_SYS(rt_sigaction),
                SCMP_SYS(rt_sigprocmask),
                SCMP_SYS(rt_sigreturn),
                SCMP_SYS(sigaltstack),
                SCMP_SYS(restart_syscall),
                SCMP_SYS(exit),
                SCMP_SYS(exit_group),
                SCMP_SYS(set_robust_list),
                SCMP_SYS(rseq)});
  // abort()
  filter.allow_if(SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid())));
  if (kSanitized) filter.allow({SCMP_SYS(pipe), SCMP_SYS(pipe2)});  // UBSan asks the kernel whether memory is readable
}

constexpr scmp_datum_t kWrites = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;

std::string filter_for_loading() {
  Filter filter;
  allow_computing(filter);
  filter.allow({SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(fstat),
                SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(access), SCMP_SYS(readlink), SCMP_SYS(getcwd),
                SCMP_SYS(statfs), SCMP_SYS(seccomp), SCMP_SYS(set_tid_address)});
  // No others: with F_SETOWN and F_SETSIG the kernel would send any signal to any process of the same user, the host's.
  for (const int command : {F_GETFD, F_SETFD, F_GETFL})
    filter.allow_if(SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(command)));
  filter.allow_if(SCMP_SYS(openat), SCMP_A2(SCMP_CMP_MASKED_EQ, kWrites, 0));
  filter.allow_if(SCMP_SYS(open), SCMP_A1(SCMP_CMP_MASKED_EQ, kWrites, 0));
  filter.allow_if(SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, PR_SET_NO_NEW_PRIVS));
  filter.allow_if(SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, PR_SET_DUMPABLE));
  filter.refuse_if(SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, PR_SET_VMA));
  filter.refuse({SCMP_SYS(prlimit64), SCMP_SYS(ioctl), SCMP_SYS(getdents64)});
  return filter.load();
}

std::string filter_for_calls() {
  Filter filter;
  allow_computing(filter);
  filter.allow_if(SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  filter.allow_if(SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  filter.refuse({SCMP_SYS(open),       SCMP_SYS(openat),          SCMP_SYS(stat),
                 SCMP_SYS(fstat),      SCMP_SYS(lstat),           SCMP_SYS(newfstatat),
                 SCMP_SYS(statx),      SCMP_SYS(access),          SCMP_SYS(faccessat),
                 SCMP_SYS(faccessat2), SCMP_SYS(readlink),        SCMP_SYS(readlinkat),
                 SCMP_SYS(getcwd),     SCMP_SYS(lseek),           SCMP_SYS(pread64),
                 SCMP_SYS(fcntl),      SCMP_SYS(ioctl),           SCMP_SYS(prlimit64),
                 SCMP_SYS(getrlimit),  SCMP_SYS(getdents64),      SCMP_SYS(prctl),
                 SCMP_SYS(nanosleep),  SCMP_SYS(clock_nanosleep), SCMP_SYS(membarrier)});
  return filter.load();
}

// By a signal; at once where the host was gone before the signal was asked for.
void end_with(pid_t host) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != host) ::_exit(0);
}

// Where the whole machine is short of memory, it takes this process and not the host.
void end_first_without_memory() {
  const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  static_cast<void>(!::write(file, "1000", 4));
  ::close(file);
}

}  // namespace

void Confinement::drop_root() {
  if (::geteuid() != 0) return;
  is_nobody_ = ::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
               ::setresuid(kNobody, kNobody, kNobody) == 0;
  // A change of user clears it. Until the plugin is loaded: /proc/self belongs to root otherwise.
  ::prctl(PR_SET_DUMPABLE, 1);
}

void Confinement::limit_resources(std::uint64_t memory_bytes) {
  memory_limited_ = !kSanitized && set_limit(RLIMIT_AS, memory_bytes);
  limited_ = set_limit(RLIMIT_CORE, 0);
  limited_ = set_limit(RLIMIT_FSIZE, 0) && limited_;
  limited_ = set_limit(RLIMIT_NOFILE, kMostDescriptors) && limited_;
  limited_ = set_limit(RLIMIT_NPROC, 0) && limited_;
  limited_ = set_limit(RLIMIT_CPU, kMostCpuSeconds) && limited_;
}

void Confinement::before_loading(pid_t host, std::uint64_t memory_bytes) {
  end_first_without_memory();
  drop_root();
  end_with(host);  // after the change of user, which takes it back
  limit_resources(memory_bytes);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  files_ = restrict_reading();
  calls_ = filter_for_loading();
}

void Confinement::after_loading() {
  ::prctl(PR_SET_DUMPABLE, 0);
  if (calls_.empty()) calls_ = filter_for_calls();
}

std::string Confinement::posture() const {
  const auto part = [](const char* name, const std::string& why) {
    return std::string(name) + (why.empty() ? "" : " NOT (" + why + ")");
  };
  std::string text = part("system calls filtered", calls_) + ", " + part("files closed", files_) + ", " +
                     part("resources limited", limited_ ? "" : "refused by the system") + ", " +
                     part("memory limited", memory_limited_ ? ""
                                            : kSanitized    ? "sanitizer build"
                                                            : "refused");
  if (is_nobody_) text += ", as nobody";
  return text;
}

}  // namespace smm::runner
