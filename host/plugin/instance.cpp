#include "host/plugin/instance.h"

#include <algorithm>
#include <utility>

#include "host/plugin/abi_text.h"

namespace smmhost {
namespace {

constexpr std::size_t kMaxMessageBytes = 1000;
constexpr std::size_t kMaxComplaints = 50;
constexpr int kLogLinesPerMinute = 60;

struct Complaint {
  std::string key;
  std::string message;
};

void add_complaint(const smm_errors* errors, smm_str key, smm_str message) noexcept {
  auto& complaints = *static_cast<std::vector<Complaint>*>(errors->context);
  if (complaints.size() >= kMaxComplaints) return;
  complaints.push_back({presentable(view(key), 64), presentable(view(message), kMaxMessageBytes)});
}

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
    : plugin_(library.plugin), manifest_(library.manifest), settings_(std::move(settings)), environment_(environment) {
  host_.struct_size = sizeof host_;
  host_.abi_minor = SMM_ABI_MINOR;
  host_.context = this;
  host_.version = borrow(SMMHOST_VERSION);
  host_.log = log_from_plugin;
}

PluginInstance::~PluginInstance() {
  if (instance_ != nullptr) plugin_->close(instance_);
}

std::variant<std::unique_ptr<PluginInstance>, std::vector<ConfigError>> PluginInstance::open(
    const PluginLibrary& library, PluginSettings settings, const PluginSection& section,
    const PluginEnvironment& environment) {
  std::unique_ptr<PluginInstance> instance(new PluginInstance(library, std::move(settings), environment));
  auto errors = instance->open_with(section);
  if (!errors.empty()) return errors;
  return instance;
}

std::vector<ConfigError> PluginInstance::open_with(const PluginSection& section) {
  std::vector<smm_pair> pairs;
  for (const auto& [key, value] : settings_.values) pairs.push_back({borrow(key), borrow(value)});
  smm_config config{};
  config.struct_size = sizeof config;
  config.name = borrow(settings_.name);
  config.values = pairs.data();
  config.value_count = pairs.size();
  std::vector<Complaint> complaints;
  smm_errors errors{};
  errors.struct_size = sizeof errors;
  errors.context = &complaints;
  errors.add = add_complaint;

  smm_instance* opened = nullptr;
  const smm_code code = plugin_->open(&host_, &config, &errors, &opened);
  const std::string place = "[" + settings_.name + "] ";
  if (code == SMM_OK && opened != nullptr) {
    instance_ = opened;
    const std::string problem = interface_problem();
    if (problem.empty()) return {};
    return {{section.where, place + "the plugin " + manifest_.id + " " + problem}};
  }
  std::vector<ConfigError> result;
  for (const Complaint& complaint : complaints)
    result.push_back({where_is(complaint.key, section),
                      place + (complaint.key.empty() ? "" : "`" + complaint.key + "`: ") + complaint.message});
  if (result.empty())
    result.push_back({section.where, place + "the plugin " + manifest_.id +
                                         " could not be opened and does not say why (code " + std::to_string(code) +
                                         ")"});
  return result;
}

std::string PluginInstance::interface_problem() {
  for (const std::string& id : manifest_.provides) {
    const smm_interface* offered = plugin_->get_interface(instance_, borrow(id));
    if (offered == nullptr) continue;
    if (offered->struct_size < sizeof(smm_interface) || offered->next == nullptr)
      return "has an incomplete interface " + id;
    for (const auto& [operation, name] : operations_of(id)) {
      const bool claims = (offered->capabilities & SMM_CAPABILITY(operation)) != 0;
      if (claims && !manifest_.operations.contains(std::string(name)))
        return "claims the operation " + std::string(name) + ", which its manifest does not list";
    }
    interfaces_.emplace_back(id, offered);
  }
  return {};
}

const smm_interface* PluginInstance::interface(std::string_view id) const {
  const auto found =
      std::find_if(interfaces_.begin(), interfaces_.end(), [&](const auto& entry) { return entry.first == id; });
  return found == interfaces_.end() ? nullptr : found->second;
}

void PluginInstance::next(const smm_interface& interface, const smm_call& call, const smm_out& out) const {
  interface.next(instance_, &call, &out);
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

void PluginInstance::log_from_plugin(const smm_host* host, std::uint32_t level, smm_str message) noexcept {
  auto& instance = *static_cast<PluginInstance*>(host->context);
  try {
    if (!instance.may_log_now()) return;
    const auto known = level == SMM_LOG_DEBUG     ? PluginLogLevel::kDebug
                       : level == SMM_LOG_WARNING ? PluginLogLevel::kWarning
                                                  : PluginLogLevel::kInfo;
    const std::string text = instance.settings_.secrets.scrub(presentable(view(message), kMaxMessageBytes));
    instance.environment_.log(instance.settings_.name, known, text);
  } catch (...) {
    // A log line is not worth a purchase: the plugin goes on.
  }
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
