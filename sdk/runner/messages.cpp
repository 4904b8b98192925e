// The encoding of each message of the runner's protocol.
#include "sdk/runner/messages.h"

#include <algorithm>

#include "sdk/runner/struct_fields.h"

namespace smm::runner {
namespace {

constexpr std::size_t kMostListed = 64;

std::optional<std::uint32_t> index_of(std::string_view interface_id) {
  for (std::uint32_t i = 0; i < std::size(kInterfaces); ++i)
    if (kInterfaces[i] == interface_id) return i;
  return std::nullopt;
}

template <class T>
struct Of {
  using Type = T;
};
struct Nothing {};

// Calls `with` with the types of an operation's input and result; false where there is no such operation.
template <class With>
bool with_types(std::uint32_t interface, std::uint32_t operation, With with) {
  if (interface == 0) switch (operation) {
      case SMM_PROVIDER_PLACE:
        return with(Of<smm_place_input>{}, Of<smm_place_result>{});
      case SMM_PROVIDER_STATUS:
      case SMM_PROVIDER_REFILL_STATUS:
        return with(Of<smm_ids_input>{}, Of<smm_status_result>{});
      case SMM_PROVIDER_CANCEL:
      case SMM_PROVIDER_REFILL:
        return with(Of<smm_ids_input>{}, Of<smm_action_result>{});
      case SMM_PROVIDER_BALANCE:
        return with(Of<Nothing>{}, Of<smm_balance_result>{});
      case SMM_PROVIDER_SERVICES:
        return with(Of<Nothing>{}, Of<smm_services_result>{});
      case SMM_PROVIDER_RECONCILE:
        return with(Of<smm_reconcile_input>{}, Of<smm_reconcile_result>{});
      default:
        return false;
    }
  if (interface == 1) switch (operation) {
      case SMM_CHECKER_CHECK:
        return with(Of<smm_check_input>{}, Of<smm_check_result>{});
      case SMM_CHECKER_MEDIA:
        return with(Of<smm_media_input>{}, Of<smm_media_result>{});
      default:
        return false;
    }
  return false;
}

// A struct that the plugin gave: the size it states, and its fields where that is not too small.
template <class T>
void put_struct(Writer& to, const void* source) {
  std::optional<T> given = read_struct<T>(source);
  to.number(static_cast<std::uint32_t>(source != nullptr));
  to.number(std::min<std::uint32_t>(stated_size(source), sizeof(T)));
  if (given) fields(to, *given);
}

template <class T>
const T* get_struct(Reader& from, Arena& arena) {
  const bool is_there = from.number<std::uint32_t>() != 0;
  const auto size = from.number<std::uint32_t>();
  if (!is_there || !from.ok()) return nullptr;
  T* made = arena.array<T>(1);
  made->struct_size = std::min<std::uint32_t>(size, sizeof(T));
  if (size >= kLeastSize<T>) fields(from, *made);
  return made;
}

AnswerWriter& writer_of(const smm_out* out) {
  return *static_cast<AnswerWriter*>(out->context);
}

}  // namespace

void encode(Writer& to, const Loaded& message) {
  to.number(message.protocol);
  to.number(message.struct_size);
  to.number(message.abi_major);
  to.number(message.abi_minor);
  to.number(message.has_all_functions);
  to.text(message.id);
  to.text(message.version);
  to.text(message.posture);
}

std::optional<Loaded> decode_loaded(std::string_view bytes) {
  Arena arena;
  Reader from(bytes, arena);
  Loaded message;
  message.protocol = from.number<std::uint32_t>();
  if (message.protocol != kProtocolVersion) return message;  // the rest may be of another shape
  message.struct_size = from.number<std::uint32_t>();
  message.abi_major = from.number<std::uint32_t>();
  message.abi_minor = from.number<std::uint32_t>();
  message.has_all_functions = from.number<std::uint32_t>();
  message.id = from.text();
  message.version = from.text();
  message.posture = from.text();
  return from.finished() ? std::optional(std::move(message)) : std::nullopt;
}

void encode_open(Writer& to, std::string_view host_version, const smm_config& config) {
  to.text(host_version);
  to(config.name);
  to(config.values, config.value_count);
}

bool decode_open(std::string_view bytes, Arena& arena, OpenMessage& into) {
  Reader from(bytes, arena);
  from(into.host_version);
  into.config.struct_size = sizeof into.config;
  from(into.config.name);
  from(into.config.values, into.config.value_count);
  return from.finished();
}

void encode(Writer& to, const Opened& message) {
  to.number(message.code);
  to.number(static_cast<std::uint32_t>(message.has_instance));
  to.number(static_cast<std::uint32_t>(message.complaints.size()));
  for (const auto& [key, text] : message.complaints) {
    to.text(key);
    to.text(text);
  }
  to.number(static_cast<std::uint32_t>(message.interfaces.size()));
  for (const OfferedInterface& offered : message.interfaces) {
    to.text(offered.id);
    to.number(static_cast<std::uint32_t>(offered.complete));
    to.number(offered.capabilities);
  }
}

std::optional<Opened> decode_opened(std::string_view bytes) {
  Arena arena;
  Reader from(bytes, arena);
  Opened message;
  message.code = from.number<std::uint32_t>();
  message.has_instance = from.number<std::uint32_t>() != 0;
  const auto complaints = from.number<std::uint32_t>();
  if (complaints > kMostListed) return std::nullopt;
  for (std::uint32_t i = 0; i < complaints; ++i) {
    std::string key(from.text());
    message.complaints.emplace_back(std::move(key), from.text());
  }
  const auto interfaces = from.number<std::uint32_t>();
  if (interfaces > kMostListed) return std::nullopt;
  for (std::uint32_t i = 0; i < interfaces; ++i) {
    OfferedInterface offered;
    offered.id = from.text();
    offered.complete = from.number<std::uint32_t>() != 0;
    offered.capabilities = from.number<std::uint64_t>();
    message.interfaces.push_back(std::move(offered));
  }
  return from.finished() ? std::optional(std::move(message)) : std::nullopt;
}

bool encode_call(Writer& to, std::string_view interface_id, const smm_call& call) {
  const auto interface = index_of(interface_id);
  if (!interface) return false;
  to.number(*interface);
  to.number(call.operation);
  to.number(call.now);
  to.number(call.entropy);
  to.number(call.attempt);
  to.number(call.deadline_left_ms);
  to.number(call.cpu_budget_us);
  to(call.history, call.history_count);
  const bool known = with_types(*interface, call.operation, [&](auto input, auto) {
    using Input = typename decltype(input)::Type;
    if constexpr (!std::is_same_v<Input, Nothing>) put_struct<Input>(to, call.input);
    return true;
  });
  return known && !to.overflowed();
}

bool decode_call(std::string_view bytes, Arena& arena, CallMessage& into) {
  Reader from(bytes, arena);
  smm_call& call = into.call;
  call.struct_size = sizeof call;
  into.interface = from.number<std::uint32_t>();
  call.operation = from.number<std::uint32_t>();
  call.now = from.number<std::int64_t>();
  call.entropy = from.number<std::uint64_t>();
  call.attempt = from.number<std::uint32_t>();
  call.deadline_left_ms = from.number<std::uint32_t>();
  call.cpu_budget_us = from.number<std::uint32_t>();
  from(call.history, call.history_count);
  const bool known = with_types(into.interface, call.operation, [&](auto input, auto) {
    using Input = typename decltype(input)::Type;
    if constexpr (!std::is_same_v<Input, Nothing>) call.input = get_struct<Input>(from, arena);
    return true;
  });
  return known && from.finished();
}

AnswerWriter::AnswerWriter(Writer& to, std::uint32_t interface, std::uint32_t operation)
    : to_(to), interface_(interface), operation_(operation) {
  to_.number(std::uint32_t{0});  // times
  to_.number(static_cast<std::uint32_t>(AnswerKind::kNone));
}

template <class Put>
void AnswerWriter::note(const smm_out* out, AnswerKind kind, Put put) noexcept {
  AnswerWriter& self = writer_of(out);
  if (++self.times_ > 1) return;
  self.to_.number_at(sizeof(std::uint32_t), static_cast<std::uint32_t>(kind));
  put(self);
}

smm_out AnswerWriter::out() {
  smm_out out{};
  out.struct_size = sizeof out;
  out.context = this;
  out.http = [](const smm_out* o, const smm_http_request* request) noexcept {
    note(o, AnswerKind::kHttp, [&](AnswerWriter& self) { put_struct<smm_http_request>(self.to_, request); });
  };
  out.wait = [](const smm_out* o, std::uint64_t milliseconds) noexcept {
    note(o, AnswerKind::kWait, [&](AnswerWriter& self) { self.to_.number(milliseconds); });
  };
  out.done = [](const smm_out* o, const void* result) noexcept {
    note(o, AnswerKind::kDone, [&](AnswerWriter& self) {
      with_types(self.interface_, self.operation_, [&](auto, auto type) {
        put_struct<typename decltype(type)::Type>(self.to_, result);
        return true;
      });
    });
  };
  out.fail = [](const smm_out* o, const smm_failure* failure) noexcept {
    note(o, AnswerKind::kFail, [&](AnswerWriter& self) { put_struct<smm_failure>(self.to_, failure); });
  };
  return out;
}

void AnswerWriter::finish(std::uint64_t cpu_us) {
  to_.number(cpu_us);
  if (to_.overflowed()) {
    to_.clear();
    to_.number(times_);
    to_.number(static_cast<std::uint32_t>(AnswerKind::kTooLong));
    to_.number(cpu_us);
  }
  to_.number_at(0, times_);
}

bool decode_answer(std::string_view bytes, std::string_view interface_id, std::uint32_t operation, Arena& arena,
                   Answer& into) {
  const auto interface = index_of(interface_id);
  if (!interface) return false;
  Reader from(bytes, arena);
  into.times = from.number<std::uint32_t>();
  into.kind = static_cast<AnswerKind>(from.number<std::uint32_t>());
  bool known = true;
  switch (into.kind) {
    case AnswerKind::kNone:
    case AnswerKind::kTooLong:
      break;
    case AnswerKind::kHttp:
      into.request = get_struct<smm_http_request>(from, arena);
      break;
    case AnswerKind::kWait:
      into.wait_ms = from.number<std::uint64_t>();
      break;
    case AnswerKind::kDone:
      known = with_types(*interface, operation, [&](auto, auto type) {
        into.result = get_struct<typename decltype(type)::Type>(from, arena);
        return true;
      });
      break;
    case AnswerKind::kFail:
      into.failure = get_struct<smm_failure>(from, arena);
      break;
    default:
      known = false;
  }
  into.cpu_us = from.number<std::uint64_t>();
  const bool fits = (into.times == 0) == (into.kind == AnswerKind::kNone);
  return known && fits && from.finished();
}

void Answer::deliver(const smm_out& out) const {
  for (std::uint32_t i = 0; i < std::min(times, 2U); ++i) {
    if (kind == AnswerKind::kHttp) out.http(&out, request);
    if (kind == AnswerKind::kWait) out.wait(&out, wait_ms);
    if (kind == AnswerKind::kDone) out.done(&out, result);
    if (kind == AnswerKind::kFail) out.fail(&out, failure);
  }
}

void encode(Writer& to, const LogLine& line) {
  to.number(line.level);
  to.text(line.message);
}

bool decode_log(std::string_view bytes, LogLine& into) {
  Arena arena;
  Reader from(bytes, arena);
  into.level = from.number<std::uint32_t>();
  into.message = from.text();
  return from.finished();
}

}  // namespace smm::runner
