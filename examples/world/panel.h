// A simulated SMM panel that speaks API v2, keeps its own books, and fails in the ways real panels do.
//
// The books are the judge of every test: what stands in orders() was accepted and charged, whatever the answer was.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "examples/world/clock.h"
#include "examples/world/http_service.h"

namespace smmhost::world {

struct PanelService {
  std::string id;
  std::string name;
  std::int64_t rate_micros = 0;  // the price of 1000, in millionths of the panel's currency
  std::int64_t min = 10;
  std::int64_t max = 1'000'000;
};

// How an order ends when its time has come.
enum class Fate {
  kCompletes,
  kPartial,   // `remains` are not delivered and are paid back
  kCanceled,  // paid back in full
  kRefunded,  // paid back in full
  kNeverEnds,
};

enum class PanelOrderState { kPending, kInProgress, kCompleted, kPartial, kCanceled, kRefunded };

struct PanelOrder {
  std::string id;
  std::string service;
  std::string link;
  std::int64_t quantity = 0;
  std::int64_t charge_micros = 0;  // what it costs now; paid-back money is taken off
  std::int64_t start_count = 0;
  Fate fate = Fate::kCompletes;
  std::int64_t remains_at_end = 0;
  Millis accepted_at{0};
  PanelOrderState state = PanelOrderState::kPending;
};

// One `add` as it came, whatever became of it.
struct AddRequest {
  std::string service;
  std::string link;
  std::string quantity;
  std::string accepted_as;                            // the order's id, or "" where nothing was accepted
  std::chrono::steady_clock::time_point received_at;  // real time, for measuring
};

// What a scripted call is answered with. Everything that is not kHonest is a fault seen in real panels.
enum class PanelReply {
  kHonest,
  kHang,         // no answer for PanelOptions::hang, then the connection is closed
  kSlow,         // the honest answer after PanelOptions::slow
  kClose,        // the connection is closed without an answer
  kCutShort,     // the connection is closed in the middle of the answer
  kServerError,  // HTTP 500 with HTML
  kServerErrorJson,
  kTooMany,        // HTTP 429
  kMoved,          // HTTP 301
  kHtml,           // HTTP 200 with HTML
  kEmptyObject,    // {}
  kEmptyList,      // []
  kOrderZero,      // {"order":0}
  kOrderNull,      // {"order":null}
  kOrderWord,      // {"order":"abc"}
  kOrderAsText,    // {"order":"23501"}
  kTruncatedJson,  // a whole HTTP answer whose JSON ends in the middle
  kByteOrderMark,  // the honest answer after a BOM
  kPhpWarning,     // the honest answer after a PHP warning
  kError,          // {"error": text}
  kNumericStatus,  // the honest status with numbers for words
  kOtherSpelling,  // the honest status as "Cancelled", "in_progress", "Partially completed", "complete"
  kMissingIds,     // a multi-status without its first id
  kExtraIds,       // a multi-status with an id nobody asked for
  kErrorRows,      // a multi-status whose rows are errors
  kCommaMoney,     // amounts with a comma
};

struct PanelFault {
  std::string action = "add";  // the action it applies to; "" any
  std::string link_part;       // for add: only links that contain this; "" any
  int skip = 0;                // lets that many matching calls pass first
  int times = 1;               // then applies to that many; -1: to all
  PanelReply reply = PanelReply::kHonest;
  bool accept = true;  // for add: whether the order is accepted (and charged) although the answer is bad
  std::string text;    // for kError
};

struct PanelOptions {
  std::string name;
  std::string key;
  std::string currency = "USD";
  std::int64_t balance_micros = 1'000'000'000;
  std::int64_t first_order_id = 23501;
  Millis pending_for{60'000};              // of the world's clock
  Millis working_for{600'000};             // likewise
  std::chrono::milliseconds hang{60'000};  // real time
  std::chrono::milliseconds slow{1'000};   // likewise
  bool one_active_order_per_link = true;
  std::vector<PanelService> services;
};

// Thread safe but for the go_down() and come_up() of http().
class Panel {
 public:
  Panel(PanelOptions options, WorldClock& clock);

  std::string url() const { return http_.url() + "/api/v2"; }
  HttpService& http() { return http_; }
  const PanelOptions& options() const { return options_; }

  // The books.
  std::vector<PanelOrder> orders();  // in the order of acceptance
  std::vector<PanelOrder> orders_for(const std::string& link_part);
  std::size_t order_count() const;
  std::vector<AddRequest> add_requests() const;
  std::int64_t balance_micros();
  std::int64_t spent_micros();  // the sum of what all orders cost now

  // The script.
  void add_fault(PanelFault fault);
  void clear_faults();
  void set_balance(std::int64_t micros);
  // Decides how orders accepted from now on, for links that contain `link_part`, end.
  void set_fate(std::string link_part, Fate fate, std::int64_t remains = 0);
  void put_service(PanelService service);  // adds it or replaces its prices and bounds
  void remove_service(const std::string& id);

 private:
  struct FateRule {
    std::string link_part;
    Fate fate;
    std::int64_t remains;
  };

  Answer serve(const Request& request);
  Answer control(const Request& request);
  Answer ledger();
  Answer honest(const std::string& action, const Pairs& form);
  std::optional<PanelFault> take_fault(const std::string& action, const std::string& link);
  Answer add(const Pairs& form);
  std::string refusal(const Pairs& form, const PanelService* service, std::int64_t quantity) const;
  const PanelOrder& accept(const Pairs& form, const PanelService& service, std::int64_t quantity);
  Answer status(const Pairs& form);
  Answer services() const;
  Answer balance() const;
  Answer list_rows(const Pairs& form, const char* key);
  void settle_orders();
  Answer distort(Answer honest, const PanelFault& fault) const;
  const PanelService* find_service(const std::string& id) const;
  PanelOrder* find_order(const std::string& id);

  const PanelOptions options_;
  WorldClock& clock_;
  mutable std::mutex mutex_;
  std::vector<PanelService> services_;
  std::deque<PanelOrder> orders_;  // which never moves one
  std::unordered_map<std::string, PanelOrder*> orders_by_id_;
  std::vector<PanelOrder*> running_;
  std::vector<AddRequest> add_requests_;
  std::vector<PanelFault> faults_;
  std::vector<FateRule> fates_;
  std::int64_t balance_micros_ = 0;
  std::int64_t next_order_id_ = 0;
  HttpService http_;  // last: it calls the others
};

const char* to_string(PanelOrderState state);

// The word the control API and the scenarios use: "hang", "close", "html", ...; nullopt for an unknown one.
std::optional<PanelReply> parse_panel_reply(const std::string& word);
std::optional<Fate> parse_fate(const std::string& word);

}  // namespace smmhost::world
