// The seed's environment variables as the defaults of what the INI file leaves out.
#include "host/config/config_draft.h"
#include "host/config/key_table.h"
#include "host/config/values.h"

namespace smmhost {
namespace {

// The plugins that come with the program, and the variable that holds each one's key.
struct BuiltInPlugin {
  const char* id;
  const char* kind;  // provider or checker
  std::vector<const char*> variables;
};
const std::vector<BuiltInPlugin>& built_in_plugins() {
  static const std::vector<BuiltInPlugin> kPlugins{
      {"machinesmm", "provider", {"MACHINESMM_API_KEY"}},
      {"worldsmm", "provider", {"WORLDSMM_API_KEY"}},
      {"looter", "checker", {"LOOTER_API"}},
      {"instagram230", "checker", {"INTAGRAM230_API", "INSTAGRAM230_API"}},
  };
  return kPlugins;
}

void fill_key(ConfigDraft& draft, const ValueSource& source, const std::string& name, const std::string& variable) {
  const std::optional<std::string> value = source.variable(variable);
  if (!value) return;
  draft.seen[name] = {"environment", 0};
  const std::size_t dot = name.find('.');
  for (const auto& spec : config_keys()) {
    if (spec.section != name.substr(0, dot) || spec.key != name.substr(dot + 1)) continue;
    if (const auto problem = spec.apply(draft.config, *value)) {
      draft.mistake({"environment", 0}, variable + ": " + *problem + "; it is: " + std::string{spec.help});
    }
  }
}

// Platforms that give a PORT route to it from outside the container, so it is taken on every address.
void fill_port(ConfigDraft& draft, const ValueSource& source) {
  if (draft.seen.contains("host.listen")) return;
  const std::optional<std::string> text = source.variable("PORT");
  if (!text) return;
  const std::optional<int> port = parse_int(*text, 0, 65535);
  if (!port) return draft.mistake({"environment", 0}, "PORT: expected a port number from 0 to 65535");
  draft.config.listen_host = "0.0.0.0";
  draft.config.listen_port = *port;
}

// The variable that is set, with its value.
std::optional<PluginValue> key_of(const ValueSource& source, const BuiltInPlugin& plugin) {
  for (const char* variable : plugin.variables) {
    if (const auto value = source.variable(variable)) return PluginValue{*value, {"environment", 0}};
  }
  return std::nullopt;
}

void fill_plugins(const ValueSource& source, const std::string& kind, std::vector<PluginSection>& sections) {
  const bool none_in_file = sections.empty();
  for (const BuiltInPlugin& plugin : built_in_plugins()) {
    const std::optional<PluginValue> key = key_of(source, plugin);
    if (!key || kind != plugin.kind) continue;
    for (PluginSection& section : sections) {
      if (section.plugin == plugin.id) section.values.emplace("api_key", *key);
    }
    if (!none_in_file) continue;
    PluginSection section;
    section.name = section.plugin = plugin.id;
    section.values.emplace("api_key", *key);
    section.where = {"environment", 0};
    sections.push_back(std::move(section));
  }
}

}  // namespace

void fill_from_environment(ConfigDraft& draft, const ValueSource& source) {
  static const std::vector<std::pair<const char*, const char*>> kVariables{
      {"yampi.api_key", "YAMPI_API_KEY"},   {"yampi.secret_key", "YAMPI_SECRET_KEY"},
      {"yampi.base_url", "YAMPI_BASE_URL"}, {"yampi.webhook_secret", "YAMPI_WEBHOOK_SECRET"},
      {"store.url", "DATABASE_URL"},        {"admin.token", "SMMHOST_ADMIN_TOKEN"},
  };
  for (const auto& [key, variable] : kVariables) {
    if (!draft.seen.contains(key)) fill_key(draft, source, key, variable);
  }
  fill_port(draft, source);
  fill_plugins(source, "provider", draft.config.providers);
  fill_plugins(source, "checker", draft.config.checkers);
}

}  // namespace smmhost
