// A plugin, written on the bare C ABI, that behaves as the order's link (or the username) tells it: well or badly.
// An upstream's body "order=ID" is an acceptance, "order=ID CURRENCY" one in another currency than USD, "error=N" a
// failure with the code N. The balance and the services are in the currency that the body names after "currency=".
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "smm/plugin.h"

// With KEYED its purchases may be repeated, says its manifest.
#ifdef KEYED
#define PLACE_EFFECT "write_idempotent"
#define PLACE SMM_WRITE_IDEMPOTENT
#else
#define PLACE_EFFECT "write_once"
#define PLACE SMM_WRITE_ONCE
#endif

__attribute__((section(".smm_manifest"), used)) static const char kManifest[] =
    R"({
  "id": "actor", "name": "Actor", "version": "1.0.0", "abi": {"major": 1, "minor": 0},
  "provides": ["smm.provider/1", "smm.profile-checker/1"],
  "operations": {"place": ")" PLACE_EFFECT
    R"(", "status": "read", "balance": "read", "services": "read", "reconcile": "read",
                 "cancel": "write_idempotent", "check": "read", "media": "read"},
  "concurrency": 2,
  "egress": ["declared.example"],
  "config": [
    {"key": "url", "type": "url", "default": "https://panel.example/api", "help": "Where the panel answers."},
    {"key": "api_key", "type": "secret", "required": true, "help": "The key."},
    {"key": "limit", "type": "int", "default": "5", "min": 1, "max": 10, "help": "A bound."},
    {"key": "pause", "type": "duration", "default": "2s", "help": "A pause."},
    {"key": "key", "type": "string", "help": "The key, once.", "deprecated": "write it as api_key"}
  ],
  "license": "MIT"})";

// With LONGER_STRUCTS it gives all of its structs as a later minor may have them: with more at their end.
#ifdef LONGER_STRUCTS
template <class T>
struct Given : T {
  std::uint64_t later[3] = {~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}};
};
#else
template <class T>
struct Given : T {};
#endif

struct smm_instance {
  std::string url;
  std::string key;
  std::string settings;  // all of them, as text
  Given<smm_interface> provider{};
  Given<smm_interface> checker{};
};

namespace {

template <class T>
Given<T> sized() {
  Given<T> value{};
  value.struct_size = sizeof value;
  return value;
}

smm_str str(std::string_view text) {
  return {text.data(), text.size()};
}
std::string_view view(const smm_str& text) {
  return {text.data, text.size};
}

void send(const smm_out* out, const std::string& url, const std::string& body, std::uint32_t effect = PLACE) {
  auto request = sized<smm_http_request>();
  const smm_pair type{str("Content-Type"), str("application/x-www-form-urlencoded")};
  request.effect = effect;
  request.method = str("POST");
  request.url = str(url);
  request.headers = &type;
  request.header_count = 1;
  request.body = str(body);
  out->http(out, &request);
}

void fail(const smm_out* out, smm_code code, std::string_view message, std::string_view upstream = {}) {
  auto failure = sized<smm_failure>();
  failure.code = code;
  failure.message = str(message);
  failure.upstream_text = str(upstream);
  out->fail(out, &failure);
}

void accept(const smm_out* out, std::string_view order_id, std::string_view currency = "USD") {
  auto result = sized<smm_place_result>();
  result.has = SMM_HAS_CHARGE;
  result.order_id = str(order_id);
  result.charge_micros = 270'000;
  result.currency = str(currency);
  out->done(out, &result);
}

void read_answer(const smm_call* call, const smm_out* out) {
  const smm_event& last = call->history[call->history_count - 1];
  if (last.kind == SMM_EVENT_TRANSPORT_FAILED)
    return fail(out, last.sent == SMM_SENT_NO ? SMM_UPSTREAM_DOWN : SMM_OUTCOME_UNKNOWN, "no answer");
  const std::string_view body = view(last.body);
  const std::size_t space = body.find(' ');
  if (body.starts_with("order=") && space != std::string_view::npos)
    return accept(out, body.substr(6, space - 6), body.substr(space + 1));
  if (body.starts_with("order=")) return accept(out, body.substr(6));
  unsigned code = SMM_BAD_RESPONSE;
  if (body.starts_with("error=")) std::from_chars(body.data() + 6, body.data() + body.size(), code);
  fail(out, code, "refused", body);
}

void place(smm_instance* self, const smm_call* call, const smm_out* out) {
  const auto* input = static_cast<const smm_place_input*>(call->input);
  const std::string_view link = view(input->link);
  const bool first = call->history_count == 0;
  const std::string body = "key=" + self->key + "&link=" + std::string(link);
  if (link == "never") return;
  if (link == "never_after" && !first) return;
  if (link == "twice") {
    send(out, self->url, body);
    return send(out, self->url, body);
  }
  if (link == "twice_after" && !first) {
    accept(out, "1");
    return accept(out, "2");
  }
  if (link == "second_purchase") return send(out, self->url, body);
  if (link == "endless_after" && !first) return send(out, self->url, body, SMM_READ);
  if (link.starts_with("reads_")) {
    std::uint64_t reads = 0;
    std::from_chars(link.data() + 6, link.data() + link.size(), reads);
    if (call->history_count < reads) return send(out, self->url, body, SMM_READ);
    return call->history_count == reads ? send(out, self->url, body) : read_answer(call, out);
  }
  if (link == "endless") return send(out, self->url, body, SMM_READ);
  if (link == "undeclared") return send(out, "https://undeclared.example/", body);
  if (link == "undeclared_after" && !first) return send(out, "https://undeclared.example/", body, SMM_READ);
  if (link == "declared") return first ? send(out, "https://declared.example/x", body) : read_answer(call, out);
  if (link == "declared_other_port") return send(out, "https://declared.example:8443/x", body);
  if (link == "declared_plain") return send(out, "http://declared.example/x", body);
  if (link == "unknown_secret") return send(out, self->url, "key=${secret:other}");
  if (link == "secret_in_path") return send(out, self->url + "/" + self->key, body);
  if (link == "secret_in_query")
    return first ? send(out, self->url + "?key=" + self->key, body) : read_answer(call, out);
  if (link == "claims") return accept(out, "77");
  if (link == "claims_always" && !first) return accept(out, "77");
  if (link == "no_id" && !first) return accept(out, "");
  if (link == "refuses_always" && !first) return fail(out, SMM_REJECTED, "refused, says the plugin");
  if (link == "down_always" && !first) return fail(out, SMM_UPSTREAM_DOWN, "down, says the plugin");
  if (link == "null_result") return out->done(out, nullptr);
  if (link == "small_result") {
    const std::uint32_t size = 8;
    return out->done(out, &size);
  }
  if (link == "bad_code") return fail(out, 4711, "?");
  if (link == "ok_code") return fail(out, SMM_OK, "?");
  if (link == "no_effect") return send(out, self->url, body, 0);
  if (link == "waits" && first) return out->wait(out, 1500);
  if (link == "waits") return call->history_count == 1 ? send(out, self->url, body) : read_answer(call, out);
  if (link == "waits_long") return out->wait(out, 3'600'000);
  if (link == "tells_its_call" && first)
    return send(out, self->url,
                "now=" + std::to_string(call->now) + "&entropy=" + std::to_string(call->entropy) +
                    "&attempt=" + std::to_string(call->attempt));
  if (link == "echo" && !first) return fail(out, SMM_REJECTED, "echo", view(call->history[0].body));
  if (link == "settings") return fail(out, SMM_REJECTED, self->settings);
  if (link == "invalid_utf8") return fail(out, SMM_REJECTED, std::string_view("a\xff\0b", 4));
  return first ? send(out, self->url, body) : read_answer(call, out);
}

void status(smm_instance* self, const smm_call* call, const smm_out* out) {
  const auto* input = static_cast<const smm_ids_input*>(call->input);
  const bool one_by_one = input->id_count > 0 && view(input->ids[0]).starts_with("each");
  if (call->history_count < (one_by_one ? input->id_count : 1)) return send(out, self->url, "action=status", SMM_READ);
  std::vector<Given<smm_status_row>> rows;
  const auto add = [&](smm_str id) {
    auto row = sized<smm_status_row>();
    row.order_id = id;
    row.text = str("word");
    row.has = SMM_HAS_REMAINS;
    row.remains = 3;
    const char kind = id.size > 0 ? id.data[0] : '?';
    if (kind == 'u') {
      row.has |= SMM_HAS_CHARGE;
      row.currency = str("usd");
    }
    if (kind == 'x') row.code = SMM_NOT_FOUND;
    if (kind == 'b') row.code = SMM_BAD_RESPONSE;
    row.state = kind == 'c'   ? SMM_STATE_COMPLETED
                : kind == 'p' ? SMM_STATE_PARTIAL
                : kind == 'n' ? 99
                              : SMM_STATE_IN_PROGRESS;
    rows.push_back(row);
  };
  for (std::uint64_t i = 0; i < input->id_count; ++i) add(input->ids[i]);
  if (input->id_count > 0) add(input->ids[0]);  // twice
  add(str("foreign"));
  auto result = sized<smm_status_result>();
  result.rows = rows.data();
  result.row_count = rows.size();
  out->done(out, &result);
}

smm_str currency_in(const smm_call* call) {
  const std::string_view body = view(call->history[0].body);
  return body.starts_with("currency=") ? str(body.substr(9)) : smm_str{};
}

void balance(smm_instance* self, const smm_call* call, const smm_out* out) {
  // A read by its manifest that tries to write, unless it is asked elsewhere.
  if (!self->url.ends_with("/balance")) return send(out, self->url, "action=balance", SMM_WRITE_ONCE);
  if (call->history_count == 0) return send(out, self->url, "action=balance", SMM_READ);
  auto result = sized<smm_balance_result>();
  result.micros = 1'000'000;
  result.currency = currency_in(call);
  out->done(out, &result);
}

void services(smm_instance* self, const smm_call* call, const smm_out* out) {
  if (call->history_count == 0) return send(out, self->url, "action=services", SMM_READ);
  // Rows of a later ABI: longer than ours, which the host must step over.
  struct LongerRow {
    smm_service_row row;
    char more[24];
  };
  std::vector<LongerRow> rows(2);
  for (LongerRow& row : rows) row.row.struct_size = sizeof(LongerRow);
  rows[0].row.service_id = str("1");
  rows[0].row.name = str("Followers");
  rows[0].row.rate_micros = 900'000;
  rows[0].row.rate_per = 1000;
  rows[0].row.min = 50;
  rows[0].row.max = 10'000;
  rows[0].row.flags = SMM_SERVICE_CANCEL;
  rows[1].row.service_id = str("2");
  rows[1].row.name = str("Package");
  rows[1].row.rate_micros = 2'000'000;
  rows[1].row.rate_per = 1;
  auto result = sized<smm_services_result>();
  result.currency = currency_in(call);
  result.rows = &rows[0].row;
  result.row_count = rows.size();
  out->done(out, &result);
}

void reconcile(smm_instance* self, const smm_call* call, const smm_out* out) {
  if (call->history_count == 0) return send(out, self->url, "action=orders", SMM_READ);
  const std::string_view body = view(call->history[0].body);
  auto row = sized<smm_reconcile_row>();
  row.order_id = str("9");
  row.has = SMM_HAS_QUANTITY;
  row.quantity = 100;
  auto result = sized<smm_reconcile_result>();
  result.complete = body.find("complete") != std::string_view::npos ? 1 : 0;
  result.rows = &row;
  result.row_count = body.find("found") != std::string_view::npos ? 1 : 0;
  out->done(out, &result);
}

void cancel(smm_instance* self, const smm_call* call, const smm_out* out) {
  if (call->history_count == 0) return send(out, self->url, "action=cancel", SMM_WRITE_IDEMPOTENT);
  const auto* input = static_cast<const smm_ids_input*>(call->input);
  auto row = sized<smm_action_row>();
  row.order_id = input->ids[0];
  row.code = view(call->history[0].body) == "no" ? SMM_REJECTED : SMM_OK;
  auto result = sized<smm_action_result>();
  result.rows = &row;
  result.row_count = 1;
  out->done(out, &result);
}

void provider_next(smm_instance* self, const smm_call* call, const smm_out* out) noexcept {
  switch (call->operation) {
    case SMM_PROVIDER_PLACE:
      return place(self, call, out);
    case SMM_PROVIDER_STATUS:
      return status(self, call, out);
    case SMM_PROVIDER_SERVICES:
      return services(self, call, out);
    case SMM_PROVIDER_RECONCILE:
      return reconcile(self, call, out);
    case SMM_PROVIDER_CANCEL:
      return cancel(self, call, out);
    case SMM_PROVIDER_BALANCE:
      return balance(self, call, out);
    default:
      return fail(out, SMM_UNSUPPORTED, "no such operation");
  }
}

Given<smm_media_row> post(std::string_view code, std::int64_t at, std::uint32_t flags) {
  auto row = sized<smm_media_row>();
  row.shortcode = str(code);
  row.taken_at = at;
  row.flags = flags;
  return row;
}

void check(const smm_call* call, const smm_out* out, smm_instance* self) {
  const std::string_view username = view(static_cast<const smm_check_input*>(call->input)->username);
  if (call->history_count == 0) return send(out, self->url, "", SMM_READ);
  const std::vector<Given<smm_media_row>> posts{post("OLD", 1000, 0), post("NEW", 3000, SMM_MEDIA_VIDEO),
                                                post("PIN", 9000, SMM_MEDIA_PINNED)};
  auto result = sized<smm_check_result>();
  result.exists = username == "nobody" ? 0 : 1;
  result.is_private = username == "private" ? 1 : username == "unclear" ? 2 : 0;
  result.username = username == "other" ? str("somebody") : username == "ana" ? str("ANA") : str(username);
  result.user_id = str("12345678901234567890");
  result.has = SMM_CHECK_HAS_FOLLOWERS;
  result.followers = 7;
  if (username == "with_posts") {
    result.has |= SMM_CHECK_HAS_POSTS;
    result.posts = posts.data();
    result.post_count = posts.size();
  }
  out->done(out, &result);
}

void media(const smm_call* call, const smm_out* out, smm_instance* self) {
  const auto* input = static_cast<const smm_media_input*>(call->input);
  if (call->history_count == 0) return send(out, self->url, "id=" + std::string(view(input->user_id)), SMM_READ);
  const std::vector<Given<smm_media_row>> rows{post("PIN", 9000, SMM_MEDIA_PINNED), post("A", 1000, 0),
                                               post("B", 3000, SMM_MEDIA_VIDEO), post("A", 1000, 0),
                                               post("C", 2000, 0)};
  auto result = sized<smm_media_result>();
  if (view(input->username) == "private") {
    result.is_private = 1;
    return out->done(out, &result);
  }
  result.rows = rows.data();
  result.row_count = rows.size();
  out->done(out, &result);
}

void checker_next(smm_instance* self, const smm_call* call, const smm_out* out) noexcept {
  call->operation == SMM_CHECKER_CHECK ? check(call, out, self) : media(call, out, self);
}

smm_code open(const smm_host* host, const smm_config* config, const smm_errors*, smm_instance** instance) noexcept {
  auto* self = new smm_instance;
  for (std::uint64_t i = 0; i < config->value_count; ++i) {
    const std::string_view key = view(config->values[i].key);
    const std::string_view value = view(config->values[i].value);
    if (key == "url") self->url = value;
    if (key == "api_key") self->key = value;
    self->settings += std::string(key) + "=" + std::string(value) + ";";
  }
  self->provider = sized<smm_interface>();
  for (const auto operation : {SMM_PROVIDER_PLACE, SMM_PROVIDER_STATUS, SMM_PROVIDER_BALANCE, SMM_PROVIDER_SERVICES,
                               SMM_PROVIDER_RECONCILE, SMM_PROVIDER_CANCEL})
    self->provider.capabilities |= SMM_CAPABILITY(operation);
  self->provider.next = provider_next;
  self->checker = sized<smm_interface>();
  self->checker.capabilities = SMM_CAPABILITY(SMM_CHECKER_CHECK) | SMM_CAPABILITY(SMM_CHECKER_MEDIA);
  self->checker.next = checker_next;
  host->log(host, SMM_LOG_INFO, str("opened"));
  *instance = self;
  return SMM_OK;
}

void close(smm_instance* instance) noexcept {
  delete instance;
}

const smm_interface* get_interface(smm_instance* instance, smm_str id) noexcept {
  if (view(id) == SMM_PROVIDER_ID) return &instance->provider;
  if (view(id) == SMM_PROFILE_CHECKER_ID) return &instance->checker;
  return nullptr;
}

}  // namespace

extern "C" const smm_plugin* smm_plugin_entry_v1() noexcept {
  static const Given<smm_plugin> kPlugin{{sizeof(Given<smm_plugin>),
                                          SMM_ABI_MAJOR,
                                          SMM_ABI_MINOR,
                                          0,
                                          {"actor", 5},
                                          {"1.0.0", 5},
                                          open,
                                          close,
                                          get_interface}};
  return &kPlugin;
}
