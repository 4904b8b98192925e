#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "host/config/config.h"
#include "tests/support/temporary_folder.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kToken = "0123456789abcdef0123456789abcdef";

class LoadConfig : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) { std::ofstream{folder_ / name} << text; }

  ConfigResult load(const std::string& ini) {
    write("smmhost.ini", ini);
    return load_file("smmhost.ini");
  }
  ConfigResult load_file(const std::string& name) {
    return load_config((folder_ / name).string(), [this](const std::string& variable) -> std::optional<std::string> {
      const auto found = environment_.find(variable);
      return found == environment_.end() ? std::nullopt : std::optional{found->second};
    });
  }
  Config good(const std::string& ini) {
    ConfigResult result = load(ini);
    if (auto* errors = std::get_if<std::vector<ConfigError>>(&result)) {
      for (const ConfigError& error : *errors) ADD_FAILURE() << to_string(error);
      return {};
    }
    return std::get<Config>(std::move(result));
  }
  std::vector<std::string> bad(const std::string& ini) {
    const ConfigResult result = load(ini);
    std::vector<std::string> messages;
    if (const auto* errors = std::get_if<std::vector<ConfigError>>(&result)) {
      for (const ConfigError& error : *errors) {
        messages.push_back(fs::path{error.where.file}.filename().string() + ":" + std::to_string(error.where.line) +
                           " " + error.message);
      }
    }
    return messages;
  }

  const tests::TemporaryFolder temporary_;
  const fs::path folder_ = temporary_.path();
  std::map<std::string, std::string> environment_;
};

const std::string kRequired =
    "[yampi]\nbase_url = https://api.dooki.com.br/v2/minha-loja\napi_key = k\nsecret_key = s\nwebhook_secret = w\n"
    "[admin]\ntoken = " +
    std::string{kToken} + "\n";

// What is required, with a further line in [yampi].
std::string with_yampi(const std::string& line) {
  std::string ini = kRequired;
  return ini.insert(ini.find('\n') + 1, line);
}

TEST_F(LoadConfig, TheExampleOfTheDesignIsAccepted) {
  environment_ = {{"YAMPI_API_KEY", "key"},        {"YAMPI_SECRET_KEY", "secret"},  {"YAMPI_WEBHOOK_SECRET", "wh"},
                  {"SMMHOST_ADMIN_TOKEN", kToken}, {"MACHINESMM_API_KEY", "panel"}, {"LOOTER_API", "look"},
                  {"INSTAGRAM230_API", "unused"}};
  const Config config = good(R"([host]
listen = 127.0.0.1:8080
[store]
url = sqlite:smmhost.db            ; or postgresql://user:password@host/db
[yampi]
base_url = https://api.dooki.com.br/v2/minha-loja
api_key = @env:YAMPI_API_KEY
secret_key = @env:YAMPI_SECRET_KEY
webhook_secret = @env:YAMPI_WEBHOOK_SECRET
[admin]
token = @env:SMMHOST_ADMIN_TOKEN
[plugins]
path = /usr/lib/smmhost/plugins
[provider.machinesmm]
plugin = machinesmm
url = https://machinesmm.com/api/v2
api_key = @env:MACHINESMM_API_KEY
rate = 120/min
timeout = 30s
[checker.looter]
plugin = looter
api_key = @env:LOOTER_API
[checker.instagram230]
plugin = instagram230
api_key = x
[profiles]
order = instagram230, looter
recheck = 10m
give_up_after = 7d
[jobs]
timezone = America/Sao_Paulo
check_profiles = every 10m
process_payments = every 5m
update_delivered = daily 19:00
[fulfilment]
delivered_when = accepted
likes_posts = 5
problem_after = 2h
stale_after = 14d
)");
  EXPECT_EQ(config.listen_port, 8080);
  EXPECT_EQ(config.store_url, "sqlite:" + (folder_ / "smmhost.db").string());
  EXPECT_EQ(config.yampi.merchant_alias, "minha-loja");
  EXPECT_EQ(config.yampi.api_key.reveal(), "key");
  EXPECT_EQ(config.admin_token.reveal(), kToken);
  EXPECT_EQ(config.plugin_path, "/usr/lib/smmhost/plugins");
  ASSERT_EQ(config.providers.size(), 1u);
  EXPECT_EQ(config.providers[0].values.at("url").value, "https://machinesmm.com/api/v2");
  EXPECT_EQ(config.providers[0].values.at("url").where.line, 16);
  EXPECT_EQ(config.providers[0].values.at("api_key").value, "panel");
  EXPECT_DOUBLE_EQ(config.providers[0].gate.calls_per_minute, 120);
  EXPECT_EQ(config.profile_order, (std::vector<std::string>{"instagram230", "looter"}));
  EXPECT_EQ(to_string(config.jobs.at("process_payments")), "every 5m");
  EXPECT_EQ(to_string(config.jobs.at("check_providers")), "every 30m");
  EXPECT_EQ(config.fulfilment.delivered_when, DeliveredWhen::kAccepted);
  EXPECT_EQ(config.fulfilment.likes_posts, 5);
  EXPECT_EQ(config.fulfilment.problem_after, std::chrono::hours{2});
  EXPECT_EQ(config.fulfilment.stale_after, std::chrono::days{14});
  EXPECT_TRUE(config.warnings.empty());
}

TEST_F(LoadConfig, ARateAllowsTenCallsAtOnceOrATenthOfASecondsWorth) {
  const std::vector<std::pair<std::string, int>> bursts{
      {"6/min", 1}, {"30/min", 5}, {"120/min", 10}, {"100/s", 10}, {"1000/s", 100}};
  for (const auto& [rate, burst] : bursts) {
    const Config config = good(kRequired + "[provider.p]\nplugin = machinesmm\nrate = " + rate + "\n");
    ASSERT_EQ(config.providers.size(), 1U);
    EXPECT_EQ(config.providers[0].gate.burst, burst) << rate;
  }
}

TEST_F(LoadConfig, TheSeedsEnvironmentIsEnough) {
  environment_ = {{"YAMPI_API_KEY", "key"},
                  {"YAMPI_SECRET_KEY", "secret"},
                  {"YAMPI_BASE_URL", "https://api.dooki.com.br/v2/seu-alias/orders/"},
                  {"DATABASE_URL", "sqlite:/tmp/x.db"},
                  {"LOOTER_API", "l"},
                  {"INTAGRAM230_API", "i"},
                  {"MACHINESMM_API_KEY", "m"},
                  {"WORLDSMM_API_KEY", "w"},
                  {"YAMPI_WEBHOOK_SECRET", "wh"},
                  {"SMMHOST_ADMIN_TOKEN", kToken},
                  {"PORT", "9123"}};
  const Config config = good("");
  EXPECT_EQ(config.yampi.base_url, "https://api.dooki.com.br/v2/seu-alias");
  EXPECT_EQ(config.yampi.merchant_alias, "seu-alias");
  EXPECT_EQ(config.store_url, "sqlite:/tmp/x.db");
  EXPECT_EQ(config.listen_host, "0.0.0.0");
  EXPECT_EQ(config.listen_port, 9123);
  ASSERT_EQ(config.providers.size(), 2u);
  EXPECT_EQ(config.providers[1].plugin, "worldsmm");
  EXPECT_EQ(config.providers[1].values.at("api_key").value, "w");
  EXPECT_FALSE(config.providers[1].values.contains("url")) << "the plugin's own default holds";
  EXPECT_EQ(config.profile_order, (std::vector<std::string>{"looter", "instagram230"}));
}

TEST_F(LoadConfig, TheSpeltRightVariableOfInstagram230IsReadToo) {
  environment_ = {{"INSTAGRAM230_API", "i"}};
  const Config config = good(kRequired);
  ASSERT_EQ(config.checkers.size(), 1u);
  EXPECT_EQ(config.checkers[0].values.at("api_key").value, "i");
}

TEST_F(LoadConfig, DotEnvIsReadBelowTheEnvironment) {
  write(".env", "export YAMPI_API_KEY=\"from file\"\nYAMPI_SECRET_KEY='s'\nOTHER=x\n");
  environment_ = {{"YAMPI_API_KEY", "from environment"}};
  const Config config =
      good("[yampi]\nbase_url = https://a.example/v2/loja\nwebhook_secret = @env:OTHER\n[admin]\ntoken = " +
           std::string{kToken} + "\n");
  EXPECT_EQ(config.yampi.api_key.reveal(), "from environment");
  EXPECT_EQ(config.yampi.secret_key.reveal(), "s");
  EXPECT_EQ(config.yampi.webhook_secret.reveal(), "x");
}

TEST_F(LoadConfig, TheFileGoesBeforeTheEnvironment) {
  environment_ = {{"YAMPI_API_KEY", "other"}, {"PORT", "1"}, {"MACHINESMM_API_KEY", "other"}};
  const Config config = good(kRequired + "[host]\nlisten = 127.0.0.1:7\n[provider.machinesmm]\napi_key = mine\n");
  EXPECT_EQ(config.yampi.api_key.reveal(), "k");
  EXPECT_EQ(config.listen_port, 7);
  EXPECT_EQ(config.providers[0].values.at("api_key").value, "mine");
}

TEST_F(LoadConfig, TheEnvironmentFillsTheKeyOfASectionUnderAnotherName) {
  environment_ = {{"MACHINESMM_API_KEY", "filled"}};
  const Config config =
      good(kRequired + "[provider.cheap]\nplugin = machinesmm\n[provider.other]\nplugin = worldsmm\napi_key = o\n");
  ASSERT_EQ(config.providers.size(), 2u);
  EXPECT_EQ(config.providers[0].values.at("api_key").value, "filled");
}

TEST_F(LoadConfig, ASecretFileIsReadWithoutItsLastNewline) {
  write("token", std::string{kToken} + "\n");
  std::string ini = kRequired;
  ini.replace(ini.find("token = ") + 8, 32, "@file:token");
  EXPECT_EQ(good(ini).admin_token.reveal(), kToken);
}

TEST_F(LoadConfig, EveryMistakeIsReportedAtOnceWithItsLine) {
  const auto messages =
      bad("[host]\n"
          "listne = 127.0.0.1:8080\n"
          "workers = many\n"
          "[stor]\n"
          "[yampi]\n"
          "base_url = https://api.dooki.com.br\n"
          "api_key = @env:NOT_THERE\n"
          "secret_key =\n"
          "likes_posts = 4\n"
          "[jobs]\n"
          "update_delivered = 19:00\n"
          "timezone = Mars/Olympus\n");
  EXPECT_THAT(messages, testing::Contains(
                            AllOf(HasSubstr("smmhost.ini:2 "), HasSubstr("`listen`"), HasSubstr("address and port"))));
  EXPECT_THAT(messages, testing::Contains(AllOf(HasSubstr("smmhost.ini:3 "), HasSubstr("whole number from 1 to 256"))));
  EXPECT_THAT(messages, testing::Contains(AllOf(HasSubstr("smmhost.ini:4 "), HasSubstr("[store]"))));
  EXPECT_THAT(messages, testing::Contains(AllOf(HasSubstr("smmhost.ini:6 "), HasSubstr("alias"))));
  EXPECT_THAT(messages,
              testing::Contains(AllOf(HasSubstr("smmhost.ini:7 "), HasSubstr("NOT_THERE"), HasSubstr("User-Token"))));
  EXPECT_THAT(messages, testing::Contains(
                            AllOf(HasSubstr("smmhost.ini:8 "), HasSubstr("no value"), HasSubstr("User-Secret-Key"))));
  EXPECT_THAT(messages, testing::Contains(AllOf(HasSubstr("smmhost.ini:9 "), HasSubstr("[fulfilment]"))));
  EXPECT_THAT(messages, testing::Contains(AllOf(HasSubstr("smmhost.ini:11 "), HasSubstr("daily 19:00"))));
  EXPECT_THAT(messages, testing::Contains(AllOf(HasSubstr("smmhost.ini:12 "), HasSubstr("time zone"))));
  EXPECT_THAT(messages, testing::Contains(HasSubstr("webhook_secret is missing")));
  EXPECT_THAT(messages, testing::Contains(HasSubstr("[admin] token is missing")));
  EXPECT_EQ(messages.size(), 11u);
}

struct Refusal {
  const char* name;
  const char* ini;
  const char* expected;
};

class Refused : public LoadConfig, public testing::WithParamInterface<Refusal> {};

TEST_P(Refused, WithItsReason) {
  const auto messages = bad(kRequired + GetParam().ini);
  ASSERT_EQ(messages.size(), 1u) << testing::PrintToString(messages);
  EXPECT_THAT(messages[0], HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, Refused,
    testing::Values(Refusal{"HttpProvider", "[provider.p]\nurl = http://panel.example/api\n",
                            "smmhost.ini:9 `url` of p would send keys unencrypted"},
                    Refusal{"BadProviderName", "[provider.Big Name]\n", "a-z, 0-9"},
                    Refusal{"SectionWithoutName", "[provider]\n", "did you mean [provider.NAME]"},
                    Refusal{"OrderOfUnknownChecker", "[profiles]\norder = looter\n", "there is no [checker.looter]"},
                    Refusal{"OrderTwice", "[checker.a]\n[profiles]\norder = a, a\n", "twice"},
                    Refusal{"LeaseNotAboveTimeout", "[fulfilment]\nlease = 30s\n[provider.p]\ntimeout = 30s\n",
                            "smmhost.ini:9 `lease`"},
                    Refusal{"TrackingBoundsSwapped", "[fulfilment]\ntrack_first = 2h\n",
                            "`track_longest` must not be shorter"},
                    Refusal{"CheckerNamedAsProvider", "[provider.p]\n[checker.p]\n", "has the name of a provider"},
                    Refusal{"NameOfTheShop", "[provider.yampi]\n", "the shop's own"},
                    Refusal{"BalanceBelowZero", "[provider.p]\nmin_balance = -1\n", "expected an amount such as 25"},
                    Refusal{"BalanceOfAChecker", "[checker.c]\nmin_balance = 5\n", "only a provider has a balance"},
                    Refusal{"RateWithoutUnit", "[provider.p]\nrate = 60\n", "60/min"},
                    Refusal{"StoreOfAnotherKind", "[store]\nurl = mysql://x\n", "sqlite:PATH or postgresql:"},
                    Refusal{"NoJobOfThatName", "[jobs]\nupdate_deliverd = off\n", "did you mean `update_delivered`"},
                    Refusal{"DuplicateKey", "[log]\nlevel = info\nlevel = warn\n", "stands already in line 9"},
                    Refusal{"EmptyPluginKey", "[provider.p]\napi_key =\n", "`api_key` has no value"},
                    Refusal{"UnsetPluginKey", "[provider.p]\napi_key = @env:NOPE\n", "`NOPE` is not set"},
                    Refusal{"MissingSecretFile", "[provider.p]\napi_key = @file:nope\n", "No such file"}),
    [](const auto& test_case) { return std::string{test_case.param.name}; });

TEST_F(LoadConfig, NoSecretIsRepeatedInAMessage) {
  write("dsn", "mysql://user:hunter22@host");
  environment_ = {{"LEAK", "hunter23"}};
  for (const std::string& message : bad(kRequired + "[store]\nurl = @file:dsn\n[log]\nlevel = @env:LEAK\n")) {
    EXPECT_EQ(message.find("hunter2"), std::string::npos) << message;
  }
}

TEST_F(LoadConfig, PlainHttpIsAcceptedForLoopbackAndWhereAllowed) {
  const Config config =
      good(kRequired +
           "[provider.a]\nurl = http://127.0.0.1:9/api\n[provider.b]\nurl = http://panel.example/\nallow_http = yes\n");
  EXPECT_FALSE(config.providers[0].allow_http);
  EXPECT_TRUE(config.providers[1].allow_http);
}

TEST_F(LoadConfig, ABoundOnTheBalanceIsAnAmountWithoutACurrency) {
  const Config config = good(kRequired + "[provider.a]\nmin_balance = 12.50\n[provider.b]\n");
  EXPECT_EQ(config.providers[0].min_balance, 12'500'000);
  EXPECT_FALSE(config.providers[1].min_balance);
  EXPECT_FALSE(config.providers[0].values.contains("min_balance")) << "the plugin does not see it";
}

TEST_F(LoadConfig, TheStatusesThatCountAsPaidAreAList) {
  const std::vector<std::string> defaults = good(kRequired).yampi.paid_statuses;
  EXPECT_EQ(defaults, (std::vector<std::string>{"paid", "handling_products", "invoiced", "ready_for_shipping"}));
  EXPECT_EQ(good(with_yampi("paid_statuses = paid,on_carriage\n")).yampi.paid_statuses,
            (std::vector<std::string>{"paid", "on_carriage"}));
  EXPECT_THAT(bad(with_yampi("paid_statuses = paid, cancelled\n")),
              testing::ElementsAre(HasSubstr("that follow payment")));
}

TEST_F(LoadConfig, ASectionSwitchedOffIsAsIfItWereNotThere) {
  const Config config = good(kRequired + "[checker.a]\nenabled = no\n[checker.b]\n[profiles]\norder = a, b\n");
  ASSERT_EQ(config.checkers.size(), 1u);
  EXPECT_EQ(config.profile_order, std::vector<std::string>{"b"});
}

TEST_F(LoadConfig, AShortTokenAndTheWrongWebhookSecretAreWarnedOf) {
  const Config config = good(
      "[yampi]\nbase_url = https://a.example/v2/loja\napi_key = k\nsecret_key = same\nwebhook_secret = "
      "same\n[admin]\ntoken = short\n"
      "[provider.p]\n[checker.c]\n");
  ASSERT_EQ(config.warnings.size(), 2u);
}

TEST_F(LoadConfig, AFileThatIsNotThereIsTheOnlyMistake) {
  const ConfigResult result = load_file("nope.ini");
  ASSERT_EQ(std::get<std::vector<ConfigError>>(result).size(), 1u);
  EXPECT_THAT(std::get<std::vector<ConfigError>>(result)[0].message, HasSubstr("No such file"));
}

TEST_F(LoadConfig, EveryKeyOfTheTableIsDescribed) {
  const std::string text = describe_keys();
  for (const char* word :
       {"[host]", "webhook_secret", "update_delivered", "[provider.NAME] and [checker.NAME]", "likes_posts"}) {
    EXPECT_THAT(text, HasSubstr(word));
  }
}

}  // namespace
}  // namespace smmhost
