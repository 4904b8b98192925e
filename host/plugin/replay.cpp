#include "host/plugin/replay.h"

#include <deque>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "host/plugin/elf_section.h"
#include "host/plugin/plugin_code.h"
#include "smm/sdk/testing/cassette.hpp"

namespace smmhost {
namespace {

namespace kit = smm::sdk::testing;
using kit::Json;

constexpr std::size_t kMostManifestBytes = 64 << 10;
constexpr std::size_t kMostShown = 300;

// Why an instance cannot be opened ends the replay of its cassette.
struct CannotReplay : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Json manifest_of(const PluginLibrary& library) {
  const auto section = read_elf_section(library.image->copy_path(), ".smm_manifest", kMostManifestBytes);
  const auto* text = std::get_if<std::string>(&section);
  if (text == nullptr) return Json::object();
  return Json::parse(text->substr(0, text->find('\0')), nullptr, false);
}

std::unique_ptr<PluginCode> open_for(const PluginLibrary& library, const Json& manifest,
                                     const kit::Cassette& cassette) {
  OpenRequest request;
  request.name = "replay";
  request.values = kit::settings_for(manifest, cassette.config);
  request.interfaces = library.manifest.provides;
  request.log = [](std::uint32_t, std::string_view) {};
  auto opened = library.plugin != nullptr ? open_in_process(library.plugin, std::move(request))
                                          : open_jailed(library.image, library.runner, std::move(request));
  if (const auto* failure = std::get_if<OpenFailure>(&opened)) {
    std::string why = failure->crash + failure->refusal;
    for (const auto& [key, message] : failure->complaints) why += " " + key + ": " + message;
    throw CannotReplay("it cannot be opened with the cassette's settings: " + why);
  }
  return std::move(std::get<std::unique_ptr<PluginCode>>(opened));
}

smm_event event_from(const kit::ScriptedEvent& source, const kit::Circumstances& rest,
                     std::deque<std::vector<smm_pair>>& headers) {
  auto& pairs = headers.emplace_back();
  for (const auto& [key, value] : source.headers) pairs.push_back({smm::sdk::to_str(key), smm::sdk::to_str(value)});
  auto event = smm::sdk::make_struct<smm_event>();
  event.kind = source.kind;
  event.http_status = source.status;
  event.sent = source.maybe_sent ? SMM_SENT_MAYBE : SMM_SENT_NO;
  event.headers = pairs.data();
  event.header_count = pairs.size();
  event.body = smm::sdk::to_str(source.body);
  event.text = smm::sdk::to_str(source.text);
  event.at = rest.events_at();
  return event;
}

// The same call as the plugin's own tests make, so that what is recorded there holds here.
Json ask(PluginCode& code, const kit::Cassette& cassette, const std::vector<kit::ScriptedEvent>& history) {
  const kit::Input input(cassette.interface_id, cassette.operation, cassette.input);
  std::deque<std::vector<smm_pair>> headers;
  std::vector<smm_event> events;
  for (const kit::ScriptedEvent& event : history) events.push_back(event_from(event, cassette.call, headers));
  auto call = smm::sdk::make_struct<smm_call>();
  call.operation = cassette.operation;
  call.input = input.get();
  call.history = events.data();
  call.history_count = events.size();
  call.now = cassette.call.now;
  call.entropy = cassette.call.entropy;
  call.attempt = cassette.call.attempt;
  call.deadline_left_ms = 60'000;
  call.cpu_budget_us = 1'000'000;
  kit::detail::Recorder recorder{cassette.interface_id, cassette.operation, {}};
  auto out = smm::sdk::make_struct<smm_out>();
  out.context = &recorder;
  out.http = &kit::detail::record_http;
  out.wait = &kit::detail::record_wait;
  out.done = &kit::detail::record_done;
  out.fail = &kit::detail::record_fail;
  const CodeReturn came = code.next(cassette.interface_id, call, out);
  if (came.fault) return {{"fault", *came.fault}};
  if (recorder.answer.times != 1) return {{"answers", recorder.answer.times}};
  return kit::answer_json(recorder.answer);
}

std::string shortened(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() <= kMostShown ? text : text.substr(0, kMostShown) + "...";
}

// What differs; empty where nothing does.
std::string difference(const Json& expected, const Json& actual) {
  if (kit::only_members_of(expected, actual) == expected) return {};
  return "expected " + shortened(expected) + ", got " + shortened(actual);
}

std::string replay(const PluginLibrary& library, const Json& manifest, const kit::Cassette& cassette) {
  const auto code = open_for(library, manifest, cassette);
  std::vector<kit::ScriptedEvent> history;
  for (const Json& exchange : cassette.exchanges) {
    const char* part = exchange.contains("wait_ms") ? "wait_ms" : "request";
    const Json expected{{part, exchange.value(part, Json::object())}};
    if (const std::string problem = difference(expected, ask(*code, cassette, history)); !problem.empty())
      return "step " + std::to_string(history.size() + 1) + ": " + problem;
    history.push_back(kit::event_of(exchange));
  }
  return difference(cassette.outcome, ask(*code, cassette, history));
}

}  // namespace

ReplayOutcome replay_cassettes(const PluginLibrary& library, const std::string& folder) {
  ReplayOutcome outcome;
  std::error_code none;
  if (!std::filesystem::is_directory(folder, none)) return outcome;
  try {
    const Json manifest = manifest_of(library);
    for (const kit::Cassette& cassette : kit::read_cassettes(folder)) {
      ++outcome.replayed;
      std::string problem;
      try {
        problem = replay(library, manifest, cassette);
      } catch (const std::exception& error) {  // a cassette that is not as cassettes are
        problem = error.what();
      }
      if (!problem.empty()) outcome.differences.push_back(cassette.name + ": " + problem);
    }
  } catch (const std::exception& error) {
    outcome.differences.push_back(error.what());
  }
  return outcome;
}

}  // namespace smmhost
