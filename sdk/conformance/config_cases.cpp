// Group config: opening instances, with good settings and with bad ones.
#include <algorithm>

#include "sdk/conformance/judgement.h"
#include "sdk/conformance/samples.h"
#include "sdk/conformance/suite.h"

namespace smm::conformance {
namespace {

std::string errors_of(const StrictHost& host) {
  std::string out;
  for (const auto& [key, message] : host.errors()) out += (out.empty() ? "" : "; ") + key + ": " + message;
  return out.empty() ? "it does not say why" : out;
}

void opens_with_good_settings(const Subject& subject, Verdict& verdict) {
  const smm_plugin* plugin = load(subject);
  const Settings settings = settings_variants(subject).front();
  const StrictHost host(plugin, settings);
  if (host.open_code() != SMM_OK) {
    return verdict.fail("open() answered " + std::string(sdk::code_name(host.open_code())) +
                        " to settings that its manifest allows (" + errors_of(host) +
                        "); made-up values can be replaced with --set KEY=VALUE");
  }
  if (host.instance() == nullptr) verdict.fail("open() answered OK and gave no instance");
  if (!host.errors().empty()) verdict.fail("open() answered OK and reported " + errors_of(host));
}

void every_variant_opens(const Subject& subject, Verdict& verdict) {
  const smm_plugin* plugin = load(subject);
  for (const Settings& settings : settings_variants(subject)) {
    const StrictHost host(plugin, settings);
    if (host.open_code() != SMM_OK)
      verdict.warn("does not open with " + text_of(Json(settings)) + ": " + errors_of(host));
  }
}

void reports_all_that_is_missing(const Subject& subject, Verdict& verdict) {
  std::vector<std::string> required;
  for (const Json& setting : subject.manifest.value("config", Json::array())) {
    if (setting.value("required", false)) required.push_back(setting.at("key"));
  }
  if (required.empty()) return verdict.skip("no setting is required");
  const smm_plugin* plugin = load(subject);
  const StrictHost host(plugin, {});
  if (host.open_code() == SMM_OK) return verdict.fail("open() without a single setting answered OK");
  if (host.instance() != nullptr) verdict.fail("open() failed and set *instance all the same");
  if (sdk::code_name(host.open_code()) == "?")
    verdict.fail("open() answered " + std::to_string(host.open_code()) + ", which is no code");
  for (const std::string& key : required) {
    const bool named =
        std::any_of(host.errors().begin(), host.errors().end(), [&](const auto& error) { return error.first == key; });
    if (!named)
      verdict.fail("open() without settings did not report that `" + key +
                   "` is missing: every mistake is wanted, not only the first");
  }
}

void ignores_closing_nothing(const Subject& subject, Verdict& verdict) {
  verdict.at("close(NULL)");
  load(subject)->close(nullptr);
}

void opens_again_and_again(const Subject& subject, Verdict& verdict) {
  const smm_plugin* plugin = load(subject);
  const Settings settings = settings_variants(subject).front();
  for (int i = 0; i < 20; ++i) {
    const StrictHost first(plugin, settings);
    const StrictHost second(plugin, settings);
    if (first.open_code() != SMM_OK || second.open_code() != SMM_OK)
      return verdict.fail("an instance did not open again: " + errors_of(second));
    if (first.instance() == second.instance()) return verdict.fail("two instances are the same one");
  }
}

Settings with_url(Settings settings, const std::string& value) {
  for (auto& [key, old] : settings) {
    if (key == "url") old = value;
  }
  return settings;
}

void keeps_instances_apart(const Subject& subject, Verdict& verdict) {
  const Json config = subject.manifest.value("config", Json::array());
  const bool has_url =
      std::any_of(config.begin(), config.end(), [](const Json& setting) { return setting.value("key", "") == "url"; });
  if (!has_url) return verdict.skip("it has no setting `url`");
  const smm_plugin* plugin = load(subject);
  const Settings settings = settings_variants(subject).front();
  StrictHost first(plugin, with_url(settings, "https://one.example/api"));
  StrictHost second(plugin, with_url(settings, "https://two.example:8443/api"));
  if (first.open_code() != SMM_OK || second.open_code() != SMM_OK)
    return verdict.fail("it does not open with another `url`");
  for (const Operation& operation : capable_operations(subject, first)) {
    const Reply one = first.ask(operation, {});
    const Reply two = second.ask(operation, {});
    if (one.answer.request && place_of(*one.answer.request) != "one.example")
      verdict.fail(operation.name + " of the instance with url = https://one.example/api goes to " +
                   one.answer.request->url);
    if (two.answer.request && place_of(*two.answer.request) != "two.example:8443")
      verdict.fail(operation.name + " of the instance with url = https://two.example:8443/api goes to " +
                   two.answer.request->url);
  }
}

}  // namespace

std::vector<Case> config_cases() {
  const std::vector<std::string> opens = {"config.opens"};
  const std::vector<std::string> answers = {"config.opens", "contract.answers_once"};
  return {
      {"config",
       "opens",
       "an instance opens with settings that the manifest allows",
       {"contract.description"},
       opens_with_good_settings},
      {"config", "variants_open", "and with every switch turned", opens, every_variant_opens},
      {"config",
       "missing_is_reported",
       "every required setting that is missing is named",
       {"contract.description"},
       reports_all_that_is_missing},
      {"config", "close_null", "close(NULL) is ignored", {"contract.description"}, ignores_closing_nothing},
      {"config", "opens_again", "instances come and go, several at once", opens, opens_again_and_again},
  };
}

std::vector<Case> instance_cases() {
  return {{"config",
           "instances_apart",
           "each instance keeps to its own `url`",
           {"config.opens", "contract.answers_once"},
           keeps_instances_apart}};
}

}  // namespace smm::conformance
