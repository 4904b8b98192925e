/* "smm.provider/1": what an SMM panel can do. The rules that hold for all structs and functions are in smm/abi.h. */
#ifndef SMM_PROVIDER_H
#define SMM_PROVIDER_H
#include "smm/abi.h"

#define SMM_PROVIDER_ID "smm.provider/1"
/* operation                       input                 result                 the name in the manifest */
#define SMM_PROVIDER_PLACE 1u         /* smm_place_input     smm_place_result       place */
#define SMM_PROVIDER_STATUS 2u        /* smm_ids_input       smm_status_result      status */
#define SMM_PROVIDER_CANCEL 3u        /* smm_ids_input       smm_action_result      cancel */
#define SMM_PROVIDER_REFILL 4u        /* smm_ids_input       smm_action_result      refill */
#define SMM_PROVIDER_REFILL_STATUS 5u /* smm_ids_input       smm_status_result      refill_status */
#define SMM_PROVIDER_BALANCE 6u       /* NULL                smm_balance_result     balance */
#define SMM_PROVIDER_SERVICES 7u      /* NULL                smm_services_result    services */
#define SMM_PROVIDER_RECONCILE 8u     /* smm_reconcile_input smm_reconcile_result   reconcile */
/* Bits of the "has" fields: the value beside it was told by the upstream. */
#define SMM_HAS_CHARGE 1u
#define SMM_HAS_START_COUNT 2u
#define SMM_HAS_REMAINS 4u
#define SMM_HAS_CREATED 8u
#define SMM_HAS_QUANTITY 16u

/* PLACE buys. Money leaves: done only on a clear acceptance, a refusal code only on a clear refusal, SMM_UPSTREAM_DOWN
 * only if nothing was sent, SMM_OUTCOME_UNKNOWN for everything else. */
typedef struct smm_place_input {
  uint32_t struct_size, reserved;
  smm_str service_id, link;
  int64_t quantity; /* > 0; the upstream's own units */
  const smm_pair*
      extra; /* further fields of the service's type, by the panel API's names: "comments", "usernames" ... */
  uint64_t extra_count;
  smm_str reference; /* the host's own name of this purchase, the same in every attempt; for idempotency keys */
} smm_place_input;
typedef struct smm_place_result {
  uint32_t struct_size, has; /* has: SMM_HAS_CHARGE */
  smm_str order_id;          /* never empty */
  int64_t charge_micros;
  smm_str currency;
} smm_place_result;

/* 1 to 100 order ids (refill ids for REFILL_STATUS), each once. */
typedef struct smm_ids_input {
  uint32_t struct_size, reserved;
  const smm_str* ids;
  uint64_t id_count;
} smm_ids_input;

/* States of an order and of a refill. Text that is not known is UNKNOWN_TEXT and never an ended state. */
#define SMM_STATE_UNKNOWN_TEXT 0u
#define SMM_STATE_PENDING 1u
#define SMM_STATE_PROCESSING 2u
#define SMM_STATE_IN_PROGRESS 3u
#define SMM_STATE_COMPLETED 4u
#define SMM_STATE_PARTIAL 5u  /* ended; "remains" was not delivered and was paid back */
#define SMM_STATE_CANCELED 6u /* ended; paid back */
#define SMM_STATE_REFUNDED 7u /* ended; paid back */
#define SMM_STATE_PROBLEM 8u  /* the upstream calls it failed; not ended, a person has to look */
#define SMM_STATE_REJECTED 9u /* of refills only: refused */
/* One row for every id asked, in that order. code tells whether the rest of the row is meant. */
typedef struct smm_status_row {
  uint32_t struct_size, state; /* state: SMM_STATE_... if code is SMM_OK */
  smm_code code;         /* SMM_OK; SMM_NOT_FOUND; SMM_BAD_RESPONSE when the answer left this id out; or another */
  uint32_t has;          /* SMM_HAS_CHARGE, _START_COUNT, _REMAINS */
  smm_str order_id;      /* as asked (the refill id for REFILL_STATUS) */
  int64_t charge_micros; /* what it cost so far; of a PARTIAL the reduced cost */
  smm_str currency;
  int64_t start_count, remains;
  smm_str text; /* the upstream's own word for the state, or its error */
} smm_status_row;
typedef struct smm_status_result {
  uint32_t struct_size, reserved;
  const smm_status_row* rows;
  uint64_t row_count;
} smm_status_result;

/* CANCEL and REFILL: one row for every id asked, in that order. SMM_OUTCOME_UNKNOWN when an id was left out. */
typedef struct smm_action_row {
  uint32_t struct_size;
  smm_code code;     /* SMM_OK: accepted */
  smm_str order_id;  /* as asked */
  smm_str action_id; /* of a refill: its id for REFILL_STATUS; may be empty */
  smm_str text;      /* the upstream's error */
} smm_action_row;
typedef struct smm_action_result {
  uint32_t struct_size, reserved;
  const smm_action_row* rows;
  uint64_t row_count;
} smm_action_result;

typedef struct smm_balance_result {
  uint32_t struct_size, reserved;
  int64_t micros; /* may be negative */
  smm_str currency;
} smm_balance_result;

/* Bits of smm_service_row.flags */
#define SMM_SERVICE_REFILL 1u
#define SMM_SERVICE_CANCEL 2u
#define SMM_SERVICE_DRIPFEED 4u
typedef struct smm_service_row {
  uint32_t struct_size, flags; /* flags: SMM_SERVICE_... */
  smm_str service_id, name;
  smm_str type, category; /* type: "Default", "Package", "Custom Comments" ... as the upstream writes it */
  int64_t rate_micros;    /* price of rate_per units in the account's currency; -1: not told */
  int64_t rate_per;       /* 1000, or 1 for types sold by the piece */
  int64_t min, max;       /* 0: not told */
} smm_service_row;
typedef struct smm_services_result {
  uint32_t struct_size, reserved;
  const smm_service_row* rows;
  uint64_t row_count;
  smm_str currency; /* of the rates; mostly empty, panels do not say */
} smm_services_result;

/* RECONCILE looks for orders that a PLACE of unknown outcome may have made. */
typedef struct smm_reconcile_input {
  uint32_t struct_size, reserved;
  smm_str service_id, link;
  int64_t quantity, sent_after; /* sent_after: the purchase was sent at this time or later */
} smm_reconcile_input;

/* Orders with that service and link (as text, case-insensitive, without a final slash) that may be the one sought. */
typedef struct smm_reconcile_row {
  uint32_t struct_size, has; /* has: SMM_HAS_CREATED, _QUANTITY, _CHARGE */
  smm_str order_id, service_id, link;
  int64_t quantity, created, charge_micros;
  smm_str currency;
} smm_reconcile_row;
typedef struct smm_reconcile_result {
  uint32_t struct_size,
      complete; /* complete: 1 if the listing surely reaches back to sent_after: no row, no order; else 0 */
  const smm_reconcile_row* rows;
  uint64_t row_count;
} smm_reconcile_result;

#endif
