#include "host/plugin/manifest.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "host/plugin/abi_text.h"
#include "host/plugin/elf_section.h"
#include "host/plugin/setting_value.h"

namespace smmhost {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxManifestBytes = 64 << 10;
constexpr std::size_t kMaxTextBytes = 1000;

constexpr std::array<std::pair<SettingType, std::string_view>, 10> kTypes{{
    {SettingType::kString, "string"},
    {SettingType::kInt, "int"},
    {SettingType::kBool, "bool"},
    {SettingType::kDecimal, "decimal"},
    {SettingType::kDuration, "duration"},
    {SettingType::kSize, "size"},
    {SettingType::kUrl, "url"},
    {SettingType::kEnum, "enum"},
    {SettingType::kList, "list"},
    {SettingType::kSecret, "secret"},
}};

constexpr std::array<std::pair<std::string_view, HttpEffect>, 3> kEffects{{
    {"read", HttpEffect::kRead},
    {"write_idempotent", HttpEffect::kWriteIdempotent},
    {"write_once", HttpEffect::kWriteOnce},
}};

constexpr std::array<std::string_view, 9> kHostKeys{"plugin",     "enabled",   "rate",   "timeout",    "concurrency",
                                                    "allow_http", "isolation", "sha256", "min_balance"};

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// [a-z][a-z0-9_]{0,31}
bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 32 && is_lower(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_version(std::string_view text) {
  int parts = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('.'), text.size());
    const std::string_view part = text.substr(0, end);
    if (part.empty() || part.size() > 9 || !std::all_of(part.begin(), part.end(), is_digit)) return false;
    ++parts;
    if (end == text.size()) return parts == 3;
    text.remove_prefix(end + 1);
  }
  return false;
}

bool is_plain_host_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 && text.front() != '.' && text.back() != '.' && text.front() != '-' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower(c) || is_digit(c) || c == '.' || c == '-' || c == '_'; });
}

// Reads one JSON object's fields and notes every mistake under the object's name.
class Fields {
 public:
  Fields(const Json& object, std::string place, std::vector<std::string>& mistakes)
      : object_(object), place_(std::move(place)), mistakes_(mistakes) {}

  void wrong(std::string_view field, std::string_view problem) {
    mistakes_.push_back(presentable("`" + place_ + std::string(field) + "` " + std::string(problem)));
  }

  const Json* find(const char* field) const {
    const auto it = object_.find(field);
    return it == object_.end() ? nullptr : &*it;
  }

  const Json* need(const char* field) {
    const Json* value = find(field);
    if (value == nullptr) wrong(field, "is missing");
    return value;
  }

  std::string text(const char* field, const Json* value) {
    if (value == nullptr) return {};
    if (!value->is_string()) {
      wrong(field, "must be a string");
      return {};
    }
    auto result = words(*value);
    if (result.empty()) wrong(field, "must not be empty");
    if (result.size() > kMaxTextBytes) wrong(field, "is too long");
    return result;
  }
  std::string needed_text(const char* field) { return text(field, need(field)); }
  std::string optional_text(const char* field) { return text(field, find(field)); }

  bool boolean(const char* field, bool fallback) {
    const Json* value = find(field);
    if (value == nullptr) return fallback;
    if (value->is_boolean()) return value->get<bool>();
    wrong(field, "must be true or false");
    return fallback;
  }

  std::vector<std::string> texts(const char* field, const Json* value) {
    std::vector<std::string> result;
    if (value == nullptr) return result;
    if (!value->is_array()) {
      wrong(field, "must be an array of strings");
      return result;
    }
    for (const Json& element : *value) {
      if (element.is_string())
        result.push_back(words(element));
      else
        wrong(field, "must be an array of strings");
    }
    return result;
  }

 private:
  // Here, for everybody who shows them: a terminal, a table, a page.
  static std::string words(const Json& value) { return presentable(value.get_ref<const std::string&>()); }

  const Json& object_;
  std::string place_;
  std::vector<std::string>& mistakes_;
};

std::optional<std::uint32_t> small_number(const Json& value) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 1'000'000) return std::nullopt;
  return static_cast<std::uint32_t>(value.get<std::uint64_t>());
}

class ManifestReader {
 public:
  explicit ManifestReader(const Json& json) : fields_(json, "", mistakes_) {}

  std::variant<Manifest, ManifestError> read() {
    read_names();
    read_abi();
    read_interfaces();
    read_operations();
    read_concurrency();
    read_egress();
    read_settings();
    if (mistakes_.empty()) return std::move(manifest_);
    ManifestError error{"its manifest is wrong: "};
    for (std::size_t i = 0; i < mistakes_.size(); ++i) error.message += (i == 0 ? "" : "; ") + mistakes_[i];
    return error;
  }

 private:
  void read_names() {
    manifest_.id = fields_.needed_text("id");
    if (!manifest_.id.empty() && !is_word(manifest_.id))
      fields_.wrong("id", "must be 1 to 32 of a-z, 0-9 and _, a letter first");
    manifest_.name = fields_.needed_text("name");
    manifest_.version = fields_.needed_text("version");
    if (!manifest_.version.empty() && !is_version(manifest_.version))
      fields_.wrong("version", "must be MAJOR.MINOR.PATCH");
    manifest_.license = fields_.needed_text("license");
    manifest_.homepage = fields_.optional_text("homepage");
  }

  void read_abi() {
    const Json* abi = fields_.need("abi");
    if (abi == nullptr) return;
    const auto major = abi->is_object() && abi->contains("major") ? small_number((*abi)["major"]) : std::nullopt;
    const auto minor = abi->is_object() && abi->contains("minor") ? small_number((*abi)["minor"]) : std::nullopt;
    if (!major || !minor) return fields_.wrong("abi", R"(must be an object as {"major": 1, "minor": 0})");
    manifest_.abi_major = *major;
    manifest_.abi_minor = *minor;
  }

  void read_interfaces() {
    const Json* provides = fields_.need("provides");
    manifest_.provides = fields_.texts("provides", provides);
    if (provides != nullptr && manifest_.provides.empty())
      fields_.wrong("provides", "must name at least one interface");
  }

  void read_operations() {
    const Json* operations = fields_.need("operations");
    if (operations == nullptr) return;
    if (!operations->is_object()) return fields_.wrong("operations", "must be an object of names and effects");
    for (const auto& [name, value] : operations->items()) {
      const auto effect = std::find_if(kEffects.begin(), kEffects.end(), [&](const auto& e) {
        return value.is_string() && value.template get<std::string>() == e.first;
      });
      if (!is_word(name) || effect == kEffects.end())
        fields_.wrong("operations." + name.substr(0, 40), "must be read, write_idempotent or write_once");
      else
        manifest_.operations.emplace(name, effect->second);
    }
  }

  void read_concurrency() {
    const Json* value = fields_.find("concurrency");
    if (value == nullptr) return;
    const auto number = small_number(*value);
    if (!number || *number < 1 || *number > 64)
      return fields_.wrong("concurrency", "must be a whole number from 1 to 64");
    manifest_.concurrency = static_cast<int>(*number);
  }

  void read_egress() {
    manifest_.egress = fields_.texts("egress", fields_.find("egress"));
    for (const std::string& host : manifest_.egress)
      if (!is_plain_host_name(host))
        fields_.wrong("egress", "must hold plain host names in lower case, without scheme, port or *");
  }

  void read_settings() {
    const Json* settings = fields_.find("config");
    if (settings == nullptr) return;
    if (!settings->is_array()) return fields_.wrong("config", "must be an array");
    std::set<std::string> keys;
    for (std::size_t i = 0; i < settings->size(); ++i) {
      const Json& element = (*settings)[i];
      const std::string place = "config[" + std::to_string(i) + "]";
      if (!element.is_object()) {
        fields_.wrong(place, "must be an object");
        continue;
      }
      Fields fields(element, place + ".", mistakes_);
      Setting setting = read_setting(fields);
      if (!setting.key.empty() && !keys.insert(setting.key).second) fields.wrong("key", "stands twice");
      manifest_.settings.push_back(std::move(setting));
    }
  }

  Setting read_setting(Fields& fields) {
    Setting setting;
    setting.key = fields.needed_text("key");
    if (!setting.key.empty() && !is_word(setting.key))
      fields.wrong("key", "must be 1 to 32 of a-z, 0-9 and _, a letter first");
    if (std::find(kHostKeys.begin(), kHostKeys.end(), setting.key) != kHostKeys.end())
      fields.wrong("key", "is one of the host's own keys");
    setting.help = fields.needed_text("help");
    setting.required = fields.boolean("required", false);
    setting.deprecated = fields.optional_text("deprecated");
    if (setting.required && !setting.deprecated.empty()) fields.wrong("deprecated", "makes no sense with required");

    const std::string type = fields.needed_text("type");
    const auto known = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& t) { return t.second == type; });
    if (known == kTypes.end()) {
      if (!type.empty()) fields.wrong("type", "is not a known type");
      return setting;
    }
    setting.type = known->first;
    setting.secret = fields.boolean("secret", setting.type == SettingType::kSecret);
    if (setting.type == SettingType::kSecret && !setting.secret)
      fields.wrong("secret", "cannot be false for the type secret");
    if (setting.type == SettingType::kUrl && setting.secret) fields.wrong("secret", "cannot be true for a url");
    read_choices(fields, setting);
    read_bounds(fields, setting);
    read_default(fields, setting);
    return setting;
  }

  static void read_choices(Fields& fields, Setting& setting) {
    const bool is_enum = setting.type == SettingType::kEnum;
    const Json* choices = is_enum ? fields.need("enum") : fields.find("enum");
    if (choices == nullptr) return;
    if (!is_enum) return fields.wrong("enum", "is only for the type enum");
    setting.choices = fields.texts("enum", choices);
    if (setting.choices.empty()) fields.wrong("enum", "must not be empty");
  }

  static std::optional<std::string> bound(Fields& fields, const Setting& setting, const char* field) {
    const Json* value = fields.find(field);
    if (value == nullptr) return std::nullopt;
    std::string text;
    if (value->is_string()) text = presentable(value->get<std::string>());
    if (value->is_number()) text = value->dump() + (setting.type == SettingType::kDuration ? "ms" : "");
    if (ordered_value(setting.type, text)) return text;
    fields.wrong(field, "is not a value of the type " + std::string(to_string(setting.type)));
    return std::nullopt;
  }

  static void read_bounds(Fields& fields, Setting& setting) {
    setting.min = bound(fields, setting, "min");
    setting.max = bound(fields, setting, "max");
    if (setting.min && setting.max &&
        ordered_value(setting.type, *setting.min) > ordered_value(setting.type, *setting.max))
      fields.wrong("min", "is greater than max");
  }

  static void read_default(Fields& fields, Setting& setting) {
    const Json* value = fields.find("default");
    if (value == nullptr) return;
    if (setting.required) fields.wrong("default", "makes no sense with required");
    if (setting.secret) return fields.wrong("default", "makes no sense for a secret");
    if (!value->is_string()) return fields.wrong("default", "must be a string, in the notation of the INI file");
    setting.default_value = presentable(value->get<std::string>());
    const auto checked = canonical_value(setting, *setting.default_value);
    if (const auto* problem = std::get_if<ValueProblem>(&checked)) fields.wrong("default", problem->message);
  }

  Manifest manifest_;
  std::vector<std::string> mistakes_;
  Fields fields_;
};

std::string_view without_padding(std::string_view text) {
  const auto end = text.find_last_not_of(std::string_view("\0 \t\r\n", 5));
  return end == std::string_view::npos ? std::string_view{} : text.substr(0, end + 1);
}

}  // namespace

std::string_view to_string(SettingType type) {
  return std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& t) { return t.first == type; })->second;
}

const Setting* Manifest::setting(std::string_view key) const {
  const auto found = std::find_if(settings.begin(), settings.end(), [&](const Setting& s) { return s.key == key; });
  return found == settings.end() ? nullptr : &*found;
}

std::variant<Manifest, ManifestError> parse_manifest(std::string_view text) {
  if (text.size() > kMaxManifestBytes) return ManifestError{"its manifest is longer than 64 KiB"};
  const std::string_view content = without_padding(text);
  const Json json = Json::parse(content, nullptr, false);
  if (json.is_discarded()) return ManifestError{"its manifest is not JSON"};
  if (!json.is_object()) return ManifestError{"its manifest is not a JSON object"};
  return ManifestReader(json).read();
}

std::variant<Manifest, ManifestError> read_manifest(const std::string& path) {
  const auto section = read_elf_section(path, ".smm_manifest", kMaxManifestBytes);
  if (const auto* error = std::get_if<ElfError>(&section)) return ManifestError{error->message};
  return parse_manifest(std::get<std::string>(section));
}

}  // namespace smmhost
