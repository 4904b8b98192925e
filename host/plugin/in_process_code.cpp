// A plugin's code as functions of this process. A crash of it is a crash of the host: for plugins that are trusted.
#include <time.h>

#include <algorithm>

#include "host/plugin/abi_text.h"
#include "host/plugin/plugin_code.h"
#include "sdk/runner/given_struct.h"

namespace smmhost {
namespace {

constexpr std::size_t kMostComplaints = 50;

using Complaints = std::vector<std::pair<std::string, std::string>>;

void add_complaint(const smm_errors* errors, smm_str key, smm_str message) noexcept {
  auto& complaints = *static_cast<Complaints*>(errors->context);
  if (complaints.size() < kMostComplaints) complaints.emplace_back(copy(key), copy(message));
}

std::int64_t thread_cpu_us() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000 + time.tv_nsec / 1000;
}

class InProcessCode final : public PluginCode {
 public:
  InProcessCode(const smm_plugin* plugin, OpenRequest request) : plugin_(plugin), request_(std::move(request)) {
    host_.struct_size = sizeof host_;
    host_.abi_minor = SMM_ABI_MINOR;
    host_.context = this;
    host_.version = borrow(SMMHOST_VERSION);
    host_.log = log_from_plugin;
  }
  ~InProcessCode() override {
    if (instance_ != nullptr) plugin_->close(instance_);
  }
  InProcessCode(const InProcessCode&) = delete;
  InProcessCode& operator=(const InProcessCode&) = delete;

  std::optional<OpenFailure> open() {
    std::vector<smm_pair> pairs;
    for (const auto& [key, value] : request_.values) pairs.push_back({borrow(key), borrow(value)});
    smm_config config{};
    config.struct_size = sizeof config;
    config.name = borrow(request_.name);
    config.values = pairs.data();
    config.value_count = pairs.size();
    OpenFailure failure;
    smm_errors errors{};
    errors.struct_size = sizeof errors;
    errors.context = &failure.complaints;
    errors.add = add_complaint;
    smm_instance* opened = nullptr;
    failure.code = plugin_->open(&host_, &config, &errors, &opened);
    if (failure.code != SMM_OK || opened == nullptr) return failure;
    instance_ = opened;
    look_at_interfaces();
    return std::nullopt;
  }

  CodeReturn next(std::string_view interface_id, const smm_call& call, const smm_out& out) override {
    const auto found = std::find_if(interfaces_.begin(), interfaces_.end(),
                                    [&](const OfferedInterface& offered) { return offered.id == interface_id; });
    if (found == interfaces_.end()) return {"has no interface " + std::string(interface_id)};
    const std::int64_t before = thread_cpu_us();
    functions_[static_cast<std::size_t>(found - interfaces_.begin())]->next(instance_, &call, &out);
    return {std::nullopt, thread_cpu_us() - before};
  }

 private:
  void look_at_interfaces() {
    for (const std::string& id : request_.interfaces) {
      const smm_interface* offered = plugin_->get_interface(instance_, borrow(id));
      if (offered == nullptr) continue;
      const auto read = smm::runner::read_struct<smm_interface>(offered);
      const bool complete = read && read->next != nullptr;
      interfaces_.push_back({id, complete, complete ? read->capabilities : 0});
      functions_.push_back(offered);
    }
  }

  static void log_from_plugin(const smm_host* host, std::uint32_t level, smm_str message) noexcept {
    try {
      static_cast<InProcessCode*>(host->context)->request_.log(level, view(message));
    } catch (...) {
      // A log line is not worth a purchase: the plugin goes on.
    }
  }

  const smm_plugin* plugin_;
  const OpenRequest request_;
  smm_host host_{};
  smm_instance* instance_ = nullptr;
  std::vector<const smm_interface*> functions_;  // beside interfaces_
};

}  // namespace

EntryFacts facts_of(const smm_plugin* given) {
  EntryFacts facts;
  facts.struct_size = smm::runner::stated_size(given);
  const auto plugin = smm::runner::read_struct<smm_plugin>(given);
  if (!plugin) return facts;
  facts.abi_major = plugin->abi_major;
  facts.abi_minor = plugin->abi_minor;
  facts.has_all_functions = plugin->open != nullptr && plugin->close != nullptr && plugin->get_interface != nullptr;
  facts.id = copy(plugin->id);
  facts.version = copy(plugin->version);
  return facts;
}

std::variant<std::unique_ptr<PluginCode>, OpenFailure> open_in_process(const smm_plugin* plugin, OpenRequest request) {
  auto code = std::make_unique<InProcessCode>(plugin, std::move(request));
  if (auto failure = code->open()) return std::move(*failure);
  return std::unique_ptr<PluginCode>(std::move(code));
}

}  // namespace smmhost
