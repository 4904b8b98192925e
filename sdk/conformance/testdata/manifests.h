// A manifest that is right, changes that leave it right, and changes that a host and smm-conformance must both complain
// of, in these words: what passes here must not be refused there.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace smm::testdata {

struct ManifestChange {
  std::string pointer;  // where
  std::string value;    // JSON; empty: removed
  std::string complaint;
};

// For GoogleTest, and so for the names in ctest: plain characters only.
inline void PrintTo(const ManifestChange& change, std::ostream* out) {
  for (const char c : change.pointer + "=" + change.value.substr(0, 40)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '=';
    *out << (plain ? c : '_');
  }
}

inline nlohmann::json right_manifest() {
  return nlohmann::json::parse(R"({
    "id": "machinesmm", "name": "MachineSMM", "version": "1.0.0", "abi": {"major": 1, "minor": 0},
    "provides": ["smm.provider/1"],
    "operations": {"place": "write_once", "status": "read", "cancel": "write_idempotent"},
    "concurrency": 4, "egress": ["machinesmm.com"],
    "config": [
      {"key": "url", "type": "url", "default": "https://machinesmm.com/api/v2", "help": "Where it answers."},
      {"key": "api_key", "type": "secret", "required": true, "help": "The key."},
      {"key": "tries", "type": "int", "min": 1, "max": "9", "default": "3", "help": "How often."},
      {"key": "pause", "type": "duration", "min": 100, "max": "1h", "help": "How long."},
      {"key": "mode", "type": "enum", "enum": ["a", "b"], "default": "a", "help": "Which."},
      {"key": "share", "type": "decimal", "min": "-0.5", "max": 1.25, "default": "0.27", "help": "How much."},
      {"key": "most", "type": "size", "max": "1 GiB", "default": "64 KiB", "help": "How large."},
      {"key": "kinds", "type": "list", "default": "a, b", "help": "Which ones."},
      {"key": "listing", "type": "bool", "default": "Yes", "help": "Whether."},
      {"key": "token", "type": "string", "secret": true, "help": "Another key."}
    ],
    "license": "MIT", "homepage": "https://machinesmm.com", "later": {"unknown": true}
  })");
}

inline nlohmann::json changed(nlohmann::json manifest, const ManifestChange& change) {
  const nlohmann::json::json_pointer pointer(change.pointer);
  if (change.value.empty()) {
    manifest[pointer.parent_pointer()].erase(pointer.back());
  } else {
    manifest[pointer] = nlohmann::json::parse(change.value);
  }
  return manifest;
}

inline std::vector<ManifestChange> right_changes() {
  return {{"/homepage", "", ""},
          {"/concurrency", "", ""},
          {"/egress", "", ""},
          {"/config", "", ""},
          {"/config/0/default", "\"HTTP://[::1]:8080?x\"", ""},
          {"/config/0/deprecated", "\"use address\"", ""},
          {"/config/0/help", "\"" + std::string(1000, 'x') + "\"", ""},
          {"/config/2/default", "\"007\"", ""},
          {"/config/2/min", "-3", ""},
          {"/config/2/default", "\"9\"", ""},
          {"/config/3/default", "\"100ms\"", ""},
          {"/config/3/default", "\"60m\"", ""},
          {"/config/5/default", "\"-0.500000\"", ""},
          {"/config/6/default", "\"0\"", ""},
          {"/config/7/default", "\"a\"", ""},
          {"/config/8/default", "\"off\"", ""}};
}

inline std::vector<ManifestChange> wrong_changes() {
  const std::string too_long = "\"" + std::string(1001, 'x') + "\"";
  return {{"/id", "", "`id` is missing"},
          {"/id", "7", "`id` must be a string"},
          {"/id", "\"\"", "`id` must not be empty"},
          {"/id", "\"Machine\"", "`id` must be 1 to 32"},
          {"/id", "\"../../x\"", "`id` must be 1 to 32"},
          {"/name", too_long, "`name` is too long"},
          {"/version", "\"1.0\"", "`version` must be MAJOR.MINOR.PATCH"},
          {"/version", "\"1.0.x\"", "`version` must be MAJOR.MINOR.PATCH"},
          {"/version", "\"1.0.1234567890\"", "`version` must be MAJOR.MINOR.PATCH"},
          {"/abi", "\"1.0\"", "`abi` must be an object"},
          {"/abi", "{\"major\": -1, \"minor\": 0}", "`abi` must be an object"},
          {"/abi", "{\"major\": 1, \"minor\": 1000001}", "`abi` must be an object"},
          {"/abi", "", "`abi` is missing"},
          {"/provides", "", "`provides` is missing"},
          {"/provides", "[]", "`provides` must name at least one interface"},
          {"/provides", "[1]", "`provides` must be an array of strings"},
          {"/provides", "\"smm.provider/1\"", "`provides` must be an array of strings"},
          {"/operations", "", "`operations` is missing"},
          {"/operations", "[]", "`operations` must be an object"},
          {"/operations/place", "\"write\"", "`operations.place` must be read"},
          {"/operations/place", "7", "`operations.place` must be read"},
          {"/license", "", "`license` is missing"},
          {"/homepage", "7", "`homepage` must be a string"},
          {"/homepage", "\"\"", "`homepage` must not be empty"},
          {"/homepage", too_long, "`homepage` is too long"},
          {"/concurrency", "0", "`concurrency` must be"},
          {"/concurrency", "65", "`concurrency` must be"},
          {"/concurrency", "1.5", "`concurrency` must be"},
          {"/concurrency", "\"4\"", "`concurrency` must be"},
          {"/egress", "\"x.com\"", "`egress` must be an array of strings"},
          {"/egress", "[\"https://x\"]", "`egress` must hold plain host names"},
          {"/egress", "[\"*.x.com\"]", "`egress` must hold plain host names"},
          {"/egress", "[\"x.com:443\"]", "`egress` must hold plain host names"},
          {"/egress", "[\"X.com\"]", "`egress` must hold plain host names"},
          {"/egress", "[\"x.com.\"]", "`egress` must hold plain host names"},
          {"/egress", "[\"" + std::string(254, 'x') + "\"]", "`egress` must hold plain host names"},
          {"/config", "{}", "`config` must be an array"},
          {"/config/0", "7", "`config[0]` must be an object"},
          {"/config/1/key", "\"url\"", "`config[1].key` stands twice"},
          {"/config/1/key", "\"timeout\"", "`config[1].key` is one of the host's own keys"},
          {"/config/1/key", "\"api-key\"", "`config[1].key` must be 1 to 32"},
          {"/config/1/help", "", "`config[1].help` is missing"},
          {"/config/1/help", too_long, "`config[1].help` is too long"},
          {"/config/1/type", "", "`config[1].type` is missing"},
          {"/config/1/type", "7", "`config[1].type` must be a string"},
          {"/config/1/type", "\"password\"", "`config[1].type` is not a known type"},
          {"/config/1/required", "\"yes\"", "`config[1].required` must be true or false"},
          {"/config/1/default", "\"x\"", "`config[1].default` makes no sense"},
          {"/config/1/deprecated", "\"use token\"", "`config[1].deprecated` makes no sense with required"},
          {"/config/1/deprecated", "true", "`config[1].deprecated` must be a string"},
          {"/config/1/deprecated", "\"\"", "`config[1].deprecated` must not be empty"},
          {"/config/1/secret", "false", "`config[1].secret` cannot be false"},
          {"/config/1/secret", "1", "`config[1].secret` must be true or false"},
          {"/config/0/secret", "true", "`config[0].secret` cannot be true for a url"},
          {"/config/0/enum", "[\"a\"]", "`config[0].enum` is only for the type enum"},
          {"/config/0/min", "1", "`config[0].min` is not a value of the type url"},
          {"/config/0/default", "\"machinesmm.com\"", "`config[0].default` expected an absolute"},
          {"/config/0/default", "\"https://me@machinesmm.com/\"", "`config[0].default` expected an absolute"},
          {"/config/0/default", "\"https://machinesmm.com/#x\"", "`config[0].default` expected an absolute"},
          {"/config/0/default", "\"https://machine smm.com/\"", "`config[0].default` expected an absolute"},
          {"/config/0/default", "\"https://[machinesmm]/\"", "`config[0].default` expected an absolute"},
          {"/config/0/default", "\"https://machinesmm.com:0/\"", "`config[0].default` expected an absolute"},
          {"/config/0/default", "\"https://machinesmm.com\\\\x\"", "`config[0].default` expected an absolute"},
          {"/config/2/default", "\"30\"", "`config[2].default` must be at most 9"},
          {"/config/2/default", "\"0\"", "`config[2].default` must be at least 1"},
          {"/config/2/default", "\"+5\"", "`config[2].default` expected a whole number"},
          {"/config/2/default", "\"5 \"", "`config[2].default` expected a whole number"},
          {"/config/2/default", "\"9223372036854775808\"", "`config[2].default` expected a whole number"},
          {"/config/2/default", "3", "`config[2].default` must be a string"},
          {"/config/2/min", "\"many\"", "`config[2].min` is not a value of the type int"},
          {"/config/2/min", "null", "`config[2].min` is not a value of the type int"},
          {"/config/2/min", "1.5", "`config[2].min` is not a value of the type int"},
          {"/config/2/max", "\"+9\"", "`config[2].max` is not a value of the type int"},
          {"/config/2/min", "10", "`config[2].min` is greater than max"},
          {"/config/3/min", "\"x\"", "`config[3].min` is not a value of the type duration"},
          {"/config/3/max", "\"99ms\"", "`config[3].min` is greater than max"},
          {"/config/3/max", "\"4000d\"", "`config[3].max` is not a value of the type duration"},
          {"/config/3/default", "\"99ms\"", "`config[3].default` must be at least 100ms"},
          {"/config/3/default", "\"61m\"", "`config[3].default` must be at most 1h"},
          {"/config/3/default", "\"10\"", "`config[3].default` expected a duration"},
          {"/config/4/enum", "", "`config[4].enum` is missing"},
          {"/config/4/enum", "[]", "`config[4].enum` must not be empty"},
          {"/config/4/enum", "[\"a\", 7]", "`config[4].enum` must be an array of strings"},
          {"/config/4/default", "\"c\"", "`config[4].default` expected one of: a, b"},
          {"/config/5/default", "\"0.1234567\"", "`config[5].default` expected a decimal number"},
          {"/config/5/default", "\"0,27\"", "`config[5].default` expected a decimal number"},
          {"/config/5/default", "\"+1\"", "`config[5].default` expected a decimal number"},
          {"/config/5/default", "\"1.\"", "`config[5].default` expected a decimal number"},
          {"/config/5/default", "\"-0.500001\"", "`config[5].default` must be at least -0.5"},
          {"/config/5/max", "-1", "`config[5].min` is greater than max"},
          {"/config/6/default", "\"2GiB\"", "`config[6].default` must be at most 1 GiB"},
          {"/config/6/default", "\"64KB\"", "`config[6].default` expected a size"},
          {"/config/6/default", "\"-1\"", "`config[6].default` expected a size"},
          {"/config/6/default", "\"9007199254740993KiB\"", "`config[6].default` expected a size"},
          {"/config/7/default", "\"a,,b\"", "`config[7].default` has an empty item"},
          {"/config/7/default", "\"\"", "`config[7].default` has an empty item"},
          {"/config/8/default", "\"maybe\"", "`config[8].default` expected yes or no"},
          {"/config/9/default", "\"x\"", "`config[9].default` makes no sense for a secret"}};
}

}  // namespace smm::testdata
