#include "host/plugin/recipient.h"

namespace smmhost {
namespace {

template <class Names>
std::string listed(const Names& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

}  // namespace

std::string recipient_of(const Manifest& manifest, const PluginSettings& settings) {
  return manifest.id + " " + manifest.version + " at " +
         (settings.url_hosts.empty() ? listed(manifest.egress) : listed(settings.url_hosts)) + " (" + settings.digest +
         ")";
}

}  // namespace smmhost
