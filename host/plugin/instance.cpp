#include "host/plugin/instance.h"

#include <algorithm>
#include <utility>

#include "host/plugin/abi_text.h"
#include "host/plugin/recipient.h"

namespace smmhost {
namespace {

constexpr std::size_t kMaxMessageBytes = 1000;
constexpr int kLogLinesPerMinute = 60;

SourceLine where_is(const std::string& key, const PluginSection& section) {
  const auto value = section.values.find(key);
  return value == section.values.end() ? section.where : value->second.where;
}

// The operations of an interface under their names in the manifest.
std::vector<std::pair<std::uint32_t, std::string_view>> operations_of(std::string_view interface_id) {
  if (interface_id == SMM_PROVIDER_ID)
    return {{SMM_PROVIDER_PLACE, "place"},
            {SMM_PROVIDER_STATUS, "status"},
            {SMM_PROVIDER_CANCEL, "cancel"},
            {SMM_PROVIDER_REFILL, "refill"},
            {SMM_PROVIDER_REFILL_STATUS, "refill_status"},
            {SMM_PROVIDER_BALANCE, "balance"},
            {SMM_PROVIDER_SERVICES, "services"},
            {SMM_PROVIDER_RECONCILE, "reconcile"}};
  if (interface_id == SMM_PROFILE_CHECKER_ID) return {{SMM_CHECKER_CHECK, "check"}, {SMM_CHECKER_MEDIA, "media"}};
  return {};
}

}  // namespace

PluginInstance::PluginInstance(const PluginLibrary& library, PluginSettings settings,
                               const PluginEnvironment& environment)
    : manifest_(library.manifest),
      settings_(std::move(settings)),
      recipient_(recipient_of(manifest_, settings_)),
      environment_(environment),
      sha256_(library.image->sha256()),
      is_jailed_(library.plugin == nullptr) {}

PluginInstance::~PluginInstance() = default;

PluginInstance::Opened PluginInstance::open(const PluginLibrary& library, PluginSettings settings,
                                            const PluginSection& section, const PluginEnvironment& environment) {
  std::unique_ptr<PluginInstance> instance(new PluginInstance(library, std::move(settings), environment));
  OpenRequest request;
  request.name = instance->settings_.name;
  request.values = instance->settings_.values;
  request.interfaces = instance->manifest_.provides;
  request.log = [self = instance.get()](std::uint32_t level, std::string_view message) { self->log(level, message); };
  request.judge = [self = instance.get()](const EntryFacts& facts) { return entry_problem(facts, self->manifest_); };
  auto opened = library.plugin != nullptr ? open_in_process(library.plugin, std::move(request))
                                          : open_jailed(library.image, library.runner, std::move(request));
  if (auto* failure = std::get_if<OpenFailure>(&opened)) return instance->problem_of(std::move(*failure), section);
  instance->code_ = std::move(std::get<std::unique_ptr<PluginCode>>(opened));
  if (const std::string problem = instance->interface_problem(); !problem.empty())
    return std::vector<ConfigError>{
        {section.where, "[" + section.name + "] the plugin " + library.manifest.id + " " + problem}};
  return instance;
}

PluginInstance::Opened PluginInstance::problem_of(OpenFailure failure, const PluginSection& section) const {
  if (!failure.crash.empty()) return CrashWhileOpening{std::move(failure.crash), failure.is_outside};
  const std::string place = "[" + settings_.name + "] ";
  if (!failure.refusal.empty())
    return std::vector<ConfigError>{
        {section.where, place + "the plugin " + manifest_.id + " is not usable: " + failure.refusal}};
  std::vector<ConfigError> result;
  for (const auto& [key, message] : failure.complaints) {
    const std::string word = presentable(key, 64);
    result.push_back({where_is(word, section),
                      place + (word.empty() ? "" : "`" + word + "`: ") + presentable(message, kMaxMessageBytes)});
  }
  if (result.empty())
    result.push_back({section.where, place + "the plugin " + manifest_.id +
                                         " could not be opened and does not say why (code " +
                                         std::to_string(failure.code) + ")"});
  return result;
}

std::string PluginInstance::interface_problem() const {
  for (const OfferedInterface& offered : code_->interfaces()) {
    if (!offered.complete) return "has an incomplete interface " + offered.id;
    for (const auto& [operation, name] : operations_of(offered.id)) {
      const bool claims = (offered.capabilities & SMM_CAPABILITY(operation)) != 0;
      if (claims && !manifest_.operations.contains(std::string(name)))
        return "claims the operation " + std::string(name) + ", which its manifest does not list";
    }
  }
  return {};
}

bool PluginInstance::can(std::string_view interface_id, std::uint32_t operation) const {
  const auto& offered = code_->interfaces();
  return std::any_of(offered.begin(), offered.end(), [&](const OfferedInterface& entry) {
    return entry.id == interface_id && (entry.capabilities & SMM_CAPABILITY(operation)) != 0;
  });
}

CodeReturn PluginInstance::next(std::string_view interface_id, const smm_call& call, const smm_out& out) const {
  return code_->next(interface_id, call, out);
}

bool PluginInstance::may_log_now() {
  const std::lock_guard lock(log_mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (now - log_window_ >= std::chrono::minutes{1}) {
    log_window_ = now;
    logged_in_window_ = 0;
  }
  return ++logged_in_window_ <= kLogLinesPerMinute;
}

void PluginInstance::log(std::uint32_t level, std::string_view message) {
  if (!may_log_now()) return;
  const auto known = level == SMM_LOG_DEBUG     ? PluginLogLevel::kDebug
                     : level == SMM_LOG_WARNING ? PluginLogLevel::kWarning
                                                : PluginLogLevel::kInfo;
  environment_.log(settings_.name, known, presentable(settings_.secrets.scrub(message), kMaxMessageBytes));
}

PluginInstance::Turn::Turn(PluginInstance& instance, Duration patience) : instance_(instance) {
  std::unique_lock lock(instance_.turns_mutex_);
  granted_ = instance_.turn_ended_.wait_for(lock, patience,
                                            [&] { return instance_.turns_taken_ < instance_.manifest_.concurrency; });
  if (granted_) ++instance_.turns_taken_;
}

PluginInstance::Turn::~Turn() {
  if (!granted_) return;
  {
    const std::lock_guard lock(instance_.turns_mutex_);
    --instance_.turns_taken_;
  }
  instance_.turn_ended_.notify_one();
}

}  // namespace smmhost
