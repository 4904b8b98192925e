// What an operator reads about a plugin, made from its manifest alone: a page in Markdown and a section for the INI
// file. docs/plugins/ holds both of each bundled plugin, and a test compares them with the manifests.
#pragma once

#include <string>

#include "host/plugin/manifest.h"

namespace smmhost {

// What may be written for it: "int, at least 1, at most 9", "enum: fast, slow".
std::string type_of(const Setting& setting);

// Its help, and before it what to write in its place where it is deprecated.
std::string meaning_of(const Setting& setting);

// A section of an INI file with every setting that is not deprecated: what must be set stands there, with a value that
// is to be replaced; the rest is a comment with its default.
std::string sample_ini(const Manifest& manifest);

// A page: what the plugin is, where it connects, its settings, its operations, and sample_ini().
std::string manifest_page(const Manifest& manifest);

}  // namespace smmhost
