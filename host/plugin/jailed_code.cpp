// A plugin's code in a runner: what it does wrong there costs one call.
#include <algorithm>
#include <atomic>
#include <mutex>

#include "host/plugin/abi_text.h"
#include "host/plugin/plugin_code.h"
#include "sdk/runner/process.h"

namespace smmhost {
namespace {

namespace runner = smm::runner;

// A runner is replaced between two calls after this much computing, long before the limit of its process.
constexpr std::chrono::minutes kReplaceAfter{5};

EntryFacts facts_of(const runner::Loaded& loaded) {
  return {loaded.struct_size, loaded.abi_major, loaded.abi_minor, loaded.has_all_functions != 0,
          loaded.id,          loaded.version};
}

class JailedCode final : public PluginCode {
 public:
  JailedCode(std::shared_ptr<const PluginImage> image, const std::string& program, OpenRequest request)
      : image_(std::move(image)), request_(std::move(request)) {
    options_.program = program;
  }

  std::optional<OpenFailure> open() {
    const std::lock_guard lock(mutex_);
    auto started = start();
    if (auto* failure = std::get_if<OpenFailure>(&started)) return std::move(*failure);
    interfaces_ = std::move(std::get<std::vector<OfferedInterface>>(started));
    return std::nullopt;
  }

  // Once something has been sent, what came back is at stake, and what the plugin makes of it may be worth a purchase:
  // it is asked again in a new process. A plugin is pure, and asking sends nothing, so that this cannot buy twice.
  CodeReturn next(std::string_view interface_id, const smm_call& call, const smm_out& out) override {
    const std::lock_guard lock(mutex_);
    CodeReturn first = ask_once(interface_id, call, out);
    if (!first.fault || call.history_count == 0) return first;
    CodeReturn second = ask_once(interface_id, call, out);
    if (!second.fault) second.recovered_from = std::move(first.fault);
    return second;
  }

  std::uint64_t restarts() const override { return restarts_; }
  std::string posture() const override {
    const std::lock_guard lock(posture_mutex_);
    return posture_;
  }

 private:
  CodeReturn ask_once(std::string_view interface_id, const smm_call& call, const smm_out& out) {
    if (auto problem = be_ready()) return {std::move(problem)};
    auto asked = process_->call(interface_id, call, request_.log);
    if (auto* fault = std::get_if<runner::Fault>(&asked)) {
      process_.reset();
      return {std::move(fault->what)};
    }
    const runner::Answer& answer = *std::get<const runner::Answer*>(asked);
    if (answer.kind == runner::AnswerKind::kTooLong) return {"gave an answer that is too large"};
    answer.deliver(out);
    return {std::nullopt, static_cast<std::int64_t>(answer.cpu_us)};
  }

  // A process that is well, started again where there is none. Plugins are pure: a new one goes on where the old was.
  std::optional<std::string> be_ready() {
    if (process_ && process_->cpu_used() > kReplaceAfter) process_.reset();
    if (process_ && process_->is_alive()) return std::nullopt;
    if (process_) request_.log(SMM_LOG_WARNING, "between two calls its process " + process_->gone());
    process_.reset();
    ++restarts_;
    auto started = start();
    if (auto* failure = std::get_if<OpenFailure>(&started)) {
      process_.reset();
      if (!failure->crash.empty()) return "while its process was started again it " + failure->crash;
      return "could not be opened again after its process had ended: " + why_not(*failure);
    }
    if (std::get<std::vector<OfferedInterface>>(started) == interfaces_) return std::nullopt;
    process_.reset();
    return "offered other operations after its restart";
  }

  std::variant<std::vector<OfferedInterface>, OpenFailure> start() {
    auto started = runner::Process::start(options_, image_->descriptor());
    if (auto* fault = std::get_if<runner::Fault>(&started))
      return fault->refused ? refused(fault->what) : crashed(*fault);
    process_ = std::move(std::get<std::unique_ptr<runner::Process>>(started));
    const runner::Loaded& loaded = process_->loaded();
    note_posture(loaded.posture);
    if (request_.judge)
      if (auto refusal = request_.judge(facts_of(loaded))) return refused(refusal->reason);
    std::vector<smm_pair> pairs;
    for (const auto& [key, value] : request_.values) pairs.push_back({runner::lend(key), runner::lend(value)});
    smm_config config{};
    config.struct_size = sizeof config;
    config.name = runner::lend(request_.name);
    config.values = pairs.data();
    config.value_count = pairs.size();
    auto opened = process_->open(SMMHOST_VERSION, config, request_.log);
    if (auto* fault = std::get_if<runner::Fault>(&opened)) return crashed(*fault);
    auto& answer = std::get<runner::Opened>(opened);
    if (answer.code != SMM_OK || !answer.has_instance) {
      OpenFailure failure;
      failure.code = answer.code;
      failure.complaints = std::move(answer.complaints);
      return failure;
    }
    return wanted(answer.interfaces);
  }

  static OpenFailure refused(const std::string& why) {
    OpenFailure failure;
    failure.refusal = presentable(why);
    return failure;
  }
  static OpenFailure crashed(const runner::Fault& fault) {
    OpenFailure failure;
    failure.crash = presentable(fault.what);
    failure.is_outside = fault.is_outside;
    return failure;
  }
  static std::string why_not(const OpenFailure& failure) {
    if (!failure.refusal.empty()) return failure.refusal;
    return failure.complaints.empty() ? "code " + std::to_string(failure.code) : failure.complaints.front().second;
  }

  // Those that the manifest lists, in its order.
  std::vector<OfferedInterface> wanted(const std::vector<runner::OfferedInterface>& offered) const {
    std::vector<OfferedInterface> result;
    for (const std::string& id : request_.interfaces) {
      const auto found =
          std::find_if(offered.begin(), offered.end(), [&](const auto& entry) { return entry.id == id; });
      if (found != offered.end()) result.push_back({found->id, found->complete, found->capabilities});
    }
    return result;
  }

  void note_posture(const std::string& posture) {
    const std::lock_guard lock(posture_mutex_);
    posture_ = presentable(posture);
  }

  const std::shared_ptr<const PluginImage> image_;
  runner::Options options_;
  const OpenRequest request_;
  std::mutex mutex_;  // one call at a time; a call computes, it never waits
  std::unique_ptr<runner::Process> process_;
  std::atomic<std::uint64_t> restarts_{0};
  mutable std::mutex posture_mutex_;
  std::string posture_;
};

}  // namespace

Trial try_loading(const PluginImage& image, const std::string& program,
                  const std::function<std::optional<Refusal>(const EntryFacts&)>& judge) {
  runner::Options options;
  options.program = program;
  const auto started = runner::Process::start(options, image.descriptor());
  if (const auto* fault = std::get_if<runner::Fault>(&started))
    return {Refusal{presentable(fault->refused ? fault->what : "while it was loaded it " + fault->what)}, {}};
  const runner::Loaded& loaded = std::get<std::unique_ptr<runner::Process>>(started)->loaded();
  return {judge(facts_of(loaded)), presentable(loaded.posture)};
}

std::variant<std::unique_ptr<PluginCode>, OpenFailure> open_jailed(std::shared_ptr<const PluginImage> image,
                                                                   const std::string& program, OpenRequest request) {
  auto code = std::make_unique<JailedCode>(std::move(image), program, std::move(request));
  if (auto failure = code->open()) return std::move(*failure);
  return std::unique_ptr<PluginCode>(std::move(code));
}

}  // namespace smmhost
