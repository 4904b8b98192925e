#include "host/plugin/manifest_doc.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "host/config/text.h"
#include "smm/profile_checker.h"
#include "smm/provider.h"

namespace smmhost {
namespace {

struct Kind {
  std::string_view interface;
  std::string_view section;
  std::string_view what;
};
constexpr Kind kKinds[] = {{SMM_PROVIDER_ID, "provider", "an SMM panel"},
                           {SMM_PROFILE_CHECKER_ID, "checker", "a profile look-up"}};

std::vector<Kind> kinds_of(const Manifest& manifest) {
  std::vector<Kind> kinds;
  for (const Kind& kind : kKinds) {
    const bool has =
        std::find(manifest.provides.begin(), manifest.provides.end(), kind.interface) != manifest.provides.end();
    if (has) kinds.push_back(kind);
  }
  return kinds;
}

std::string code(std::string_view text) {
  return "`" + std::string{text} + "`";
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

// A cell of a table: a "|" would end it.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string default_of(const Setting& setting) {
  if (setting.required) return "required";
  return setting.default_value ? code(*setting.default_value) : "none";
}

std::string_view effect_of(HttpEffect effect) {
  switch (effect) {
    case HttpEffect::kRead:
      return "reads";
    case HttpEffect::kWriteIdempotent:
      return "writes; sent twice, it happens once";
    case HttpEffect::kWriteOnce:
      return "writes; sent at most once";
  }
  return {};
}

std::string example_value(const Manifest& manifest, const Setting& setting) {
  if (setting.secret) return "@env:" + upper(manifest.id) + "_" + upper(setting.key);
  if (setting.default_value) return *setting.default_value;
  if (!setting.choices.empty()) return setting.choices.front();
  if (setting.min) return *setting.min;
  return "...";
}

std::string section_of(const Manifest& manifest, const Kind& kind) {
  std::string text = "[" + std::string{kind.section} + "." + manifest.id + "]\nplugin = " + manifest.id + "\n";
  for (const Setting& setting : manifest.settings) {
    if (!setting.deprecated.empty()) continue;
    text += "; " + setting.help + "\n";
    text += (setting.required ? "" : ";") + setting.key + " = " + example_value(manifest, setting) + "\n";
  }
  return text;
}

std::string introduction(const Manifest& manifest) {
  std::vector<std::string> roles;
  for (const Kind& kind : kinds_of(manifest))
    roles.push_back(std::string{kind.what} + " (" + code(kind.interface) + ")");
  std::string text =
      code(manifest.id) + " " + manifest.version + ": " + join(roles) + ". Licence: " + manifest.license + ".";
  if (!manifest.homepage.empty()) text += " <" + manifest.homepage + ">";
  std::vector<std::string> hosts;
  for (const std::string& host : manifest.egress) hosts.push_back(code(host));
  text += "\n\nIt connects to " + (hosts.empty() ? "no host of its own" : join(hosts)) +
          ", to the hosts of its section's URLs, and nowhere else. At most " + std::to_string(manifest.concurrency) +
          " of its calls run at once.\n";
  return text;
}

}  // namespace

std::string type_of(const Setting& setting) {
  std::string text{to_string(setting.type)};
  if (!setting.choices.empty()) text += ": " + join(setting.choices);
  if (setting.min) text += ", at least " + *setting.min;
  if (setting.max) text += ", at most " + *setting.max;
  return text;
}

std::string meaning_of(const Setting& setting) {
  return setting.deprecated.empty() ? setting.help : "Deprecated: " + setting.deprecated + ". " + setting.help;
}

std::string sample_ini(const Manifest& manifest) {
  std::string text;
  for (const Kind& kind : kinds_of(manifest)) text += (text.empty() ? "" : "\n") + section_of(manifest, kind);
  return text;
}

std::string manifest_page(const Manifest& manifest) {
  std::string text = "<!-- Made by: smmhost plugins doc " + manifest.id + " -->\n# " + manifest.name + "\n\n" +
                     introduction(manifest) +
                     "\n## Settings\n\n| key | type | default | meaning |\n|---|---|---|---|\n";
  for (const Setting& setting : manifest.settings) {
    text += "| " + code(setting.key) + " | " + cell(type_of(setting)) + " | " + cell(default_of(setting)) + " | " +
            cell(meaning_of(setting)) + " |\n";
  }
  text += "\nThe keys that every section has (`enabled`, `rate`, `timeout`, ...): `smmhost check-config --keys`.\n";
  text += "\n## Operations\n\n| operation | |\n|---|---|\n";
  for (const auto& [name, effect] : manifest.operations)
    text += "| " + code(name) + " | " + std::string{effect_of(effect)} + " |\n";
  text +=
      "\n## In the INI file\n\nA `;` begins a comment: those settings are optional and show their "
      "default.\n\n```ini\n" +
      sample_ini(manifest) + "```\n";
  return text;
}

}  // namespace smmhost
