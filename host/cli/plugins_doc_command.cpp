#include "host/cli/plugins_doc_command.h"

#include <filesystem>

#include "host/plugin/manifest_doc.h"

namespace smmhost {
namespace {

// A path as it is; an id in the configured folder.
std::string file_of(const Session& session, const std::string& plugin) {
  if (plugin.find('/') != std::string::npos || plugin.ends_with(".so")) return plugin;
  return (std::filesystem::path{read_config(session.config_path).config.plugin_path} / (plugin + ".so")).string();
}

int doc(Session& session, const std::string& plugin, bool only_ini) {
  const std::string file = file_of(session, plugin);
  const auto manifest = read_manifest(file);
  if (const auto* error = std::get_if<ManifestError>(&manifest)) {
    session.err << file << ": " << error->message << "\n";
    return kExitFailed;
  }
  const Manifest& known = std::get<Manifest>(manifest);
  session.out << (only_ini ? sample_ini(known) : manifest_page(known));
  return kExitOk;
}

}  // namespace

void add_plugins_doc_command(CLI::App& plugins, Session& session) {
  CLI::App* command = add_command(plugins, session, "doc", msg::kPluginsDocAbout);
  const auto plugin = std::make_shared<std::string>();
  const auto only_ini = std::make_shared<bool>(false);
  command->add_option("PLUGIN", *plugin, std::string{session.say.text(msg::kPluginOrFileHelp)})->required();
  command->add_flag("--ini", *only_ini, std::string{session.say.text(msg::kOnlyIniHelp)});
  command->callback([&session, plugin, only_ini] {
    session.action = [&session, plugin, only_ini] { return doc(session, *plugin, *only_ini); };
  });
}

}  // namespace smmhost
