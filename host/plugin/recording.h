// Runs one operation of a configured provider or checker for real and writes it down as a cassette: the exchanges as
// the plugin made them, with placeholders for secrets, and what came of it. smm-conformance --cassettes replays it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>

#include "host/config/config.h"
#include "host/plugin/environment.h"

namespace smmhost {

struct RecordingOrder {
  std::string section;                        // "machinesmm" of [provider.machinesmm]
  std::string operation;                      // in the manifest: "place"
  std::map<std::string, std::string> fields;  // of the input: "service_id", "quantity", "ids" (separated by commas) ...
  std::string about;                          // what the cassette shows, for people; may be empty
  bool may_write = false;                     // money may be spent, and orders changed
};

struct Recording {
  std::string cassette;  // JSON, ends in a newline
  std::string outcome;   // one line for the operator: {"done": ...} or {"fail": ...}
};

// Why nothing was recorded. `sent` where a request had left all the same: then the exchange with the upstream happened.
struct RecordingProblem {
  std::string message;
  bool sent = false;
};

// A purchase without a reference gets a fresh one, which no panel has seen; it stands in the cassette's input.
// Whether the operation does more than read, by the plugin's manifest, is looked at before anything is sent: without
// may_write it is refused. What is bought so is in none of the host's books. `environment` is used for the sending; its
// on_exchange is replaced. Blocks as long as the operation takes.
std::variant<Recording, RecordingProblem> record_operation(const Config& config, const RecordingOrder& order,
                                                           PluginEnvironment environment);

}  // namespace smmhost
