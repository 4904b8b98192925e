// A plugin that took the program down while it was loaded is not loaded again.
#include "host/plugin/load_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/plugin/registry.h"
#include "host/plugin/temporary_plugins_fixture.h"

namespace smmhost {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kDigest(64, 'a');

class LoadJournalTest : public testing::TemporaryPlugins {
 protected:
  LoadJournal journal() const { return LoadJournal(config_.plugin_state); }
};

TEST_F(LoadJournalTest, AMarkThatIsTakenAwaySaysNothing) {
  { const auto mark = journal().mark(kDigest, "p"); }
  EXPECT_EQ(journal().quarantined(kDigest), std::nullopt);
}

TEST_F(LoadJournalTest, AMarkOfARunningProgramIsNoCrash) {
  const auto mark = journal().mark(kDigest, "p");
  EXPECT_EQ(mark.problem, "");
  EXPECT_EQ(journal().quarantined(kDigest), std::nullopt);
}

TEST_F(LoadJournalTest, AMarkWhoseProgramIsGoneIsAQuarantineUntilItIsLifted) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto mark = journal().mark(kDigest, "culprit");
    ::_exit(0);  // as a crash does: without taking the mark away
  }
  ::waitpid(child, nullptr, 0);
  for (int i = 0; i < 2; ++i)
    EXPECT_THAT(journal().quarantined(kDigest).value_or(""),
                AllOf(HasSubstr("culprit: the program ended while it loaded this plugin"), HasSubstr("plugins lift")));
  EXPECT_EQ(journal().quarantined(std::string(64, 'b')), std::nullopt);
  EXPECT_TRUE(journal().lift(kDigest));
  EXPECT_EQ(journal().quarantined(kDigest), std::nullopt);
  EXPECT_FALSE(journal().lift(kDigest));
}

TEST_F(LoadJournalTest, WithoutAFolderNothingIsKept) {
  const LoadJournal none("");
  none.quarantine(kDigest, "p", "because");
  EXPECT_EQ(none.quarantined(kDigest), std::nullopt);
}

// They would call it good, and the host would start without it.
TEST_F(LoadJournalTest, AQuarantineIsInTheListAndWarnedOf) {
  put(unruly());
  config_.providers = {unruly_section()};
  EXPECT_EQ(list_plugins(config_).at(0).quarantine, "");
  EXPECT_TRUE(quarantined_sections(config_).empty());

  journal().quarantine(inspect_plugin((folder_ / "unruly.so").string()).sha256, "unruly", "it crashed");
  EXPECT_EQ(list_plugins(config_).at(0).quarantine, "unruly: it crashed");
  const auto warnings = quarantined_sections(config_);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].where.line, 10);
  EXPECT_THAT(warnings[0].message,
              AllOf(HasSubstr("[provider.panel] the plugin unruly is in quarantine"), HasSubstr("unruly: it crashed"),
                    HasSubstr("plugins why unruly"), HasSubstr("plugins lift unruly")));
  config_.providers[0].enabled = false;
  EXPECT_TRUE(quarantined_sections(config_).empty());
}

// In this process: the crash is the host's. The next start goes without the plugin, and says why.
TEST_F(LoadJournalTest, TheHostStartsWithoutThePluginThatCrashedIt) {
  put(unruly("crashes_while_loading"), "crashes_while_loading");
  put(unruly());
  PluginSection bad = testing::section("crashes_while_loading");
  bad.isolation = Isolation::kInProcess;
  bad.name = "bad";
  config_.providers = {bad, unruly_section(Isolation::kInProcess)};
  const pid_t child = ::fork();
  if (child == 0) {
    static_cast<void>(load_plugins(config_, world_.environment()));
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 0);

  auto loaded = load_plugins(config_, world_.environment());
  ASSERT_TRUE(std::holds_alternative<LoadedPlugins>(loaded)) << std::get<1>(loaded).front().message;
  auto& plugins = std::get<LoadedPlugins>(loaded);
  ASSERT_EQ(plugins.providers.size(), 2U);
  EXPECT_THAT(plugins.providers[0]->unavailable(), HasSubstr("it is in quarantine"));
  EXPECT_EQ(plugins.providers[1]->unavailable(), "");
  EXPECT_THAT(explain_plugin(config_, "crashes_while_loading").report.refusal, HasSubstr("it is in quarantine"));
}

}  // namespace
}  // namespace smmhost
