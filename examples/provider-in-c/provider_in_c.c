/* A provider in C, with the ABI headers and nothing else. The panel speaks lines of text: "ok 12345;" for an order,
 * "no WORD;" for a refusal, and for each order asked "12345 WORD REMAINS;". Every line ends with a semicolon, so that
 * half an answer is told from a whole one. */
#include "smm/provider.h"

#include <stdlib.h>
#include <string.h>

#define MAX_URL 500
#define MAX_BODY 16000
#define MAX_IDS 100

struct smm_instance {
  char url[MAX_URL + 1];
  char key[64]; /* the placeholder of the secret setting api_key */
  smm_interface provider;
};

static smm_str text_of(const char* text) {
  smm_str out = {text, strlen(text)};
  return out;
}

static int is_equal(smm_str text, const char* other) {
  return text.size == strlen(other) && memcmp(text.data, other, (size_t)text.size) == 0;
}

/* --- the answer: one of the four functions, once */

/* The text up to its first byte that is not plain ASCII: what an upstream sends may be anything, a failure's text is
 * UTF-8. */
static smm_str plain_part(smm_str text) {
  uint64_t size = 0;
  while (size < text.size && size < 200 && (unsigned char)text.data[size] < 0x80) ++size;
  text.size = size;
  return text;
}

static void fail(const smm_out* out, smm_code code, const char* message, smm_str upstream_text) {
  smm_failure failure = {sizeof failure, code, 0, {NULL, 0}, {NULL, 0}};
  failure.message = text_of(message);
  failure.upstream_text = plain_part(upstream_text);
  out->fail(out, &failure);
}

static const smm_str kNothing = {NULL, 0};

/* --- writing a form */

struct form {
  char text[MAX_BODY];
  size_t size;
  int is_too_long;
};

static void put(struct form* form, const char* bytes, size_t size) {
  if (size > sizeof form->text - form->size) {
    form->is_too_long = 1;
    return;
  }
  memcpy(form->text + form->size, bytes, size);
  form->size += size;
}

static void put_encoded(struct form* form, smm_str value) {
  static const char kHex[] = "0123456789ABCDEF";
  static const char kPlain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (uint64_t i = 0; i < value.size; ++i) {
    const unsigned char c = (unsigned char)value.data[i];
    const char encoded[3] = {'%', kHex[c >> 4], kHex[c & 15]};
    if (c != 0 && strchr(kPlain, c) != NULL) {
      put(form, &value.data[i], 1);
    } else {
      put(form, encoded, sizeof encoded);
    }
  }
}

static void put_number(struct form* form, int64_t value) {
  char digits[20];
  size_t at = sizeof digits;
  for (uint64_t rest = (uint64_t)value; rest != 0 || at == sizeof digits; rest /= 10) {
    digits[--at] = (char)('0' + rest % 10);
  }
  put(form, digits + at, sizeof digits - at);
}

/* Only a secret's placeholder goes out as it is: the host puts the key in, encoded for a form. */
static void begin_form(struct form* form, const struct smm_instance* self) {
  form->size = 0;
  form->is_too_long = 0;
  put(form, "key=", 4);
  put(form, self->key, strlen(self->key));
}

static void send(const smm_out* out, const struct smm_instance* self, const char* path, const struct form* form,
                 uint32_t effect) {
  char url[MAX_URL + 16];
  const smm_pair type = {text_of("content-type"), text_of("application/x-www-form-urlencoded")};
  smm_http_request request;
  if (form->is_too_long) {
    fail(out, SMM_UNSUPPORTED, "longer than this panel takes", kNothing);
    return;
  }
  strcpy(url, self->url);
  strcat(url, path);
  memset(&request, 0, sizeof request);
  request.struct_size = sizeof request;
  request.effect = effect;
  request.method = text_of("POST");
  request.url = text_of(url);
  request.headers = &type;
  request.header_count = 1;
  request.body.data = form->text;
  request.body.size = form->size;
  out->http(out, &request);
}

/* --- reading lines */

/* The next part of `rest` before `end`, without it; nothing where `end` does not come. */
static int take(smm_str* rest, char end, smm_str* part) {
  const char* found = rest->size == 0 ? NULL : memchr(rest->data, end, (size_t)rest->size);
  if (found == NULL) return 0;
  part->data = rest->data;
  part->size = (uint64_t)(found - rest->data);
  rest->data = found + 1;
  rest->size -= part->size + 1;
  return 1;
}

static void skip_newlines(smm_str* rest) {
  while (rest->size > 0 && (*rest->data == '\n' || *rest->data == '\r')) {
    ++rest->data;
    --rest->size;
  }
}

static int is_id(smm_str text) {
  if (text.size == 0 || text.size > 64 || text.data[0] == '0') return 0;
  for (uint64_t i = 0; i < text.size; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9') return 0;
  }
  return 1;
}

static int read_count(smm_str text, int64_t* value) {
  *value = 0;
  if (text.size == 0 || text.size > 15) return 0;
  for (uint64_t i = 0; i < text.size; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9') return 0;
    *value = *value * 10 + (text.data[i] - '0');
  }
  return 1;
}

/* What a word stands for. A word that is not in its table is never guessed at. */
struct word {
  const char* word;
  uint32_t meaning;
};
static const struct word kRefusals[] = {
    {"funds", SMM_NO_FUNDS},        {"key", SMM_AUTH},       {"service", SMM_BAD_SERVICE}, {"link", SMM_BAD_LINK},
    {"quantity", SMM_BAD_QUANTITY}, {"busy", SMM_BUSY_LINK}, {"slow", SMM_RATE_LIMITED},   {NULL, 0},
};
static const struct word kStates[] = {
    {"waiting", SMM_STATE_PENDING}, {"running", SMM_STATE_IN_PROGRESS}, {"done", SMM_STATE_COMPLETED},
    {"short", SMM_STATE_PARTIAL},   {"dropped", SMM_STATE_CANCELED},    {NULL, SMM_STATE_UNKNOWN_TEXT},
};

static uint32_t meaning_of(smm_str text, const struct word* table) {
  while (table->word != NULL && !is_equal(text, table->word)) ++table;
  return table->meaning;
}

/* The code of "no WORD;" with a status below 500, or of a status 429; SMM_OK where the answer is no clear refusal. */
static smm_code refusal_of(const smm_event* answer) {
  smm_str rest = answer->body, line = kNothing, word = kNothing;
  if (answer->http_status == 429) return SMM_RATE_LIMITED;
  if (answer->http_status < 200 || answer->http_status >= 500) return SMM_OK;
  if (answer->http_status >= 300 && answer->http_status < 400) return SMM_OK;
  if (!take(&rest, ';', &line) || !take(&line, ' ', &word) || !is_equal(word, "no")) return SMM_OK;
  return meaning_of(line, kRefusals);
}

/* --- PLACE */

static void ask_place(const struct smm_instance* self, const smm_place_input* in, const smm_out* out) {
  struct form form;
  begin_form(&form, self);
  put(&form, "&service=", 9);
  put_encoded(&form, in->service_id);
  put(&form, "&link=", 6);
  put_encoded(&form, in->link);
  put(&form, "&quantity=", 10);
  put_number(&form, in->quantity);
  send(out, self, "/order", &form, SMM_WRITE_ONCE);
}

/* Only a whole acceptance is an order and only a whole refusal is a refusal; all else may have bought. */
static void read_place(const smm_event* answer, const smm_out* out) {
  smm_place_result result;
  smm_str rest = answer->body, line = kNothing, word = kNothing;
  const smm_code refused = refusal_of(answer);
  if (refused != SMM_OK) {
    fail(out, refused, "the panel refused the order", answer->body);
    return;
  }
  if (answer->http_status != 200 || !take(&rest, ';', &line) || !take(&line, ' ', &word) || !is_equal(word, "ok") ||
      !is_id(line)) {
    fail(out, SMM_OUTCOME_UNKNOWN, "neither a clear acceptance nor a clear refusal", answer->body);
    return;
  }
  memset(&result, 0, sizeof result);
  result.struct_size = sizeof result;
  result.order_id = line;
  out->done(out, &result);
}

/* --- STATUS */

static void ask_status(const struct smm_instance* self, const smm_ids_input* in, const smm_out* out) {
  struct form form;
  begin_form(&form, self);
  put(&form, "&orders=", 8);
  for (uint64_t i = 0; i < in->id_count; ++i) {
    if (i > 0) put(&form, "%2C", 3);
    put_encoded(&form, in->ids[i]);
  }
  send(out, self, "/status", &form, SMM_READ);
}

static void read_line(smm_str line, smm_status_row* rows, uint64_t count) {
  smm_str id = kNothing, word = kNothing;
  if (!take(&line, ' ', &id) || !take(&line, ' ', &word)) return;
  for (uint64_t i = 0; i < count; ++i) {
    smm_status_row* row = &rows[i];
    if (row->order_id.size != id.size || memcmp(row->order_id.data, id.data, (size_t)id.size) != 0) continue;
    row->code = SMM_OK;
    row->state = meaning_of(word, kStates);
    row->text = word;
    if (read_count(line, &row->remains)) row->has = SMM_HAS_REMAINS;
  }
}

static void read_status(const smm_ids_input* in, const smm_event* answer, const smm_out* out) {
  smm_status_row rows[MAX_IDS];
  smm_status_result result;
  smm_str rest = answer->body, line = kNothing;
  const uint64_t count = in->id_count < MAX_IDS ? in->id_count : MAX_IDS;
  const smm_code refused = refusal_of(answer);
  if (refused != SMM_OK) {
    fail(out, refused, "the panel refused to say", answer->body);
    return;
  }
  if (answer->http_status != 200) {
    fail(out, answer->http_status >= 500 ? SMM_UPSTREAM_DOWN : SMM_BAD_RESPONSE, "not a list of orders", answer->body);
    return;
  }
  memset(rows, 0, sizeof rows);
  for (uint64_t i = 0; i < count; ++i) {
    rows[i].struct_size = sizeof rows[i];
    rows[i].code = SMM_BAD_RESPONSE; /* until the answer has a line for it */
    rows[i].order_id = in->ids[i];
  }
  while (take(&rest, ';', &line)) {
    skip_newlines(&line);
    read_line(line, rows, count);
  }
  memset(&result, 0, sizeof result);
  result.struct_size = sizeof result;
  result.rows = rows;
  result.row_count = count;
  out->done(out, &result);
}

/* --- the interface */

static void next(smm_instance* self, const smm_call* call, const smm_out* out) {
  const smm_event* answer = call->history_count > 0 ? &call->history[0] : NULL;
  const int buys = call->operation == SMM_PROVIDER_PLACE;
  if (!buys && call->operation != SMM_PROVIDER_STATUS) {
    fail(out, SMM_UNSUPPORTED, "this panel does not have the operation", kNothing);
  } else if (answer == NULL) {
    if (buys) {
      ask_place(self, call->input, out);
    } else {
      ask_status(self, call->input, out);
    }
  } else if (answer->kind != SMM_EVENT_RESPONSE) {
    const int is_unknown = buys && answer->sent != SMM_SENT_NO;
    fail(out, is_unknown ? SMM_OUTCOME_UNKNOWN : SMM_UPSTREAM_DOWN, "no answer", kNothing);
  } else if (buys) {
    read_place(answer, out);
  } else {
    read_status(call->input, answer, out);
  }
}

/* The setting of that key in `into`; without it, or where it is too long, an error and 0. */
static int take_setting(const smm_config* config, const smm_errors* errors, const char* key, char* into, size_t size) {
  for (uint64_t i = 0; i < config->value_count; ++i) {
    const smm_str value = config->values[i].value;
    if (!is_equal(config->values[i].key, key)) continue;
    if (value.size >= size) {
      errors->add(errors, text_of(key), text_of("is too long"));
      return 0;
    }
    memcpy(into, value.data, (size_t)value.size);
    into[value.size] = 0;
    return 1;
  }
  errors->add(errors, text_of(key), text_of("is required"));
  return 0;
}

static smm_code open_instance(const smm_host* host, const smm_config* config, const smm_errors* errors,
                              smm_instance** instance) {
  struct smm_instance* self = calloc(1, sizeof *self);
  int good = 1;
  (void)host;
  if (self == NULL) {
    errors->add(errors, kNothing, text_of("out of memory"));
    return SMM_OUT_OF_MEMORY;
  }
  good &= take_setting(config, errors, "url", self->url, sizeof self->url);
  good &= take_setting(config, errors, "api_key", self->key, sizeof self->key);
  if (!good) {
    free(self);
    return SMM_CONFIG;
  }
  self->provider.struct_size = sizeof self->provider;
  self->provider.capabilities = SMM_CAPABILITY(SMM_PROVIDER_PLACE) | SMM_CAPABILITY(SMM_PROVIDER_STATUS);
  self->provider.next = next;
  *instance = self;
  return SMM_OK;
}

static void close_instance(smm_instance* instance) {
  free(instance);
}

static const smm_interface* get_interface(smm_instance* instance, smm_str id) {
  return is_equal(id, SMM_PROVIDER_ID) ? &instance->provider : NULL;
}

const smm_plugin* smm_plugin_entry_v1(void) {
  static const smm_plugin kPlugin = {
      sizeof kPlugin,
      SMM_ABI_MAJOR,
      SMM_ABI_MINOR,
      0,
      {"provider_in_c", sizeof "provider_in_c" - 1},
      {"1.0.0", sizeof "1.0.0" - 1},
      open_instance,
      close_instance,
      get_interface,
  };
  return &kPlugin;
}
