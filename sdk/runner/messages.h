// What the host and a plugin runner say to each other. The protocol, version 1:
//
// - the host starts the runner: smm-plugin-runner VERSION HOST_PID MEMORY_BYTES, the socket as descriptor 3, the plugin
//   as 4;
// - runner -> kLoaded or kRefused: the plugin is loaded and the runner confined, or why not;
// - host -> kOpen, runner -> kOpened: open() of the one instance that the process has;
// - host -> kCall, runner -> kAnswer: next(), any number of times, one at a time;
// - runner -> kLog: any time before kOpened and kAnswer.
//
// A frame is a FrameHead and `size` bytes. Whatever comes out of order, does not decode whole or is too long ends the
// runner: it is the host that judges, and it believes nothing that the runner says about sizes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/runner/wire.h"

namespace smm::runner {

inline constexpr std::uint32_t kProtocolVersion = 1;
inline constexpr int kSocketDescriptor = 3;
inline constexpr int kPluginDescriptor = 4;

inline constexpr std::size_t kMostCallBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMostAnswerBytes = std::size_t{32} << 20;

enum class FrameKind : std::uint32_t { kLoaded = 1, kRefused, kOpen, kOpened, kCall, kAnswer, kLog };

struct FrameHead {
  std::uint32_t size = 0;  // of what follows
  FrameKind kind{};
};
static_assert(sizeof(FrameHead) == 8);

// What the library says of itself, and how the runner is confined.
struct Loaded {
  std::uint32_t protocol = kProtocolVersion;
  std::uint32_t struct_size = 0;  // of its smm_plugin
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::uint32_t has_all_functions = 0;
  std::string id;
  std::string version;
  std::string posture;  // one line for the operator: what confines the process, and what does not
};
void encode(Writer& to, const Loaded& message);
std::optional<Loaded> decode_loaded(std::string_view bytes);

// Borrows from the frame's bytes and the arena.
struct OpenMessage {
  smm_str host_version{};
  smm_config config{};
};
void encode_open(Writer& to, std::string_view host_version, const smm_config& config);
bool decode_open(std::string_view bytes, Arena& arena, OpenMessage& into);

struct OfferedInterface {
  std::string id;
  bool complete = false;  // its struct is whole and has a function
  std::uint64_t capabilities = 0;
};
struct Opened {
  smm_code code = SMM_INTERNAL;
  bool has_instance = false;
  std::vector<std::pair<std::string, std::string>> complaints;  // key, message
  std::vector<OfferedInterface> interfaces;                     // those of this protocol that the instance has
};
void encode(Writer& to, const Opened& message);
std::optional<Opened> decode_opened(std::string_view bytes);

// The interfaces that a runner can carry.
inline constexpr std::string_view kInterfaces[] = {SMM_PROVIDER_ID, SMM_PROFILE_CHECKER_ID};

struct CallMessage {
  std::uint32_t interface = 0;  // index into kInterfaces
  smm_call call{};              // borrows
};
// False where the interface or the operation is not known, or the call is too long.
bool encode_call(Writer& to, std::string_view interface_id, const smm_call& call);
bool decode_call(std::string_view bytes, Arena& arena, CallMessage& into);

enum class AnswerKind : std::uint32_t { kNone, kHttp, kWait, kDone, kFail, kTooLong };

// In the runner: writes down the first answer of a plugin while it is lent, and counts all.
class AnswerWriter {
 public:
  AnswerWriter(Writer& to, std::uint32_t interface, std::uint32_t operation);
  smm_out out();
  // After next() has returned.
  void finish(std::uint64_t cpu_us);

 private:
  template <class Put>
  static void note(const smm_out* out, AnswerKind kind, Put put) noexcept;

  Writer& to_;
  std::uint32_t interface_;
  std::uint32_t operation_;
  std::uint32_t times_ = 0;
};

// In the host: an answer as the plugin would have given it in this process. Borrows from the frame's bytes and the
// arena.
struct Answer {
  std::uint32_t times = 0;
  AnswerKind kind = AnswerKind::kNone;
  std::uint64_t cpu_us = 0;
  const smm_http_request* request = nullptr;
  std::uint64_t wait_ms = 0;
  const void* result = nullptr;
  const smm_failure* failure = nullptr;

  // Gives it to `out`, as often as the plugin did (twice is as good as more).
  void deliver(const smm_out& out) const;
};
// `interface_id` and `operation` are those of the call.
bool decode_answer(std::string_view bytes, std::string_view interface_id, std::uint32_t operation, Arena& arena,
                   Answer& into);

struct LogLine {
  std::uint32_t level = 0;
  std::string_view message;
};
void encode(Writer& to, const LogLine& line);
bool decode_log(std::string_view bytes, LogLine& into);

}  // namespace smm::runner
