#include "sdk/conformance/manifest_rules.h"

#include <algorithm>
#include <regex>
#include <set>

namespace smm::conformance {
namespace {

const std::set<std::string> kTypes = {"string", "int", "bool", "decimal", "duration",
                                      "size",   "url", "enum", "list",    "secret"};
const std::set<std::string> kHostKeys = {"plugin",     "enabled",   "rate",   "timeout",    "concurrency",
                                         "allow_http", "isolation", "sha256", "min_balance"};

// How a value of a type is written in the INI file; nothing where any text will do.
const char* notation_of(const std::string& type) {
  if (type == "int") return "[+-]?[0-9]+";
  if (type == "bool") return "yes|no|true|false|on|off|1|0";
  if (type == "decimal") return "[+-]?[0-9]+([.][0-9]+)?";
  if (type == "duration") return "[0-9]+(ms|s|m|h|d)";
  if (type == "size") return "[0-9]+(KiB|MiB|GiB)?";
  if (type == "url") return "https?://[^@#/?]+([/?][^#]*)?";
  return nullptr;
}

bool is_word(const std::string& text) {
  return std::regex_match(text, std::regex("[a-z][a-z0-9_]{0,31}"));
}

class Rules {
 public:
  explicit Rules(const Json& manifest) : manifest_(manifest) {}

  std::vector<std::string> mistakes() {
    check_names();
    check_abi();
    check_interfaces();
    check_concurrency();
    check_egress();
    check_settings();
    return std::move(mistakes_);
  }

 private:
  void wrong(const std::string& field, const std::string& problem) {
    mistakes_.push_back("`" + field + "` " + problem);
  }

  // The text of a field that must be there; empty and reported where it is not.
  std::string needed(const Json& object, const std::string& place, const char* field) {
    const auto found = object.find(field);
    if (found != object.end() && found->is_string() && !found->get<std::string>().empty()) return *found;
    wrong(place + field, found == object.end() ? "is missing" : "must be a string that is not empty");
    return {};
  }

  void check_names() {
    const std::string id = needed(manifest_, "", "id");
    if (!id.empty() && !is_word(id)) wrong("id", "must be 1 to 32 of a-z, 0-9 and _, a letter first");
    needed(manifest_, "", "name");
    const std::string version = needed(manifest_, "", "version");
    if (!version.empty() && !std::regex_match(version, std::regex("[0-9]+[.][0-9]+[.][0-9]+")))
      wrong("version", "must be MAJOR.MINOR.PATCH");
    needed(manifest_, "", "license");
    if (manifest_.contains("homepage")) needed(manifest_, "", "homepage");
  }

  void check_abi() {
    const Json abi = manifest_.value("abi", Json());
    const bool whole = abi.is_object() && abi.contains("major") && abi["major"].is_number_unsigned() &&
                       abi.contains("minor") && abi["minor"].is_number_unsigned();
    if (!whole) wrong("abi", R"(must be an object as {"major": 1, "minor": 0})");
  }

  void check_interfaces() {
    const Json provides = manifest_.value("provides", Json());
    if (!provides.is_array() || provides.empty()) wrong("provides", "must be an array of interface ids, not empty");
    std::set<std::string> known;
    for (const Json& id : provides) {
      if (id == SMM_PROVIDER_ID) add_names(known, sdk::kProviderOperationNames);
      if (id == SMM_PROFILE_CHECKER_ID) add_names(known, sdk::kCheckerOperationNames);
    }
    const Json operations = manifest_.value("operations", Json());
    if (!operations.is_object()) return wrong("operations", "must be an object of names and effects");
    for (const auto& [name, effect] : operations.items()) {
      if (known.count(name) == 0) wrong("operations." + name, "is no operation of what `provides` names");
      const bool good = effect.is_string() && sdk::value_of(sdk::kEffectNames, effect.get<std::string>()).has_value();
      if (!good) wrong("operations." + name, "must be read, write_idempotent or write_once");
    }
  }

  template <class Names>
  static void add_names(std::set<std::string>& to, const Names& names) {
    for (const sdk::Name& name : names) to.emplace(name.name);
  }

  void check_concurrency() {
    const Json value = manifest_.value("concurrency", Json(1));
    const bool good = value.is_number_integer() && value.get<int64_t>() >= 1 && value.get<int64_t>() <= 64;
    if (!good) wrong("concurrency", "must be a whole number from 1 to 64");
  }

  void check_egress() {
    const Json egress = manifest_.value("egress", Json::array());
    if (!egress.is_array()) return wrong("egress", "must be an array of host names");
    for (const Json& host : egress) {
      const bool good = host.is_string() &&
                        std::regex_match(host.get<std::string>(), std::regex("[a-z0-9_]([a-z0-9._-]*[a-z0-9_-])?"));
      if (!good) wrong("egress", "must hold plain host names in lower case, without scheme, port or *");
    }
  }

  void check_settings() {
    const Json settings = manifest_.value("config", Json::array());
    if (!settings.is_array()) return wrong("config", "must be an array");
    std::set<std::string> keys;
    for (const Json& setting : settings) {
      const std::string place = "config[" + std::to_string(count_++) + "].";
      if (!setting.is_object()) {
        wrong(place, "must be an object");
        continue;
      }
      const std::string key = needed(setting, place, "key");
      if (!key.empty() && !is_word(key)) wrong(place + "key", "must be 1 to 32 of a-z, 0-9 and _, a letter first");
      if (!key.empty() && !keys.insert(key).second) wrong(place + "key", "stands twice");
      if (kHostKeys.count(key) == 1) wrong(place + "key", "is one of the host's own keys");
      needed(setting, place, "help");
      check_setting(setting, place);
    }
  }

  void check_setting(const Json& setting, const std::string& place) {
    const std::string type = needed(setting, place, "type");
    if (!type.empty() && kTypes.count(type) == 0) return wrong(place + "type", "is not a known type");
    for (const char* flag : {"required", "secret"}) {
      if (setting.contains(flag) && !setting[flag].is_boolean()) return wrong(place + flag, "must be true or false");
    }
    if (type == "secret" && !setting.value("secret", true))
      wrong(place + "secret", "cannot be false for the type secret");
    if (type == "url" && setting.value("secret", false)) wrong(place + "secret", "cannot be true for a url");
    const Json choices = setting.value("enum", Json::array());
    const bool texts =
        choices.is_array() && std::all_of(choices.begin(), choices.end(), [](const Json& c) { return c.is_string(); });
    if (type == "enum" && (!texts || choices.empty())) wrong(place + "enum", "must be an array of strings, not empty");
    if (type != "enum" && setting.contains("enum")) wrong(place + "enum", "is only for the type enum");
    check_default(setting, place, type);
  }

  void check_default(const Json& setting, const std::string& place, const std::string& type) {
    if (!setting.contains("default")) return;
    const Json& value = setting["default"];
    if (!value.is_string()) return wrong(place + "default", "must be a string, in the notation of the INI file");
    if (setting.value("required", false)) wrong(place + "default", "makes no sense with required");
    if (is_secret(setting)) return wrong(place + "default", "makes no sense for a secret");
    const std::string text = value;
    const char* notation = notation_of(type);
    if (notation != nullptr && !std::regex_match(text, std::regex(notation)))
      wrong(place + "default", "is no value of the type " + type);
    const Json choices = setting.value("enum", Json::array());
    if (type == "enum" && std::find(choices.begin(), choices.end(), value) == choices.end())
      wrong(place + "default", "is none of `enum`");
  }

  const Json& manifest_;
  std::vector<std::string> mistakes_;
  int count_ = 0;
};

}  // namespace

std::vector<std::string> manifest_mistakes(const Json& manifest) {
  return Rules(manifest).mistakes();
}

}  // namespace smm::conformance
