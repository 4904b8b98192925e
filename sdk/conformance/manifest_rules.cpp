#include "sdk/conformance/manifest_rules.h"

#include <algorithm>
#include <optional>
#include <set>

#include "sdk/conformance/subject.h"

namespace smm::conformance {
namespace {

using sdk::is_digit;
using sdk::testing::canonical_value;
using sdk::testing::ordered_value;

constexpr size_t kMostText = 1000;
constexpr size_t kMostHostName = 253;
constexpr uint64_t kMostNumber = 1'000'000;

const std::set<std::string> kHostKeys = {"plugin",     "enabled",   "rate",   "timeout",    "concurrency",
                                         "allow_http", "isolation", "sha256", "min_balance"};

struct Type {
  std::string_view name;
  std::string_view expectation;  // of a default that is no value of the type
};
constexpr Type kTypes[] = {
    {"string", ""},
    {"int", "expected a whole number, as in 100"},
    {"bool", "expected yes or no"},
    {"decimal", "expected a decimal number with at most six places, as in 0.27"},
    {"duration", "expected a duration, as in 250ms, 30s, 10m, 1h or 7d"},
    {"size", "expected a size, as in 512, 64KiB or 2MiB"},
    {"url", "expected an absolute http or https URL without user, password or #"},
    {"enum", ""},
    {"list", "has an empty item between its commas"},
    {"secret", ""},
};

bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_word(const std::string& text) {
  return !text.empty() && text.size() <= 32 && is_small(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_small(c) || is_digit(c) || c == '_'; });
}

bool is_version(std::string_view text) {
  for (int part = 1; part <= 3; ++part) {
    const size_t end = std::min(text.find('.'), text.size());
    if (end == 0 || end > 9 || !std::all_of(text.begin(), text.begin() + end, is_digit)) return false;
    if (end == text.size()) return part == 3;
    text.remove_prefix(end + 1);
  }
  return false;
}

bool is_host_name(const std::string& text) {
  return !text.empty() && text.size() <= kMostHostName && text.front() != '.' && text.back() != '.' &&
         text.front() != '-' && std::all_of(text.begin(), text.end(), [](char c) {
           return is_small(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
         });
}

bool is_small_number(const Json& value) {
  return value.is_number_unsigned() && value.get<uint64_t>() <= kMostNumber;
}

// The fields of one JSON object, and their mistakes under the object's name.
class Fields {
 public:
  Fields(const Json& object, std::string place, std::vector<std::string>& mistakes)
      : object_(object), place_(std::move(place)), mistakes_(mistakes) {}

  void wrong(const std::string& field, const std::string& problem) const {
    mistakes_.push_back("`" + place_ + field + "` " + problem);
  }

  const Json* find(const char* field) const {
    const auto found = object_.find(field);
    return found == object_.end() ? nullptr : &*found;
  }
  const Json* need(const char* field) const {
    const Json* found = find(field);
    if (found == nullptr) wrong(field, "is missing");
    return found;
  }

  // Empty where there is none, or a mistake was found.
  std::string text(const char* field, const Json* value) const {
    if (value == nullptr) return {};
    const std::string out = value->is_string() ? value->get<std::string>() : "";
    if (!value->is_string()) {
      wrong(field, "must be a string");
    } else if (out.empty()) {
      wrong(field, "must not be empty");
    } else if (out.size() > kMostText) {
      wrong(field, "is too long: 1000 bytes are allowed");
    }
    return out;
  }
  std::string needed_text(const char* field) const { return text(field, need(field)); }
  std::string optional_text(const char* field) const { return text(field, find(field)); }

  // False where there is none.
  bool flag(const char* field) const {
    const Json* value = find(field);
    if (value != nullptr && !value->is_boolean()) wrong(field, "must be true or false");
    return value != nullptr && value->is_boolean() && value->get<bool>();
  }

  std::vector<std::string> texts(const char* field, const Json* value) const {
    std::vector<std::string> out;
    if (value == nullptr) return out;
    const bool good = value->is_array() &&
                      std::all_of(value->begin(), value->end(), [](const Json& item) { return item.is_string(); });
    if (!good) {
      wrong(field, "must be an array of strings");
      return out;
    }
    for (const Json& item : *value) out.push_back(item);
    return out;
  }

 private:
  const Json& object_;
  std::string place_;
  std::vector<std::string>& mistakes_;
};

// One element of `config`.
class SettingRules {
 public:
  explicit SettingRules(const Fields& fields) : fields_(fields) {}

  // Returns its key.
  std::string check() {
    const std::string key = fields_.needed_text("key");
    if (!key.empty() && !is_word(key)) fields_.wrong("key", "must be 1 to 32 of a-z, 0-9 and _, a letter first");
    if (kHostKeys.count(key) == 1) fields_.wrong("key", "is one of the host's own keys");
    fields_.needed_text("help");
    required_ = fields_.flag("required");
    const bool deprecated = !fields_.optional_text("deprecated").empty();
    if (required_ && deprecated) fields_.wrong("deprecated", "makes no sense with required");
    check_type();
    return key;
  }

 private:
  void check_type() {
    type_ = fields_.needed_text("type");
    const auto* known =
        std::find_if(std::begin(kTypes), std::end(kTypes), [&](const Type& type) { return type.name == type_; });
    if (type_.empty()) return;
    if (known == std::end(kTypes)) return fields_.wrong("type", "is not a known type");
    const bool is_said_secret = fields_.flag("secret");
    const bool is_of_type_secret = type_ == "secret";
    const bool is_said = fields_.find("secret") != nullptr;
    if (is_of_type_secret && is_said && !is_said_secret) fields_.wrong("secret", "cannot be false for the type secret");
    if (type_ == "url" && is_said_secret) fields_.wrong("secret", "cannot be true for a url");
    secret_ = is_of_type_secret || is_said_secret;
    check_choices();
    min_ = bound("min");
    max_ = bound("max");
    if (min_ && max_ && ordered_value(type_, *min_) > ordered_value(type_, *max_))
      fields_.wrong("min", "is greater than max");
    check_default(known->expectation);
  }

  void check_choices() {
    const bool is_enum = type_ == "enum";
    const Json* choices = is_enum ? fields_.need("enum") : fields_.find("enum");
    if (choices == nullptr) return;
    if (!is_enum) return fields_.wrong("enum", "is only for the type enum");
    choices_ = fields_.texts("enum", choices);
    if (choices->is_array() && choices->empty()) fields_.wrong("enum", "must not be empty");
  }

  std::optional<std::string> bound(const char* field) {
    const Json* value = fields_.find(field);
    if (value == nullptr) return std::nullopt;
    std::string text;
    if (value->is_string()) text = value->get<std::string>();
    if (value->is_number()) text = value->dump() + (type_ == "duration" ? "ms" : "");
    if (ordered_value(type_, text)) return text;
    fields_.wrong(field, "is not a value of the type " + type_);
    return std::nullopt;
  }

  void check_default(std::string_view expectation) {
    const Json* value = fields_.find("default");
    if (value == nullptr) return;
    if (required_) fields_.wrong("default", "makes no sense with required");
    if (secret_) return fields_.wrong("default", "makes no sense for a secret");
    if (!value->is_string()) return fields_.wrong("default", "must be a string, in the notation of the INI file");
    const std::string text = *value;
    if (!canonical_value(type_, text)) return fields_.wrong("default", std::string(expectation));
    if (min_ && ordered_value(type_, text) < ordered_value(type_, *min_))
      return fields_.wrong("default", "must be at least " + *min_);
    if (max_ && ordered_value(type_, text) > ordered_value(type_, *max_))
      return fields_.wrong("default", "must be at most " + *max_);
    if (type_ == "enum" && std::find(choices_.begin(), choices_.end(), text) == choices_.end())
      fields_.wrong("default", "expected one of: " + listed(choices_));
  }

  static std::string listed(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out;
  }

  const Fields& fields_;
  std::string type_;
  bool required_ = false;
  bool secret_ = false;
  std::vector<std::string> choices_;
  std::optional<std::string> min_;
  std::optional<std::string> max_;
};

class ManifestRules {
 public:
  explicit ManifestRules(const Json& manifest) : fields_(manifest, "", mistakes_) {}

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
  void check_names() {
    const std::string id = fields_.needed_text("id");
    if (!id.empty() && !is_word(id)) fields_.wrong("id", "must be 1 to 32 of a-z, 0-9 and _, a letter first");
    fields_.needed_text("name");
    const std::string version = fields_.needed_text("version");
    if (!version.empty() && !is_version(version)) fields_.wrong("version", "must be MAJOR.MINOR.PATCH");
    fields_.needed_text("license");
    fields_.optional_text("homepage");
  }

  void check_abi() {
    const Json* abi = fields_.need("abi");
    if (abi == nullptr) return;
    const bool whole = abi->is_object() && is_small_number(abi->value("major", Json())) &&
                       is_small_number(abi->value("minor", Json()));
    if (!whole) fields_.wrong("abi", R"(must be an object as {"major": 1, "minor": 0})");
  }

  void check_interfaces() {
    const Json* provides = fields_.need("provides");
    if (provides != nullptr && provides->is_array() && provides->empty())
      fields_.wrong("provides", "must name at least one interface");
    std::set<std::string> known;
    for (const std::string& id : fields_.texts("provides", provides)) {
      if (id == SMM_PROVIDER_ID) add_names(known, sdk::kProviderOperationNames);
      if (id == SMM_PROFILE_CHECKER_ID) add_names(known, sdk::kCheckerOperationNames);
    }
    const Json* operations = fields_.need("operations");
    if (operations == nullptr) return;
    if (!operations->is_object()) return fields_.wrong("operations", "must be an object of names and effects");
    for (const auto& [name, effect] : operations->items()) {
      const bool good = effect.is_string() && sdk::value_of(sdk::kEffectNames, effect.get<std::string>()).has_value();
      if (!good) fields_.wrong("operations." + name, "must be read, write_idempotent or write_once");
      if (known.count(name) == 0) fields_.wrong("operations." + name, "is no operation of what `provides` names");
    }
  }

  template <class Names>
  static void add_names(std::set<std::string>& to, const Names& names) {
    for (const sdk::Name& name : names) to.emplace(name.name);
  }

  void check_concurrency() {
    const Json* value = fields_.find("concurrency");
    if (value == nullptr) return;
    const bool good = is_small_number(*value) && value->get<uint64_t>() >= 1 && value->get<uint64_t>() <= 64;
    if (!good) fields_.wrong("concurrency", "must be a whole number from 1 to 64");
  }

  void check_egress() {
    for (const std::string& host : fields_.texts("egress", fields_.find("egress"))) {
      if (!is_host_name(host))
        fields_.wrong("egress", "must hold plain host names in lower case, without scheme, port or *");
    }
  }

  void check_settings() {
    const Json* settings = fields_.find("config");
    if (settings == nullptr) return;
    if (!settings->is_array()) return fields_.wrong("config", "must be an array");
    std::set<std::string> keys;
    for (size_t i = 0; i < settings->size(); ++i) {
      const std::string place = "config[" + std::to_string(i) + "]";
      if (!settings->at(i).is_object()) {
        fields_.wrong(place, "must be an object");
        continue;
      }
      const Fields fields(settings->at(i), place + ".", mistakes_);
      const std::string key = SettingRules(fields).check();
      if (!key.empty() && !keys.insert(key).second) fields.wrong("key", "stands twice");
    }
  }

  std::vector<std::string> mistakes_;
  Fields fields_;
};

}  // namespace

std::vector<std::string> manifest_mistakes(const Json& manifest) {
  return ManifestRules(manifest).mistakes();
}

}  // namespace smm::conformance
