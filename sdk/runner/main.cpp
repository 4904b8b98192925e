// smm-plugin-runner: runs one instance of one plugin in a process of its own, for the host that started it.
// It has no file, no network, no environment and no secret; see messages.h for what it says to the host.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "sdk/runner/channel.h"
#include "sdk/runner/confinement.h"
#include "sdk/runner/messages.h"

#if defined(__SANITIZE_ADDRESS__)
// A crash is to end the process by its signal, as it does without the sanitizer. There is no environment to say so in.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
  return "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:abort_on_error=1:symbolize=0:"
         "detect_leaks=0:detect_odr_violation=0:allocator_may_return_null=1";
}
#elif defined(__SANITIZE_THREAD__)
extern "C" __attribute__((visibility("default"))) const char* __tsan_default_options() {
  return "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:symbolize=0";
}
#endif

namespace smm::runner {
namespace {

constexpr const char* kEntry = "smm_plugin_entry_v1";
constexpr std::size_t kMostComplaints = 50;
constexpr std::size_t kMostTextBytes = 1000;
constexpr int kMostLogLines = 20;  // of one call
constexpr std::chrono::microseconds kSpin{60};
constexpr int kExitUsage = 2;
constexpr int kExitProtocol = 3;

std::string_view short_text(const smm_str& text) {
  return text_of(text).substr(0, kMostTextBytes);
}

std::uint64_t cpu_us() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(time.tv_nsec) / 1000;
}

[[noreturn]] void leave(int code) {
  ::_exit(code);  // nothing of the plugin runs at the end
}

class Runner {
 public:
  Runner(pid_t host, std::uint64_t memory_bytes) : host_pid_(host), memory_bytes_(memory_bytes) {}

  [[noreturn]] void run() {
    load();
    for (;;) {
      Frame frame;
      const Transfer end = channel_.receive(frame, kMostCallBytes, {.spin = kSpin});
      if (end == Transfer::kClosed) leave(0);
      if (end != Transfer::kDone) leave(kExitProtocol);
      log_lines_ = 0;
      arena_.clear();
      if (frame.kind == FrameKind::kOpen && instance_ == nullptr) {
        open(frame.bytes);
      } else if (frame.kind == FrameKind::kCall) {
        call(frame.bytes);
      } else {
        leave(kExitProtocol);
      }
    }
  }

 private:
  void reply(FrameKind kind) {
    if (channel_.send(kind, out_.bytes(), {}) != Transfer::kDone) leave(0);
  }

  [[noreturn]] void refuse(std::string_view why) {
    out_.clear();
    out_.text(why.substr(0, kMostTextBytes));
    reply(FrameKind::kRefused);
    leave(0);
  }

  void load() {
    confinement_.before_loading(host_pid_, memory_bytes_);
    const std::string path = "/proc/self/fd/" + std::to_string(kPluginDescriptor);
    void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      const char* why = ::dlerror();
      refuse(std::string("it cannot be loaded: ") + (why == nullptr ? "for no stated reason" : why));
    }
    void* entry = ::dlsym(library, kEntry);
    if (entry == nullptr) refuse(std::string("it does not export ") + kEntry);
    plugin_ = reinterpret_cast<const smm_plugin* (*)()>(entry)();
    ::close(kPluginDescriptor);
    confinement_.after_loading();
    if (plugin_ == nullptr) refuse("its entry point returned nothing");

    Loaded loaded;
    loaded.struct_size = stated_size(plugin_);
    loaded.posture = confinement_.posture();
    if (const auto plugin = read_struct<smm_plugin>(plugin_)) {
      loaded.abi_major = plugin->abi_major;
      loaded.abi_minor = plugin->abi_minor;
      const bool whole = plugin->open != nullptr && plugin->close != nullptr && plugin->get_interface != nullptr;
      loaded.has_all_functions = whole ? 1 : 0;
      loaded.id = short_text(plugin->id);
      loaded.version = short_text(plugin->version);
    }
    out_.clear();
    encode(out_, loaded);
    reply(FrameKind::kLoaded);
  }

  void open(std::string_view bytes) {
    OpenMessage message;
    if (!decode_open(bytes, arena_, message)) leave(kExitProtocol);
    // The plugin may keep what it is lent for as long as it lives: smm_host and its version.
    host_version_ = text_of(message.host_version);
    host_.struct_size = sizeof host_;
    host_.abi_minor = SMM_ABI_MINOR;
    host_.context = this;
    host_.version = lend(host_version_);
    host_.log = [](const smm_host* host, std::uint32_t level, smm_str text) noexcept {
      static_cast<Runner*>(host->context)->log(level, text);
    };
    smm_errors errors{};
    errors.struct_size = sizeof errors;
    errors.context = &opened_;
    errors.add = [](const smm_errors* to, smm_str key, smm_str text) noexcept {
      auto& opened = *static_cast<Opened*>(to->context);
      if (opened.complaints.size() < kMostComplaints) opened.complaints.emplace_back(short_text(key), short_text(text));
    };
    smm_instance* made = nullptr;
    opened_.code = plugin_->open(&host_, &message.config, &errors, &made);
    opened_.has_instance = made != nullptr;
    if (opened_.code == SMM_OK && made != nullptr) {
      instance_ = made;
      look_at_interfaces();
    }
    out_.clear();
    encode(out_, opened_);
    reply(FrameKind::kOpened);
  }

  void look_at_interfaces() {
    for (std::size_t i = 0; i < std::size(kInterfaces); ++i) {
      const smm_interface* offered = plugin_->get_interface(instance_, lend(kInterfaces[i]));
      if (offered == nullptr) continue;
      const auto read = read_struct<smm_interface>(offered);
      const bool complete = read && read->next != nullptr;
      if (complete) interfaces_[i] = offered;
      opened_.interfaces.push_back({std::string(kInterfaces[i]), complete, complete ? read->capabilities : 0});
    }
  }

  void call(std::string_view bytes) {
    CallMessage message;
    if (!decode_call(bytes, arena_, message)) leave(kExitProtocol);
    const smm_interface* interface = interfaces_[message.interface];
    if (instance_ == nullptr || interface == nullptr) leave(kExitProtocol);
    answer_.clear();
    AnswerWriter writer(answer_, message.interface, message.call.operation);
    const smm_out out = writer.out();
    const std::uint64_t before = cpu_us();
    interface->next(instance_, &message.call, &out);
    writer.finish(cpu_us() - before);
    if (channel_.send(FrameKind::kAnswer, answer_.bytes(), {}) != Transfer::kDone) leave(0);
  }

  void log(std::uint32_t level, const smm_str& text) {
    if (++log_lines_ > kMostLogLines) return;
    out_.clear();
    encode(out_, LogLine{level, short_text(text)});
    reply(FrameKind::kLog);
  }

  const pid_t host_pid_;
  const std::uint64_t memory_bytes_;
  Channel channel_{kSocketDescriptor};
  Confinement confinement_;
  Writer out_{kMostAnswerBytes};
  Writer answer_{kMostAnswerBytes};
  Arena arena_;
  const smm_plugin* plugin_ = nullptr;
  smm_instance* instance_ = nullptr;
  const smm_interface* interfaces_[std::size(kInterfaces)] = {};
  std::string host_version_;
  smm_host host_{};
  Opened opened_;
  int log_lines_ = 0;
};

// A signal to the host's group or service is the host's to answer: it may still have an answer to be read.
void leave_signals_to_the_host() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(signal, SIG_IGN);
}

int start(int argc, char** argv) {
  if (argc != 4 || std::strtoul(argv[1], nullptr, 10) != kProtocolVersion || ::fcntl(kSocketDescriptor, F_GETFD) < 0 ||
      ::fcntl(kPluginDescriptor, F_GETFD) < 0) {
    constexpr std::string_view kText = "smm-plugin-runner is started by smmhost, not by hand\n";
    static_cast<void>(!::write(STDERR_FILENO, kText.data(), kText.size()));
    return kExitUsage;
  }
  leave_signals_to_the_host();
  ::close_range(kPluginDescriptor + 1, ~0U, 0);
  if (::chdir("/") != 0) return kExitUsage;
  const auto host = static_cast<pid_t>(std::strtol(argv[2], nullptr, 10));
  static Runner runner(host, std::strtoull(argv[3], nullptr, 10));
  runner.run();
}

}  // namespace
}  // namespace smm::runner

int main(int argc, char** argv) {
  return smm::runner::start(argc, argv);
}
