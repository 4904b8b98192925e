#include "host/plugin/driver.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/plugin/abi_text.h"
#include "host/plugin/history.h"
#include "host/plugin/request_rules.h"

namespace smmhost {
namespace {

constexpr std::size_t kMaxKeptBytes = 16 << 10;
constexpr std::size_t kMaxUrlBytes = 2000;
constexpr std::size_t kMaxResponseBytes = 8 << 20;
constexpr std::uint32_t kCpuBudgetUs = 200'000;

// One operation under way.
class Run {
 public:
  Run(PluginInstance& instance, Duration timeout, Duration deadline, bool allow_http,
      const PluginEnvironment& environment, const Operation& operation)
      : instance_(instance),
        timeout_(timeout),
        deadline_(deadline),
        allow_http_(allow_http),
        environment_(environment),
        operation_(operation),
        secrets_(instance.settings().secrets) {}

  OperationOutcome execute(const TakeResult& take) {
    const auto effect = instance_.manifest().operations.find(std::string(operation_.name));
    if (!instance_.can(operation_.interface_id, operation_.number) || effect == instance_.manifest().operations.end()) {
      fail(FailureCode::kUnsupported, "the plugin does not have the operation " + std::string(operation_.name));
      return std::move(outcome_);
    }
    if (const auto objection = instance_.health().objection(effect->first, environment_.clock.now())) {
      fail(FailureCode::kInternal, *objection + "; nothing was sent");
      return std::move(outcome_);
    }
    strongest_effect_ = effect->second;
    entropy_ = environment_.entropy();
    const auto queued = std::chrono::steady_clock::now();
    // Half of the time stays for the call itself: a purchase that is cut short once it was sent is an unknown outcome.
    const PluginInstance::Turn turn(instance_, deadline_ / 2);
    spent_ += std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - queued);
    if (!turn.granted())
      fail(FailureCode::kInternal, "all calls that the plugin takes at once are under way; nothing was sent");
    while (!ended_) {
      if (steps_ >= most_steps())
        fault(too_many_steps(most_steps()));
      else
        take_step(ask_plugin(take));
    }
    if (!faulted_ && steps_ > 0) instance_.health().good(effect->first);
    return std::move(outcome_);
  }

 private:
  int most_steps() const { return has_written_ ? PluginDriver::kMaxSteps : PluginDriver::kMaxReadSteps; }

  static std::string too_many_steps(int most) { return "took more than " + std::to_string(most) + " steps"; }

  Action ask_plugin(const TakeResult& take) {
    ++steps_;
    const auto& events = history_.events();
    smm_call call{};
    call.struct_size = sizeof call;
    call.operation = operation_.number;
    call.input = operation_.input;
    call.history = events.data();
    call.history_count = events.size();
    call.now = to_unix_ms(operation_.now);
    call.entropy = entropy_;
    call.attempt = static_cast<std::uint32_t>(std::max(operation_.attempt, 1));
    call.deadline_left_ms = static_cast<std::uint32_t>(std::max<std::int64_t>(time_left().count(), 0));
    call.cpu_budget_us = kCpuBudgetUs;
    Asked asked = ask(instance_, operation_.interface_id, call, take);
    if (asked.recovered_from) note_fault(*asked.recovered_from + " (asked again, it answered)");
    // Its answer is taken all the same: what may be an acceptance is not thrown away for having taken long.
    if (asked.cpu_us > kCpuBudgetUs)
      note_fault(
          fmt::format("computed for {} ms in one step, its budget is {} ms", asked.cpu_us / 1000, kCpuBudgetUs / 1000));
    return std::move(asked.action);
  }

  void take_step(Action action) {
    if (auto* breach = std::get_if<Breach>(&action)) return fault(breach->what);
    if (auto* failed = std::get_if<FailAction>(&action)) {
      outcome_.failed_by_plugin = true;
      if (failed->failure.code == FailureCode::kInternal) note_fault("failed: " + failed->failure.message);
      return end(std::move(failed->failure));
    }
    if (auto* done = std::get_if<DoneAction>(&action)) return end(std::move(done->objection));
    if (auto* wait = std::get_if<WaitAction>(&action)) return pause(wait->duration);
    send(std::move(std::get<HttpAction>(action).request));
  }

  void pause(Duration duration) {
    if (duration >= time_left())
      return cut_short(duration,
                       fmt::format("the plugin wants to wait {} ms, longer than this call may take", duration.count()));
    if (!environment_.sleep(duration)) return fail(FailureCode::kInternal, "the host is stopping");
    spent_ += duration;
    history_.add_timer(environment_.clock.now());
  }

  void send(HttpRequest request) {
    if (request.effect == HttpEffect::kWriteOnce && once_left_)
      return refuse(request, FailureCode::kOutcomeUnknown, "a second purchase in one call, which is never sent");
    if (request.effect != HttpEffect::kRead && steps_ >= PluginDriver::kMaxSteps)
      return fault(too_many_steps(PluginDriver::kMaxSteps) + " before it was done with what it writes");
    const RequestRules rules{strongest_effect_, instance_.manifest().egress, instance_.settings().url_hosts,
                             allow_http_};
    if (const auto problem = request_problem(request, rules)) return refuse(request, FailureCode::kInternal, *problem);
    if (time_left() <= Duration::zero()) return cut_short(std::nullopt, "the time for this call is used up");

    request.timeout =
        std::min({request.timeout > Duration::zero() ? request.timeout : timeout_, timeout_, time_left()});
    request.max_response_bytes =
        request.max_response_bytes == 0 ? kMaxResponseBytes : std::min(request.max_response_bytes, kMaxResponseBytes);
    auto filled = secrets_.fill(request);
    if (auto* problem = std::get_if<PlaceholderProblem>(&filled))
      return refuse(request, FailureCode::kConfig, problem->message);

    const Time started = environment_.clock.now();
    const HttpResult result = send_safely(std::get<HttpRequest>(filled));
    const Time ended = environment_.clock.now();
    spent_ += result.elapsed;
    has_written_ = has_written_ || request.effect != HttpEffect::kRead;
    note_effect(request.effect, result.outcome);
    keep(request, result, started, ended);
    if (environment_.on_exchange) environment_.on_exchange(request, without_secrets(result));
    history_.add_result(result, secrets_, ended);
  }

  // A transport that throws has failed at an unknown place: the careful reading is that the request left.
  HttpResult send_safely(const HttpRequest& request) {
    try {
      return environment_.transport.send(request);
    } catch (const std::exception& e) {
      warn(std::string("the transport failed: ") + e.what());
      HttpResult result;
      result.outcome = TransportOutcome::kMaybeSent;
      result.error = HttpError::kClosed;
      result.error_text = "the host failed while sending";
      return result;
    }
  }

  void note_effect(HttpEffect effect, TransportOutcome sent) {
    outcome_.answered = outcome_.answered || sent == TransportOutcome::kAnswered;
    if (effect == HttpEffect::kRead || sent == TransportOutcome::kNotSent) return;
    outcome_.write_left = true;
    outcome_.write_maybe_sent = outcome_.write_maybe_sent || sent == TransportOutcome::kMaybeSent;
    once_left_ = once_left_ || effect == HttpEffect::kWriteOnce;
  }

  // Evidence, without secrets: placeholders and any secret value that came back are "***".
  void keep(const HttpRequest& request, const HttpResult& result, Time started, Time ended) {
    Exchange exchange;
    exchange.id = fmt::format("{:016x}{:016x}", environment_.entropy(), environment_.entropy());
    exchange.peer = instance_.name();
    exchange.operation = operation_.name;
    exchange.attempt = operation_.attempt;
    exchange.method = presentable(request.method, 16);
    exchange.url = words(Secrets::mask(request.url), kMaxUrlBytes);
    exchange.request_body = body(Secrets::mask(request.body));
    exchange.outcome = result.outcome;
    exchange.status = result.status;
    exchange.response_body = body(result.body);
    exchange.error = words(result.error_text, kMaxUrlBytes);
    exchange.started_at = started;
    exchange.ended_at = ended;
    outcome_.exchanges.push_back(std::move(exchange));
  }

  std::string body(std::string_view text) const { return storable(secrets_.scrub(text), kMaxKeptBytes); }
  std::string words(std::string_view text, std::size_t max_bytes = std::string::npos) const {
    return presentable(secrets_.scrub(text), max_bytes);
  }

  HttpResult without_secrets(HttpResult result) const {
    result.body = secrets_.scrub(result.body);
    result.error_text = secrets_.scrub(result.error_text);
    for (auto& [name, value] : result.headers) value = secrets_.scrub(value);
    return result;
  }

  // A request that the host does not send ends the operation, and is kept as evidence too.
  void refuse(const HttpRequest& request, FailureCode code, const std::string& why) {
    HttpResult unsent;
    unsent.error_text = "refused by the host: " + why;
    const Time now = environment_.clock.now();
    keep(request, unsent, now, now);
    note_fault("made " + why);
    fail(code, "the plugin made " + why);
  }

  void cut_short(std::optional<Duration> retry_after, std::string why) {
    fail(FailureCode::kUpstreamDown, std::move(why), retry_after);
  }

  // Counts against the plugin; what it means for the operation is said elsewhere.
  void note_fault(const std::string& what) {
    faulted_ = true;
    const std::string clean_words = words(what);
    warn(fmt::format("the plugin is at fault: in {} it {}", operation_.name, clean_words));
    instance_.health().fault(std::string(operation_.name), clean_words, environment_.clock.now());
  }

  void fault(const std::string& what) {
    note_fault(what);
    fail(FailureCode::kInternal, "the plugin is at fault: it " + what);
  }

  // The host's own failures: once a purchase may have left, none of them can say that nothing was bought.
  void fail(FailureCode code, std::string message, std::optional<Duration> retry_after = std::nullopt) {
    end(Failure{once_left_ ? FailureCode::kOutcomeUnknown : code, retry_after, std::move(message), {}});
  }

  void end(std::optional<Failure> failure) {
    ended_ = true;
    if (failure) {
      failure->message = words(failure->message);
      failure->upstream = words(failure->upstream);
    }
    outcome_.failure = std::move(failure);
  }

  void warn(const std::string& message) const {
    environment_.log(instance_.name(), PluginLogLevel::kWarning, words(message));
  }

  Duration time_left() const { return deadline_ - spent_; }

  PluginInstance& instance_;
  const Duration timeout_;
  const Duration deadline_;
  const bool allow_http_;
  const PluginEnvironment& environment_;
  const Operation& operation_;
  const Secrets& secrets_;
  HttpEffect strongest_effect_ = HttpEffect::kRead;
  std::uint64_t entropy_ = 0;
  History history_;
  Duration spent_{};
  int steps_ = 0;
  bool has_written_ = false;
  bool once_left_ = false;
  bool ended_ = false;
  bool faulted_ = false;
  OperationOutcome outcome_;
};

}  // namespace

bool PluginDriver::can(std::string_view interface_id, std::uint32_t number) const {
  return instance_.can(interface_id, number);
}

Duration PluginDriver::operation_deadline() const {
  return std::max(timeout_, std::min<Duration>(2 * timeout_, std::chrono::minutes{2}));
}

OperationOutcome PluginDriver::run(const Operation& operation, const TakeResult& take) const {
  return Run(instance_, timeout_, operation_deadline(), allow_http_, environment_, operation).execute(take);
}

}  // namespace smmhost
