// The base class of an SMM panel. An author names the operations that work and writes a pair for each: build_x makes
// the one request, parse_x reads its answer. An operation of several requests overrides step_x instead.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "smm/provider.h"
#include "smm/sdk/steps.hpp"

namespace smm::sdk {

/// An amount in micro units; the currency is empty when it is not known.
struct Money {
  int64_t micros = 0;
  std::string currency;
};

/// Inputs borrow from the call. Fields: see the C struct of the same name in smm/provider.h.
struct PlaceInput {
  std::string_view service_id;
  std::string_view link;
  int64_t quantity = 0;
  std::vector<std::pair<std::string_view, std::string_view>> extra;
  std::string_view reference;
};
using Ids = std::vector<std::string_view>;
struct ReconcileInput {
  std::string_view service_id;
  std::string_view link;
  int64_t quantity = 0;
  int64_t sent_after = 0;
};

struct Placed {
  std::string order_id;
  std::optional<Money> charge;
};
struct StatusRow {
  std::string order_id;
  smm_code code = SMM_OK;
  uint32_t state = SMM_STATE_UNKNOWN_TEXT;
  std::optional<Money> charge;
  std::optional<int64_t> start_count;
  std::optional<int64_t> remains;
  std::string text;
};
struct ActionRow {
  std::string order_id;
  smm_code code = SMM_OK;
  std::string action_id;
  std::string text;
};
struct Service {
  std::string service_id;
  std::string name;
  std::string type;
  std::string category;
  std::optional<int64_t> rate_micros;
  int64_t rate_per = 1000;
  int64_t min = 0;
  int64_t max = 0;
  bool refill = false;
  bool cancel = false;
  bool dripfeed = false;
};
struct Services {
  std::vector<Service> rows;
  std::string currency;
};
struct Candidate {
  std::string order_id;
  std::string service_id;
  std::string link;
  std::optional<int64_t> quantity;
  std::optional<int64_t> created;
  std::optional<Money> charge;
};
struct Candidates {
  std::vector<Candidate> rows;
  bool complete = false;
};

/// An instance is immutable: every function is const and may run in several threads at once if the manifest's
/// concurrency is above 1. Exceptions are caught at the edge and become failures.
class Provider {
 public:
  virtual ~Provider() = default;

  /// The operations that work on this instance: SMM_PROVIDER_PLACE, ... Asked once, after construction.
  virtual std::vector<uint32_t> operations() const = 0;

  /// PLACE: the request's effect is SMM_WRITE_ONCE unless the panel has an idempotency key.
  virtual Result<HttpRequest> build_place(const PlaceInput&) const { return unsupported(); }
  virtual Result<Placed> parse_place(const PlaceInput&, const HttpResponse&) const { return unsupported(); }
  virtual Step<Placed> step_place(const PlaceInput& in, const Call& call) const {
    return play_pair<Placed>(
        call, [&] { return build_place(in); }, [&](const HttpResponse& answer) { return parse_place(in, answer); });
  }

  virtual Result<HttpRequest> build_status(const Ids&) const { return unsupported(); }
  virtual Result<std::vector<StatusRow>> parse_status(const Ids&, const HttpResponse&) const { return unsupported(); }
  virtual Step<std::vector<StatusRow>> step_status(const Ids& ids, const Call& call) const {
    return play_pair<std::vector<StatusRow>>(
        call, [&] { return build_status(ids); }, [&](const HttpResponse& answer) { return parse_status(ids, answer); });
  }

  virtual Result<HttpRequest> build_cancel(const Ids&) const { return unsupported(); }
  virtual Result<std::vector<ActionRow>> parse_cancel(const Ids&, const HttpResponse&) const { return unsupported(); }
  virtual Step<std::vector<ActionRow>> step_cancel(const Ids& ids, const Call& call) const {
    return play_pair<std::vector<ActionRow>>(
        call, [&] { return build_cancel(ids); }, [&](const HttpResponse& answer) { return parse_cancel(ids, answer); });
  }

  virtual Result<HttpRequest> build_refill(const Ids&) const { return unsupported(); }
  virtual Result<std::vector<ActionRow>> parse_refill(const Ids&, const HttpResponse&) const { return unsupported(); }
  virtual Step<std::vector<ActionRow>> step_refill(const Ids& ids, const Call& call) const {
    return play_pair<std::vector<ActionRow>>(
        call, [&] { return build_refill(ids); }, [&](const HttpResponse& answer) { return parse_refill(ids, answer); });
  }

  virtual Result<HttpRequest> build_refill_status(const Ids&) const { return unsupported(); }
  virtual Result<std::vector<StatusRow>> parse_refill_status(const Ids&, const HttpResponse&) const {
    return unsupported();
  }
  virtual Step<std::vector<StatusRow>> step_refill_status(const Ids& ids, const Call& call) const {
    return play_pair<std::vector<StatusRow>>(
        call, [&] { return build_refill_status(ids); },
        [&](const HttpResponse& answer) { return parse_refill_status(ids, answer); });
  }

  virtual Result<HttpRequest> build_balance() const { return unsupported(); }
  virtual Result<Money> parse_balance(const HttpResponse&) const { return unsupported(); }
  virtual Step<Money> step_balance(const Call& call) const {
    return play_pair<Money>(
        call, [&] { return build_balance(); }, [&](const HttpResponse& answer) { return parse_balance(answer); });
  }

  virtual Result<HttpRequest> build_services() const { return unsupported(); }
  virtual Result<Services> parse_services(const HttpResponse&) const { return unsupported(); }
  virtual Step<Services> step_services(const Call& call) const {
    return play_pair<Services>(
        call, [&] { return build_services(); }, [&](const HttpResponse& answer) { return parse_services(answer); });
  }

  virtual Result<HttpRequest> build_reconcile(const ReconcileInput&) const { return unsupported(); }
  virtual Result<Candidates> parse_reconcile(const ReconcileInput&, const HttpResponse&) const { return unsupported(); }
  virtual Step<Candidates> step_reconcile(const ReconcileInput& in, const Call& call) const {
    return play_pair<Candidates>(
        call, [&] { return build_reconcile(in); },
        [&](const HttpResponse& answer) { return parse_reconcile(in, answer); });
  }

 protected:
  static Failure unsupported() { return {SMM_UNSUPPORTED, "the plugin does not have this operation", {}, 0}; }
};

}  // namespace smm::sdk
