// A plugin that misbehaves as the order's link tells it: "crash" before its request, "after:crash" when it reads the
// answer. What it does not know, it buys properly.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "smm/plugin.h"

extern char** environ;

#ifndef PLUGIN_ID
#define PLUGIN_ID "unruly"
#endif
__attribute__((section(".smm_manifest"), used)) static const char kManifest[] =
    "{\"id\": \"" PLUGIN_ID
    "\", \"name\": \"Unruly\", \"version\": \"1.0.0\", \"abi\": {\"major\": 1, \"minor\": 0}, "
    "\"provides\": [\"smm.provider/1\"], \"operations\": {\"place\": \"write_once\", \"status\": \"read\", "
    "\"balance\": \"read\"}, \"config\": [{\"key\": \"url\", \"type\": \"url\", "
    "\"default\": \"https://panel.example/api\", \"help\": \"Where the panel answers.\"}], \"license\": \"MIT\"}";

struct smm_instance {
  const smm_host* host;
  std::string url;
  smm_interface provider;
};

namespace {

volatile std::uintptr_t nobodys_address = 64;
int calls = 0;  // since the library was loaded

smm_str str(std::string_view text) {
  return {text.data(), text.size()};
}
std::string_view view(const smm_str& text) {
  return {text.data == nullptr ? "" : text.data, text.size};
}

// What the process looked like while the library was loaded.
std::string seen_while_loading() {
  std::string text = environ == nullptr || *environ == nullptr ? "no environment" : "an environment";
  int open_files = 0;
  for (int fd = 3; fd < 64; ++fd) open_files += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
  text += ", files open: " + std::to_string(open_files);
  text += ::open("/etc/passwd", O_RDONLY) < 0 ? ", passwd closed" : ", passwd open";
  return text;
}

// Not through a null pointer, which a sanitizer would see first.
[[maybe_unused]] void crash() {
  std::memset(reinterpret_cast<void*>(nobodys_address), 1, 1);
}

[[maybe_unused]] void spin() {
  for (std::atomic<unsigned> i{0};; ++i) continue;
}

#if defined(CRASH_WHILE_LOADING)
const bool crashed = [] {
  crash();
  return true;
}();
#endif
#if defined(SIGNAL_WHILE_LOADING)
// Where it were let, the kernel would kill the owner of the socket when something comes in.
const bool armed = ::fcntl(3, F_SETOWN, static_cast<int>(::getpid())) == 0 && ::fcntl(3, F_SETSIG, 9) == 0;
#endif
#if defined(SPIN_WHILE_LOADING)
const bool spun = [] {
  spin();
  return true;
}();
#endif

void fail(const smm_out* out, smm_code code, std::string_view message) {
  smm_failure failure{};
  failure.struct_size = sizeof failure;
  failure.code = code;
  failure.message = str(message);
  out->fail(out, &failure);
}

void buy(const smm_instance* self, const smm_out* out) {
  smm_http_request request{};
  request.struct_size = sizeof request;
  request.effect = SMM_WRITE_ONCE;
  request.method = str("POST");
  request.url = str(self->url);
  request.body = str("action=add");
  out->http(out, &request);
}

void take_memory(const smm_out* out) {
  try {
    std::vector<std::vector<char>> blocks;
    for (;;) blocks.emplace_back(std::size_t{8} << 20, 'x');
  } catch (const std::bad_alloc&) {
    fail(out, SMM_OUT_OF_MEMORY, "no more memory");
  }
}

// As a plugin without the SDK would: the exception leaves through C.
void keep_taking_memory() {
  std::vector<std::vector<char>> blocks;
  for (;;) blocks.emplace_back(std::size_t{8} << 20, 'x');
}

// True where the behaviour has answered.
bool misbehave(const smm_instance* self, std::string_view how, const smm_out* out) {
  if (how == "crash") crash();
  if (how == "crash_later" && calls > 1) crash();  // not in a new process
  if (how == "abort") std::abort();
  if (how == "exit") ::_exit(0);
  if (how == "throw") throw std::runtime_error("thrown through C");
  if (how == "thread") std::thread([] {}).join();
  if (how == "fork" && ::fork() == 0) ::_exit(0);
  if (how == "socket") static_cast<void>(::socket(AF_INET, SOCK_STREAM, 0));
  if (how == "exec") ::execl("/bin/true", "true", nullptr);
  if (how == "garbage") static_cast<void>(!::write(3, "\xff\xff\xff\x7fgarbage", 11));
  if (how == "spin") spin();
  if (how == "wait") static_cast<void>(::poll(nullptr, 0, 60'000));
  if (how == "memory") return take_memory(out), true;
  if (how == "memory_uncaught") keep_taking_memory();
  if (how == "open") return fail(out, SMM_REJECTED, ::open("/etc/hostname", O_RDONLY) < 0 ? "closed" : "open"), true;
  if (how == "log")
    for (int i = 0; i < 1000; ++i) self->host->log(self->host, SMM_LOG_INFO, str("a line"));
  if (how == "count") return fail(out, SMM_REJECTED, std::to_string(calls)), true;
  if (how == "never") return true;
  if (how == "twice") buy(self, out);
  return false;
}

void accept(const smm_out* out) {
  smm_place_result result{};
  result.struct_size = sizeof result;
  result.order_id = str("4711");
  out->done(out, &result);
}

void place(smm_instance* self, const smm_call* call, const smm_out* out) {
  std::string_view how = view(static_cast<const smm_place_input*>(call->input)->link);
  const bool after = how.starts_with("after:");
  if (after) how.remove_prefix(6);
  if (after == (call->history_count > 0) && misbehave(self, how, out)) return;
  if (call->history_count == 0) return buy(self, out);
  accept(out);
}

void status(const smm_call* call, const smm_out* out) {
  const auto* input = static_cast<const smm_ids_input*>(call->input);
  std::vector<smm_status_row> rows(input->id_count);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].struct_size = sizeof(smm_status_row);
    rows[i].order_id = input->ids[i];
    rows[i].state = SMM_STATE_COMPLETED;
    rows[i].has = SMM_HAS_REMAINS;
    rows[i].remains = static_cast<std::int64_t>(i);
  }
  smm_status_result result{};
  result.struct_size = sizeof result;
  result.rows = rows.data();
  result.row_count = rows.size();
  out->done(out, &result);
}

void next(smm_instance* self, const smm_call* call, const smm_out* out) noexcept {
  ++calls;
  if (call->operation == SMM_PROVIDER_PLACE) return place(self, call, out);
  if (call->operation == SMM_PROVIDER_STATUS) return status(call, out);
  fail(out, SMM_INTERNAL, "the plugin's own fault");
}

smm_code open(const smm_host* host, const smm_config* config, const smm_errors* errors,
              smm_instance** instance) noexcept {
  static const std::string kSeen = seen_while_loading();
  host->log(host, SMM_LOG_INFO, str(kSeen));
  std::string url = "https://panel.example/api";
  for (std::uint64_t i = 0; i < config->value_count; ++i)
    if (view(config->values[i].key) == "url") url = view(config->values[i].value);
  if (url.find("refuse") != std::string::npos) {
    errors->add(errors, str("url"), str("does not look like a panel"));
    return SMM_CONFIG;
  }
#if defined(CRASH_IN_OPEN)
  crash();
#endif
  if (url.find("crash_open") != std::string::npos) std::abort();
  auto* self = new smm_instance{host, url, {}};
  self->provider.struct_size = sizeof(smm_interface);
  self->provider.capabilities =
      SMM_CAPABILITY(SMM_PROVIDER_PLACE) | SMM_CAPABILITY(SMM_PROVIDER_STATUS) | SMM_CAPABILITY(SMM_PROVIDER_BALANCE);
  self->provider.next = next;
  *instance = self;
  return SMM_OK;
}

void close(smm_instance* instance) noexcept {
  delete instance;
}

const smm_interface* get_interface(smm_instance* instance, smm_str id) noexcept {
  return view(id) == SMM_PROVIDER_ID ? &instance->provider : nullptr;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const smm_plugin* smm_plugin_entry_v1() noexcept {
  static const smm_plugin kPlugin{
      sizeof(smm_plugin), SMM_ABI_MAJOR, SMM_ABI_MINOR, 0, str(PLUGIN_ID), str("1.0.0"), open, close, get_interface};
  return &kPlugin;
}
