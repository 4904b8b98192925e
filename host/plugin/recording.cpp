#include "host/plugin/recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "host/plugin/driver.h"
#include "host/plugin/plugin_call.h"
#include "host/plugin/section_loading.h"
#include "sdk/runner/given_struct.h"
#include "smm/sdk/testing/cassette.hpp"

namespace smmhost {
namespace {

using Json = nlohmann::ordered_json;
using PlainJson = smm::sdk::testing::Json;

enum class Kind { kText, kNumber, kIds };

struct Field {
  std::string_view name;
  Kind kind;
  bool required;
};

// The members of an operation's input, as smm/sdk/testing/call_json.hpp reads them.
std::vector<Field> fields_of(std::string_view operation) {
  if (operation == "place")
    return {{"service_id", Kind::kText, true},
            {"link", Kind::kText, true},
            {"quantity", Kind::kNumber, true},
            {"reference", Kind::kText, false}};
  if (operation == "reconcile")
    return {{"service_id", Kind::kText, true},
            {"link", Kind::kText, true},
            {"quantity", Kind::kNumber, true},
            {"sent_after", Kind::kNumber, true}};
  if (operation == "check") return {{"username", Kind::kText, true}};
  if (operation == "media")
    return {{"username", Kind::kText, true},
            {"user_id", Kind::kText, false},
            {"kind", Kind::kText, false},
            {"limit", Kind::kNumber, false}};
  if (operation == "balance" || operation == "services") return {};
  return {{"ids", Kind::kIds, true}};
}

constexpr std::string_view kExtra = "extra.";

struct BadInput {
  std::string message;
};

std::string names_of(const std::vector<Field>& fields) {
  std::string names;
  for (const Field& field : fields) names += (names.empty() ? "" : ", ") + std::string(field.name);
  return names.empty() ? "none" : names;
}

Json split(const std::string& text) {
  Json out = Json::array();
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    if (end > start) out.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

Json value_of(const Field& field, const std::string& text) {
  if (field.kind == Kind::kText) return text;
  if (field.kind == Kind::kIds) return split(text);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    throw BadInput{std::string(field.name) + " must be a whole number"};
  return number;
}

// A panel that buys once for each key answers one that it has seen with the order it made then.
std::string fresh_reference(const std::function<std::uint64_t()>& entropy) {
  const std::uint64_t half = entropy();
  return fmt::format("{:016x}{:016x}", half, entropy());
}

// Throws BadInput, naming what there is.
Json input_of(const RecordingOrder& order, const std::function<std::uint64_t()>& entropy) {
  const std::vector<Field> fields = fields_of(order.operation);
  Json input = Json::object();
  for (const auto& [name, text] : order.fields) {
    if (order.operation == "place" && name.rfind(kExtra, 0) == 0) {
      input["extra"][name.substr(kExtra.size())] = text;
      continue;
    }
    const auto field = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
    if (field == fields.end())
      throw BadInput{order.operation + " has no field " + name + "; its fields are: " + names_of(fields)};
    input[name] = value_of(*field, text);
  }
  for (const Field& field : fields)
    if (field.required && !input.contains(field.name))
      throw BadInput{order.operation + " needs " + std::string(field.name) + "=..."};
  if (order.operation == "place" && !input.contains("reference")) input["reference"] = fresh_reference(entropy);
  return input;
}

std::string_view effect_name(HttpEffect effect) {
  switch (effect) {
    case HttpEffect::kRead:
      return "read";
    case HttpEffect::kWriteIdempotent:
      return "write_idempotent";
    case HttpEffect::kWriteOnce:
      return "write_once";
  }
  return "?";
}

// Of an answer's headers, those that a plugin may look at and that say nothing of a session.
constexpr std::array<std::string_view, 2> kKeptHeaders{"content-type", "retry-after"};

Json exchange_json(const HttpRequest& request, const HttpResult& result) {
  Json headers = Json::object();
  for (const auto& [name, value] : request.headers) headers[smm::sdk::to_lower(name)] = value;
  Json made{{"method", request.method}, {"url", request.url}, {"effect", effect_name(request.effect)}};
  made["headers"] = std::move(headers);
  made["body"] = request.body;
  if (result.outcome != TransportOutcome::kAnswered) {
    const bool maybe = result.outcome == TransportOutcome::kMaybeSent;
    return {{"request", made}, {"failure", {{"sent", maybe ? "maybe" : "no"}, {"text", result.error_text}}}};
  }
  Json kept = Json::object();
  for (const auto& [name, value] : result.headers) {
    const std::string lower = smm::sdk::to_lower(name);
    if (std::find(kKeptHeaders.begin(), kKeptHeaders.end(), lower) != kKeptHeaders.end()) kept[lower] = value;
  }
  return {{"request", made}, {"response", {{"status", result.status}, {"headers", kept}, {"body", result.body}}}};
}

Json failure_json(const Failure& failure) {
  std::string code(to_string(failure.code));
  std::transform(code.begin(), code.end(), code.begin(), [](char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
  Json out{{"code", code}};
  if (failure.retry_after) out["retry_after_ms"] = failure.retry_after->count();
  return {{"fail", out}};
}

// The settings that differ from the manifest's defaults, without the secret ones.
Json settings_json(const PluginInstance& instance) {
  Json out = Json::object();
  for (const auto& [key, value] : instance.settings().values) {
    const Setting* setting = instance.manifest().setting(key);
    if (setting == nullptr || setting->secret) continue;
    const bool is_usual =
        setting->default_value &&
        value == smm::sdk::testing::canonical_default(std::string(to_string(setting->type)), *setting->default_value);
    if (!is_usual) out[key] = value;
  }
  return out;
}

// What ABI 1.0 has of an operation's result.
std::uint32_t least_size_of_result(std::string_view interface_id, std::uint32_t number) {
  using smm::runner::kLeastSize;
  if (interface_id == SMM_PROFILE_CHECKER_ID)
    return number == SMM_CHECKER_CHECK ? kLeastSize<smm_check_result> : kLeastSize<smm_media_result>;
  switch (number) {
    case SMM_PROVIDER_PLACE:
      return kLeastSize<smm_place_result>;
    case SMM_PROVIDER_STATUS:
    case SMM_PROVIDER_REFILL_STATUS:
      return kLeastSize<smm_status_result>;
    case SMM_PROVIDER_CANCEL:
    case SMM_PROVIDER_REFILL:
      return kLeastSize<smm_action_result>;
    case SMM_PROVIDER_BALANCE:
      return kLeastSize<smm_balance_result>;
    case SMM_PROVIDER_SERVICES:
      return kLeastSize<smm_services_result>;
    default:
      return kLeastSize<smm_reconcile_result>;
  }
}

// One operation, as it goes.
class Recorder {
 public:
  Recorder(const PluginInstance& instance, std::string_view interface_id, const RecordingOrder& order, Json input,
           Json call)
      : instance_(instance),
        interface_id_(interface_id),
        order_(order),
        input_(std::move(input)),
        call_(std::move(call)) {}

  void note(const HttpRequest& request, const HttpResult& result) {
    exchanges_.push_back(exchange_json(request, result));
    sent_ = sent_ || result.outcome != TransportOutcome::kNotSent;
  }
  void note_pause(Duration duration) { exchanges_.push_back({{"wait_ms", duration.count()}}); }
  std::optional<Failure> note_result(std::uint32_t number, const void* result) {
    if (smm::runner::stated_size(result) < least_size_of_result(interface_id_, number))
      return bad_result("an incomplete result");
    outcome_ = {{"done", smm::sdk::testing::result_json(interface_id_, number, result)}};
    return std::nullopt;
  }
  bool sent() const { return sent_; }

  std::variant<Recording, RecordingProblem> finish(const OperationOutcome& run) {
    if (run.failure && !run.failed_by_plugin)
      return RecordingProblem{"nothing to record, the host ended it: " + run.failure->message, sent_};
    if (run.failure) outcome_ = failure_json(*run.failure);
    Json cassette;
    cassette["about"] =
        order_.about.empty() ? order_.operation + " of " + order_.section + ", recorded." : order_.about;
    cassette["config"] = settings_json(instance_);
    cassette["interface"] = interface_id_;
    cassette["operation"] = order_.operation;
    cassette["input"] = input_;
    cassette["call"] = call_;
    cassette["exchanges"] = exchanges_;
    cassette["outcome"] = outcome_;
    try {
      return Recording{cassette.dump(2) + "\n", outcome_.dump()};
    } catch (const Json::exception&) {
      return RecordingProblem{"the answer is not UTF-8 text and cannot be written into a cassette; of it came " +
                                  outcome_.dump(-1, ' ', true, Json::error_handler_t::replace),
                              sent_};
    }
  }

 private:
  const PluginInstance& instance_;
  const std::string_view interface_id_;
  const RecordingOrder& order_;
  const Json input_;
  const Json call_;
  Json exchanges_ = Json::array();
  Json outcome_;
  bool sent_ = false;
};

struct Found {
  const PluginSection* section = nullptr;
  Role role{};
  std::string_view interface_id;
};

Found find_section(const Config& config, const std::string& name) {
  for (const PluginSection& section : config.providers)
    if (section.name == name) return {&section, Role::kProvider, SMM_PROVIDER_ID};
  for (const PluginSection& section : config.checkers)
    if (section.name == name) return {&section, Role::kChecker, SMM_PROFILE_CHECKER_ID};
  return {};
}

std::optional<RecordingProblem> objection(const PluginInstance& instance, const RecordingOrder& order) {
  const auto declared = instance.manifest().operations.find(order.operation);
  if (declared == instance.manifest().operations.end())
    return RecordingProblem{"the plugin " + instance.manifest().id + " has no operation " + order.operation};
  if (declared->second == HttpEffect::kRead || order.may_write) return std::nullopt;
  return RecordingProblem{order.operation + " changes something at " + order.section +
                          " and may spend money, outside of this host's books: say so with --yes-spend-money"};
}

}  // namespace

std::variant<Recording, RecordingProblem> record_operation(const Config& config, const RecordingOrder& order,
                                                           PluginEnvironment environment) {
  const Found found = find_section(config, order.section);
  if (found.section == nullptr)
    return RecordingProblem{"the configuration has no [provider." + order.section + "] and no [checker." +
                            order.section + "]"};
  Recorder* recorder = nullptr;
  environment.on_exchange = [&](const HttpRequest& request, const HttpResult& result) {
    recorder->note(request, result);
  };
  environment.sleep = [&, sleep = environment.sleep](Duration duration) {
    recorder->note_pause(duration);
    return sleep(duration);
  };
  // What the call's entropy is must be known here, to be written down.
  const std::function<std::uint64_t()> draw = environment.entropy;
  const std::uint64_t entropy = draw();
  environment.entropy = [entropy] { return entropy; };
  // Jailed, and beside a host that may be running: nothing is remembered of it.
  SectionLoading loading(config, environment, LoadingPurpose::kExplain);
  SectionOutcome opened = loading.open(found.role, *found.section);
  if (const auto* errors = std::get_if<LoadingErrors>(&opened)) {
    std::string message;
    for (const ConfigError& error : *errors) message += (message.empty() ? "" : "\n") + to_string(error);
    return RecordingProblem{message};
  }
  if (const auto* not_loaded = std::get_if<NotLoaded>(&opened))
    return RecordingProblem{"not loaded: " + not_loaded->why};
  PluginInstance& instance = *std::get<std::unique_ptr<PluginInstance>>(opened);
  if (auto problem = objection(instance, order)) return *problem;
  try {
    const Json input = input_of(order, draw);
    const std::uint32_t number = smm::sdk::testing::operation_of(found.interface_id, order.operation);
    Operation operation{found.interface_id, number, order.operation, nullptr, 1, environment.clock.now()};
    Recorder recording(instance, found.interface_id, order, input,
                       {{"now", to_unix_ms(operation.now)}, {"entropy", entropy}, {"attempt", operation.attempt}});
    recorder = &recording;
    const smm::sdk::testing::Input typed(found.interface_id, number, PlainJson::parse(input.dump()));
    const PluginDriver driver(instance, found.section->timeout, found.section->allow_http, environment);
    operation.input = typed.get();
    return recording.finish(
        driver.run(operation, [&](const void* result) { return recording.note_result(number, result); }));
  } catch (const BadInput& bad) {
    return RecordingProblem{bad.message};
  }
}

}  // namespace smmhost
