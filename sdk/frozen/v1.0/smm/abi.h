/* The C ABI between smmhost and a plugin, version 1: common types, HTTP requests, history, the answer, the entry point.
 * The operations themselves are in smm/provider.h and smm/profile_checker.h; a plugin includes smm/plugin.h.
 * A plugin is a pure function. The host calls next(call, out); the plugin looks at the input and at what happened so
 * far (the history) and says what comes next: one HTTP request, a pause, a result or a failure. The host does the HTTP,
 * the clock, the secrets and the storing. The same call must always give the same answer.
 *
 * Rules that hold for everything here
 *  - Every struct begins with struct_size, the size its writer knows. A reader reads no further than the smaller of
 * that and its own size; what is missing counts as zero. Structs only grow at their end. (smm_str and smm_pair are
 * frozen.)
 *  - Rows of an array all have the same struct_size, and it is the distance from one to the next.
 *  - Borrow only: every pointer is valid until the call it was passed to returns. Who keeps it, copies it. Nothing is
 *    freed across the boundary. The only exceptions: the smm_plugin and the smm_interface a plugin returns are static
 *    or live as long as the instance; smm_host and its functions live as long as the instance.
 *  - Text is UTF-8 without a final NUL. An unknown number in a "kind" or "state" field is not an error of the writer.
 *  - No function throws across the boundary, and none may end the process.
 *  - Fields named reserved are 0. Times are Unix milliseconds, UTC. Money is an integer in millionths of the currency
 *    unit ("micros"), beside a currency of three capital letters, or an empty one when it is not known.
 *  - A plugin starts no thread, opens no file or socket, and changes no signal, environment or locale.
 * Thread tags: [loader] once, while the library is loaded; [control] one thread at a time per instance; [worker] any
 * thread, possibly several at once for one instance if the manifest's concurrency is above 1; [any] from anywhere. */
#ifndef SMM_ABI_H
#define SMM_ABI_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
#define SMM_NOEXCEPT noexcept
extern "C" {
#else
#define SMM_NOEXCEPT
#endif

/* The host takes a plugin of the same major and of a minor up to its own. */
#define SMM_ABI_MAJOR 1u
#define SMM_ABI_MINOR 0u
/* Bytes by pointer and length. data may be NULL if and only if size is 0. */
typedef struct smm_str {
  const char* data;
  uint64_t size;
} smm_str;
typedef struct smm_pair {
  smm_str key, value;
} smm_pair;

/* Outcomes (smm_code). Never renumbered. "Nothing happened" below means: no order was placed, no money spent. */
typedef uint32_t smm_code;
#define SMM_OK 0u
#define SMM_REJECTED 1u     /* clearly refused for a reason without a code of its own; nothing happened */
#define SMM_AUTH 2u         /* the key is wrong or not entitled; nothing happened until an operator acts */
#define SMM_RATE_LIMITED 3u /* refused for now, nothing happened; retry_after_ms says when if known */
#define SMM_NO_FUNDS 4u     /* our balance at the upstream is too low */
#define SMM_BUSY_LINK 5u    /* an order for this link is active; also a hint that an earlier unknown one was accepted */
#define SMM_BAD_LINK 6u     /* the link was refused */
#define SMM_BAD_SERVICE 7u  /* the service does not exist or is disabled */
#define SMM_BAD_QUANTITY 8u /* the quantity is outside the service's bounds */
#define SMM_NOT_FOUND 9u    /* the order, refill or profile asked for does not exist */
#define SMM_UPSTREAM_DOWN 10u   /* not reached, or unable to answer; for a write: certainly not sent */
#define SMM_BAD_RESPONSE 11u    /* a read was answered with something that cannot be understood */
#define SMM_OUTCOME_UNKNOWN 12u /* a write was possibly done and no clear answer came; never to be retried blindly */
#define SMM_UNSUPPORTED 13u     /* this instance does not have the operation */
#define SMM_CONFIG 14u          /* the configuration is wrong: URL, endpoint, option */
#define SMM_OUT_OF_MEMORY 15u
#define SMM_INTERNAL 16u /* the plugin's own fault */
/* What a request does at the upstream (effect). The host checks it against the manifest's operations. */
#define SMM_READ 1u             /* changes nothing; the host may repeat it */
#define SMM_WRITE_IDEMPOTENT 2u /* sent twice, it happens once; may be repeated */
#define SMM_WRITE_ONCE 3u       /* sent twice, it may happen twice: sent at most once in the life of an operation */
/* A request the host is to send. Redirects are not followed. The URL's host must be in the manifest's egress or be the
 * host of one of the instance's url settings; https unless the operator allows http.
 *
 * Secrets: a setting of type secret reaches the plugin as the text ${secret:NAME}, NAME being its key ([a-z0-9_]+). The
 * plugin copies that text, unencoded, into the URL's query, a header's value or the body, and the host puts the value
 * in when it sends: percent-encoded in the query and in a body of type application/x-www-form-urlencoded, escaped as
 * within a JSON string in a body of type application/json, as it is in a header and in any other body. Replaced once,
 * never rescanned; a name that is no secret setting of this instance makes the request fail unsent with SMM_CONFIG.
 * A plugin encodes all text that is not its own ("$" is %24 in a form and \u0024 in JSON): none can pose as a secret.
 */
typedef struct smm_http_request {
  uint32_t struct_size, effect; /* effect: SMM_READ ... */
  smm_str method;               /* "GET", "POST" */
  smm_str url;                  /* absolute, without user, password or fragment */
  const smm_pair* headers;      /* the host adds Host, Content-Length, User-Agent and connection headers itself */
  uint64_t header_count;
  smm_str body;
  uint64_t max_response_bytes;   /* 0: the host's own limit, which also caps this */
  uint32_t timeout_ms, reserved; /* whole exchange; 0: the configured one, which also caps this */
} smm_http_request;

/* What became of the plugin's earlier actions, one event for each, oldest first. */
#define SMM_EVENT_RESPONSE 1u         /* the request was answered, whole: http_status, headers, body */
#define SMM_EVENT_TRANSPORT_FAILED 2u /* no whole answer: sent, text. A cut or oversized answer is this, maybe sent */
#define SMM_EVENT_TIMER 3u            /* the wait is over */
#define SMM_SENT_NO 0u                /* certainly no byte of the request left (DNS, connect, TLS failed) */
#define SMM_SENT_MAYBE 1u
typedef struct smm_event {
  uint32_t struct_size, kind; /* kind: SMM_EVENT_... */
  uint32_t http_status, sent; /* sent: SMM_SENT_..., of TRANSPORT_FAILED */
  const smm_pair* headers;    /* names in lower case; a repeated header is repeated */
  uint64_t header_count;
  smm_str body; /* decoded from transfer and content encoding */
  smm_str text; /* of TRANSPORT_FAILED: what failed, for people */
  int64_t at;   /* when it happened */
} smm_event;

/* One question to the plugin. history_count is also the number of actions it answered before in this operation. */
typedef struct smm_call {
  uint32_t struct_size, operation; /* operation: SMM_PROVIDER_... or SMM_CHECKER_..., of the interface called */
  const void* input;               /* the operation's input struct; the same in every call of one operation */
  const smm_event* history;
  uint64_t history_count;
  int64_t now;                        /* the only clock; the time when the operation began */
  uint64_t entropy;                   /* the only source of randomness; the same in every call of one operation */
  uint32_t attempt, deadline_left_ms; /* attempt: 1, 2 ...; the deadline is for the rest of the operation */
  uint32_t cpu_budget_us, reserved;   /* for this one call; above it the plugin is at fault */
} smm_call;

/* Why an operation failed. */
typedef struct smm_failure {
  uint32_t struct_size;
  smm_code code;           /* any but SMM_OK */
  uint64_t retry_after_ms; /* 0: the plugin has no opinion */
  smm_str message;         /* the plugin's words for the operator, in English */
  smm_str upstream_text;   /* the upstream's own words, cut to at most 1000 bytes; empty if there were none */
} smm_failure;

/* The answer to a call: exactly one of the four functions, exactly once, before next() returns. None or two of them is
 * the plugin's fault (SMM_INTERNAL; SMM_OUTCOME_UNKNOWN once a WRITE_ONCE request was sent). What is passed is copied
 * before the function returns. All: [worker], only from within next(). */
typedef struct smm_out {
  uint32_t struct_size, reserved;
  void* context;                                                                         /* the host's own */
  void (*http)(const struct smm_out* out, const smm_http_request* request) SMM_NOEXCEPT; /* [worker] */
  void (*wait)(const struct smm_out* out, uint64_t milliseconds) SMM_NOEXCEPT;           /* [worker] then a TIMER */
  void (*done)(const struct smm_out* out, const void* result) SMM_NOEXCEPT; /* [worker] the operation's result struct */
  void (*fail)(const struct smm_out* out, const smm_failure* failure) SMM_NOEXCEPT; /* [worker] */
} smm_out;

typedef struct smm_instance smm_instance; /* a configured plugin; defined by the plugin */

/* Operations under a fixed id. Bit n of capabilities is set if and only if operation n works on this instance. */
#define SMM_CAPABILITY(operation) (UINT64_C(1) << (operation))
typedef struct smm_interface {
  uint32_t struct_size, reserved;
  uint64_t capabilities;
  void (*next)(smm_instance* instance, const smm_call* call, const smm_out* out) SMM_NOEXCEPT; /* [worker] */
} smm_interface;

#define SMM_LOG_DEBUG 1u
#define SMM_LOG_INFO 2u
#define SMM_LOG_WARNING 3u
/* What the host offers. log is for diagnosis: it is rate limited and may drop. Never log what came from an upstream. */
typedef struct smm_host {
  uint32_t struct_size, abi_minor; /* abi_minor: the host's own */
  void* context;
  smm_str version; /* of the host, for messages */
  void (*log)(const struct smm_host* host, uint32_t level, smm_str message) SMM_NOEXCEPT; /* [any] */
} smm_host;

/* The settings of one INI section, validated against the manifest; defaults are filled in, secrets are placeholders.
 * Values are text in canonical form: bool "true"/"false", int and size decimal (size in bytes), duration in
 * milliseconds, decimal with a point, list items separated by commas. A setting without value or default is absent. */
typedef struct smm_config {
  uint32_t struct_size, reserved;
  smm_str name; /* the section's: "machinesmm" of [provider.machinesmm] */
  const smm_pair* values;
  uint64_t value_count;
} smm_config;

/* Collects what is wrong with a configuration: every mistake, not only the first. key may be empty. */
typedef struct smm_errors {
  uint32_t struct_size, reserved;
  void* context;
  void (*add)(const struct smm_errors* errors, smm_str key, smm_str message) SMM_NOEXCEPT; /* [control] within open() */
} smm_errors;

typedef struct smm_plugin {
  uint32_t struct_size, abi_major; /* SMM_ABI_MAJOR and SMM_ABI_MINOR of the header it was built with */
  uint32_t abi_minor, reserved;
  smm_str id, version; /* equal to the manifest's */
  /* Makes an instance. SMM_OK and *instance set; or another code, at least one error added, *instance untouched. */
  smm_code (*open)(const smm_host* host, const smm_config* config, const smm_errors* errors,
                   smm_instance** instance) SMM_NOEXCEPT; /* [control] */
  /* Ends an instance; no call of it is running or follows. NULL is ignored. */
  void (*close)(smm_instance* instance) SMM_NOEXCEPT; /* [control] */
  /* The interface of that id ("smm.provider/1"), or NULL when this instance has none. */
  const struct smm_interface* (*get_interface)(smm_instance* instance, smm_str id)SMM_NOEXCEPT; /* [control] */
} smm_plugin;

/* The one exported symbol. Returns a static struct and does nothing else. */
__attribute__((visibility("default"))) const smm_plugin* smm_plugin_entry_v1(void) SMM_NOEXCEPT; /* [loader] */
#ifdef __cplusplus
}
#endif
#endif
