// A small provider on the bare C ABI, of a protocol of its own, that is at fault in one way, chosen when it is compiled
// with -DFAULT_<name>; without one it keeps the contract. The list of faults is in zoo/CMakeLists.txt.
//
//   POST url   key=...&place=SERVICE&link=...&quantity=N   ->  "order=ID"
//   POST url   key=...&status=ID,ID                        ->  "ID=state" a line
//   POST url   key=...&balance                             ->  "balance=N", N in millionths of a dollar
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "smm/plugin.h"

#ifdef FAULT_newer_abi
#define ABI R"({"major": 1, "minor": 99})"
#else
#define ABI R"({"major": 1, "minor": 0})"
#endif
#ifdef FAULT_manifest_without_help
#define HELP ""
#else
#define HELP R"(, "help": "The key from the panel's page.")"
#endif
#ifdef FAULT_claims_cancel
#define CANCEL R"(, "cancel": "write_idempotent")"
#else
#define CANCEL ""
#endif

__attribute__((section(".smm_manifest"), used)) static const char kManifest[] =
    R"({"id": ")" ANIMAL R"(", "name": "An animal of the zoo", "version": "1.0.0", "abi": )" ABI
    R"(, "provides": ["smm.provider/1"], "operations": {"place": "write_once", "status": "read", "balance": "read")" CANCEL
    R"(}, "egress": ["zoo.example"], "config": [)"
    R"({"key": "url", "type": "url", "required": true, "help": "Where the panel answers."},)"
    R"({"key": "api_key", "type": "secret", "required": true)" HELP R"(}], "license": "MIT"})";

struct smm_instance {
  std::string url;
  std::string key;
  const smm_host* host = nullptr;
  smm_interface provider{};
};

namespace {

smm_str str(std::string_view text) {
  return {text.data(), text.size()};
}
std::string_view view(const smm_str& text) {
  return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}

template <class T>
T sized() {
  T value{};
  value.struct_size = sizeof(T);
  return value;
}

std::string encoded(std::string_view text) {
#ifdef FAULT_passes_input_on
  return std::string(text);
#else
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    if (plain) {
      out += c;
    } else {
      out += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return out;
#endif
}

// One call of the host, with what answers it.
struct Turn {
  const smm_instance& self;
  const smm_call& call;
  const smm_out* out;

  const smm_event& event(uint64_t index) const {
#ifdef FAULT_ignores_row_size
    return call.history[index];
#else
    const auto* first = reinterpret_cast<const char*>(call.history);
    return *reinterpret_cast<const smm_event*>(first + index * call.history->struct_size);
#endif
  }
  const smm_event& last() const {
    return event(call.history_count - 1);
  }

  void send(const std::string& body, uint32_t effect, const std::string& url) const {
    auto request = sized<smm_http_request>();
    const smm_pair type{str("content-type"), str("application/x-www-form-urlencoded")};
    request.effect = effect;
    request.method = str("POST");
    request.url = str(url);
    request.headers = &type;
    request.header_count = 1;
    request.body = str(body);
    out->http(out, &request);
  }
  void send(const std::string& body, uint32_t effect) const {
    send("key=" + self.key + "&" + body, effect, self.url);
  }

  void fail(smm_code code, std::string_view message) const {
    auto failure = sized<smm_failure>();
    failure.code = code;
    failure.message = str(message);
    out->fail(out, &failure);
  }

  bool answered(uint32_t status) const {
    return call.history_count > 0 && last().kind == SMM_EVENT_RESPONSE && last().http_status == status;
  }
  bool answered_with(std::string_view body) const {
    return answered(200) && view(last().body) == body;
  }
};

std::string place_body(const smm_place_input& input) {
  return "place=" + encoded(view(input.service_id)) + "&link=" + encoded(view(input.link)) +
         "&quantity=" + std::to_string(input.quantity);
}

// What is neither an acceptance nor a clear refusal: for a purchase, nobody can know.
void fail_unclear(const Turn& turn, bool write) {
  const smm_event& last = turn.last();
  if (last.kind == SMM_EVENT_TRANSPORT_FAILED && last.sent == SMM_SENT_NO)
    return turn.fail(SMM_UPSTREAM_DOWN, "not sent");
#ifdef FAULT_takes_a_pause_for_a_refusal
  if (turn.answered(429)) return turn.fail(SMM_REJECTED, "too many requests");
#endif
  if (turn.answered(429)) return turn.fail(SMM_RATE_LIMITED, "too many requests");
  if (write) return turn.fail(SMM_OUTCOME_UNKNOWN, "no clear answer");
  turn.fail(last.kind == SMM_EVENT_RESPONSE ? SMM_BAD_RESPONSE : SMM_UPSTREAM_DOWN, "no clear answer");
}

void accept(const Turn& turn, std::string_view order_id) {
  auto result = sized<smm_place_result>();
  result.order_id = str(order_id);
  turn.out->done(turn.out, &result);
}

void place(const Turn& turn) {
  const auto& input = *static_cast<const smm_place_input*>(turn.call.input);
  if (turn.call.history_count == 0) return turn.send(place_body(input), SMM_WRITE_ONCE);
#ifdef FAULT_places_twice
  if (turn.call.history_count == 1 && turn.answered(504)) return turn.send(place_body(input), SMM_WRITE_ONCE);
#endif
#ifdef FAULT_accepts_ambiguous
  if (turn.answered(502)) return accept(turn, "1");
#endif
  const std::string_view body = view(turn.last().body);
  if (turn.answered(200) && body.size() > 6 && body.substr(0, 6) == "order=") return accept(turn, body.substr(6));
  fail_unclear(turn, true);
}

uint32_t state_of(std::string_view word) {
  if (word == "completed") return SMM_STATE_COMPLETED;
  if (word == "running") return SMM_STATE_IN_PROGRESS;
  return SMM_STATE_UNKNOWN_TEXT;
}

// "completed" of the line "ID=completed".
std::string_view word_for(std::string_view id, std::string_view body) {
  while (!body.empty()) {
    const std::string_view line = body.substr(0, body.find('\n'));
    if (line.size() > id.size() && line.substr(0, id.size()) == id && line[id.size()] == '=')
      return line.substr(id.size() + 1);
    body.remove_prefix(std::min(line.size() + 1, body.size()));
  }
  return {};
}

void status(const Turn& turn) {
  const auto& input = *static_cast<const smm_ids_input*>(turn.call.input);
  if (turn.call.history_count == 0) {
    std::string ids;
    for (uint64_t i = 0; i < input.id_count; ++i) ids += (i == 0 ? "" : ",") + encoded(view(input.ids[i]));
    return turn.send("status=" + ids, SMM_READ);
  }
#ifdef FAULT_asks_twice_for_each_id
  if (turn.answered_with("{}") && turn.call.history_count < 2 * input.id_count) return turn.send("status=1", SMM_READ);
#endif
  std::string_view body = view(turn.last().body);
#ifdef FAULT_believes_html
  const bool believed = turn.answered(403) && body.find("<html>") != std::string_view::npos;
#else
  const bool believed = false;
#endif
  if (!believed && (!turn.answered(200) || body.find('=') == std::string_view::npos)) return fail_unclear(turn, false);
  std::vector<smm_status_row> rows;
  for (uint64_t i = 0; i < input.id_count; ++i) {
    auto row = sized<smm_status_row>();
    const std::string_view word = believed ? std::string_view("completed") : word_for(view(input.ids[i]), body);
    row.order_id = input.ids[i];
    row.state = state_of(word);
    row.code = row.state == SMM_STATE_UNKNOWN_TEXT ? SMM_BAD_RESPONSE : SMM_OK;
    rows.push_back(row);
  }
  auto result = sized<smm_status_result>();
  result.rows = rows.data();
  result.row_count = rows.size();
  turn.out->done(turn.out, &result);
}

void balance(const Turn& turn) {
#ifdef FAULT_impure
  if (turn.call.history_count == 0) return turn.send("balance&now=" + std::to_string(std::time(nullptr)), SMM_READ);
#endif
#ifdef FAULT_looks_at_its_process
  if (turn.call.history_count == 0) return turn.send("balance&of=" + encoded(program_invocation_short_name), SMM_READ);
#endif
  if (turn.call.history_count == 0) return turn.send("balance", SMM_READ);
  const std::string_view body = view(turn.last().body);
  auto result = sized<smm_balance_result>();
  result.currency = str("USD");
  constexpr std::string_view kStart = "balance=";
  if (turn.answered(200) && body.substr(0, kStart.size()) == kStart) {
    const char* end = body.data() + body.size();
    const auto [stop, error] = std::from_chars(body.data() + kStart.size(), end, result.micros);
    if (error == std::errc() && stop == end) return turn.out->done(turn.out, &result);
  }
  fail_unclear(turn, false);
}

[[maybe_unused]] void throw_something() {
  throw std::runtime_error("thrown");
}

void misbehave_first([[maybe_unused]] const Turn& turn) {
#ifdef FAULT_throws
  throw_something();
#endif
#ifdef FAULT_exits
  std::exit(0);
#endif
#ifdef FAULT_forks
  if (::fork() == 0) {
    for (;;) ::pause();
  }
#endif
#ifdef FAULT_prints
  static_cast<void>(!::write(STDOUT_FILENO, "asked\n", 6));
#endif
#ifdef FAULT_eats_memory
  for (std::vector<std::string> eaten; turn.answered(503);) eaten.emplace_back(1 << 20, 'x');
#endif
#ifdef FAULT_spins
  for (volatile bool on = true; turn.answered(503) && on;) {
  }
#endif
#ifdef FAULT_answers_twice
  turn.fail(SMM_REJECTED, "once");
#endif
#ifdef FAULT_logs_answers
  if (turn.call.history_count > 0) turn.self.host->log(turn.self.host, SMM_LOG_INFO, turn.last().body);
#endif
}

void next(smm_instance* self, const smm_call* call, const smm_out* out) noexcept {
  const Turn turn{*self, *call, out};
  misbehave_first(turn);
#ifdef FAULT_never_answers
  return;
#endif
#ifdef FAULT_sends_elsewhere
  if (call->history_count == 1 && turn.answered_with("{}"))
    return turn.send("seen", SMM_READ, "https://elsewhere.example/");
#endif
#ifdef FAULT_secret_elsewhere
  if (call->history_count == 1 && turn.answered_with("{}")) {
    return turn.send("seen", SMM_READ, "https://elsewhere.example/?key=" + self->key);
  }
#endif
  switch (call->operation) {
    case SMM_PROVIDER_PLACE:
      return place(turn);
    case SMM_PROVIDER_STATUS:
      return status(turn);
    case SMM_PROVIDER_BALANCE:
      return balance(turn);
    default:
      return turn.fail(SMM_UNSUPPORTED, "no such operation");
  }
}

bool take_setting(const smm_config& config, const smm_errors* errors, std::string_view key, std::string& value) {
  for (uint64_t i = 0; i < config.value_count; ++i) {
    if (view(config.values[i].key) == key) value = view(config.values[i].value);
  }
  if (!value.empty()) return true;
  errors->add(errors, str(key), str("is required"));
  return false;
}

#ifdef FAULT_leaks_thread
void* sleep_for_ever(void*) {
  for (;;) ::pause();
}
#endif

smm_code open(const smm_host* host, const smm_config* config, const smm_errors* errors,
              smm_instance** instance) noexcept {
  auto* self = new smm_instance;
  const bool has_url = take_setting(*config, errors, "url", self->url);
#ifdef FAULT_reports_one_mistake
  const bool has_key = has_url && take_setting(*config, errors, "api_key", self->key);
#else
  const bool has_key = take_setting(*config, errors, "api_key", self->key);
#endif
  if (!has_url || !has_key) {
    delete self;
    return SMM_CONFIG;
  }
#ifdef FAULT_leaks_thread
  pthread_t thread{};
  pthread_create(&thread, nullptr, sleep_for_ever, nullptr);
#endif
  self->host = host;
  self->provider = sized<smm_interface>();
  self->provider.capabilities =
      SMM_CAPABILITY(SMM_PROVIDER_PLACE) | SMM_CAPABILITY(SMM_PROVIDER_STATUS) | SMM_CAPABILITY(SMM_PROVIDER_BALANCE);
#ifdef FAULT_claims_cancel
  self->provider.capabilities |= SMM_CAPABILITY(SMM_PROVIDER_CANCEL);
#endif
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

#ifdef FAULT_crashes_while_loading
struct Crash {
  Crash() { __builtin_trap(); }
} crash;
#endif

}  // namespace

#ifdef FAULT_exports_more
extern "C" __attribute__((visibility("default"))) int zoo_helper() {
  return 1;
}
#endif

extern "C" const smm_plugin* smm_plugin_entry_v1() noexcept {
#ifdef FAULT_short_struct
  constexpr uint32_t kSize = 8;
#else
  constexpr uint32_t kSize = sizeof(smm_plugin);
#endif
#ifdef FAULT_newer_abi
  constexpr uint32_t kMinor = 99;
#else
  constexpr uint32_t kMinor = SMM_ABI_MINOR;
#endif
  static const smm_plugin description{kSize, SMM_ABI_MAJOR, kMinor,       0, {ANIMAL, sizeof ANIMAL - 1}, {"1.0.0", 5},
                                      open,  close,         get_interface};
  return &description;
}
