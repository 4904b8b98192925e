// Whom a purchase goes to, as a name that can be stored and compared.
#pragma once

#include <string>

#include "host/plugin/manifest.h"
#include "host/plugin/plugin_config.h"

namespace smmhost {

// "panel-request-id 1.0.0 at panel.example:443 (5e884898)": the plugin and its version, which say how a request key is
// sent; the hosts of its url settings, or else those of its manifest; and PluginSettings::digest, for everything else
// that the panel may tell accounts apart by. Equal names: a request key that one has sent is known to the other.
std::string recipient_of(const Manifest& manifest, const PluginSettings& settings);

}  // namespace smmhost
