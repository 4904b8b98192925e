// What concerns more than one key of the configuration.
#include <algorithm>
#include <set>

#include "host/config/config_draft.h"
#include "host/config/key_table.h"
#include "host/config/text.h"
#include "host/config/values.h"

namespace smmhost {
namespace {

constexpr std::size_t kShortestToken = 16;

void check_plugin_sections(ConfigDraft& draft, const std::vector<PluginSection>& sections) {
  for (const PluginSection& section : sections) {
    const auto url = section.values.find("url");
    if (url == section.values.end() || url->second.value.empty()) continue;
    if (const auto problem = url_problem(url->second.value, section.allow_http)) {
      draft.mistake(url->second.where, "`url` of " + section.name + " " + *problem);
    }
  }
}

void check_checkers(ConfigDraft& draft) {
  for (const PluginSection& checker : draft.config.checkers)
    if (checker.min_balance)
      draft.mistake(checker.where, "[checker." + checker.name + "] min_balance: only a provider has a balance");
}

void check_required(ConfigDraft& draft) {
  static const std::vector<std::pair<const char*, const char*>> kRequired{
      {"yampi.base_url", "YAMPI_BASE_URL"},     {"yampi.api_key", "YAMPI_API_KEY"},
      {"yampi.secret_key", "YAMPI_SECRET_KEY"}, {"yampi.webhook_secret", "YAMPI_WEBHOOK_SECRET"},
      {"admin.token", "SMMHOST_ADMIN_TOKEN"},
  };
  for (const auto& [name, variable] : kRequired) {
    if (draft.seen.contains(name)) continue;
    const std::string key{name};
    const std::size_t dot = key.find('.');
    const std::string section = key.substr(0, dot), word = key.substr(dot + 1);
    const std::string place = draft.has_file ? "[" + section + "] " + word + " is missing (or set " + variable + ")"
                                             : std::string{variable} + " is not set";
    draft.mistake({draft.has_file ? draft.file_name : "environment", 0},
                  place + "; it is: " + meaning_of(section, word));
  }
  if (draft.config.providers.empty()) {
    draft.warn({draft.file_name, 0}, "no provider is configured: nothing can be bought and payments will be held");
  }
  if (draft.config.checkers.empty()) {
    draft.warn({draft.file_name, 0}, "no checker is configured: profiles cannot be looked up and payments will wait");
  }
}

void check_yampi(ConfigDraft& draft) {
  const YampiConfig& yampi = draft.config.yampi;
  if (!yampi.base_url.empty()) {
    if (const auto problem = url_problem(yampi.base_url, yampi.allow_http)) {
      draft.mistake(draft.where("yampi.base_url"), "`base_url` of Yampi " + *problem);
    }
  }
  if (!yampi.webhook_secret.empty() && yampi.webhook_secret.reveal() == yampi.secret_key.reveal()) {
    draft.warn(
        draft.where("yampi.webhook_secret"),
        "webhook_secret equals secret_key; Yampi gives each webhook a secret of its own, shown where the webhook is "
        "made");
  }
  const std::string& token = draft.config.admin_token.reveal();
  if (!token.empty() && token.size() < kShortestToken) {
    draft.warn(draft.where("admin.token"),
               "the admin token is shorter than 16 characters; make one with: openssl rand -hex 32");
  }
  const bool unprintable = std::any_of(token.begin(), token.end(), [](char c) { return c <= ' ' || c > '~'; });
  if (unprintable)
    draft.mistake(draft.where("admin.token"), "the admin token may hold only printable ASCII without spaces");
}

void check_order(ConfigDraft& draft) {
  std::vector<std::string> names;
  for (const PluginSection& checker : draft.config.checkers) names.push_back(checker.name);
  if (!draft.seen.contains("profiles.order")) {
    draft.config.profile_order = names;
    return;
  }
  const SourceLine where = draft.where("profiles.order");
  std::set<std::string> listed;
  for (const std::string& name : draft.config.profile_order) {
    if (!listed.insert(name).second) {
      draft.mistake(where, "`order` names `" + name + "` twice");
      continue;
    }
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      const std::string hint = names.empty() ? "; no checker is configured" : "; checkers are: " + join(names);
      draft.mistake(where, "`order` names `" + name + "`, but there is no [checker." + name + "]" + hint);
    }
  }
  for (const std::string& name : names) {
    if (!listed.contains(name)) draft.warn(where, "[checker." + name + "] is not in `order` and will not be asked");
  }
}

void check_order_of(ConfigDraft& draft, const std::string& key, const std::string& first_key, Duration first,
                    Duration longest) {
  if (first <= longest) return;
  draft.mistake(draft.where(key),
                "`" + key.substr(key.find('.') + 1) + "` must not be shorter than `" + first_key + "`");
}

void check_durations(ConfigDraft& draft) {
  const FulfilmentSettings& fulfilment = draft.config.fulfilment;
  Duration longest = draft.config.yampi.timeout;
  for (const auto* sections : {&draft.config.providers, &draft.config.checkers}) {
    for (const PluginSection& section : *sections) longest = std::max(longest, section.timeout);
  }
  if (fulfilment.lease <= longest) {
    draft.mistake(draft.where("fulfilment.lease"), "`lease` (" + duration_text(fulfilment.lease) +
                                                       ") must be longer than every timeout (the longest is " +
                                                       duration_text(longest) +
                                                       "), or a slow purchase would be taken for a dead one");
  }
  check_order_of(draft, "fulfilment.track_longest", "track_first", fulfilment.track_first, fulfilment.track_longest);
  check_order_of(draft, "fulfilment.backoff_longest", "backoff_first", fulfilment.backoff_first,
                 fulfilment.backoff_longest);
}

// A name stands alone on a rate limit, in the evidence and in the counters.
void check_names(ConfigDraft& draft) {
  for (const PluginSection& checker : draft.config.checkers) {
    for (const PluginSection& provider : draft.config.providers) {
      if (checker.name != provider.name) continue;
      draft.mistake(checker.where,
                    "[checker." + checker.name +
                        "] has the name of a provider; give it another one, and say plugin = " + checker.plugin);
    }
  }
  for (const auto* sections : {&draft.config.providers, &draft.config.checkers}) {
    for (const PluginSection& section : *sections) {
      if (section.name == "yampi")
        draft.mistake(section.where, "the name yampi is the shop's own; give the section another one");
    }
  }
}

// A checker that is switched off may stay named in `order`.
void drop_disabled_checkers(ConfigDraft& draft) {
  for (const PluginSection& section : draft.config.checkers) {
    if (!section.enabled) std::erase(draft.config.profile_order, section.name);
  }
  std::erase_if(draft.config.checkers, [](const PluginSection& section) { return !section.enabled; });
}

}  // namespace

void check_across_keys(ConfigDraft& draft) {
  check_required(draft);
  check_yampi(draft);
  check_plugin_sections(draft, draft.config.providers);
  check_plugin_sections(draft, draft.config.checkers);
  check_checkers(draft);
  check_names(draft);
  std::erase_if(draft.config.providers, [](const PluginSection& section) { return !section.enabled; });
  drop_disabled_checkers(draft);
  check_order(draft);
  check_durations(draft);
}

}  // namespace smmhost
