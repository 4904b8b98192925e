// The program smmhost as operators and scripts run it: what it prints where, and how it exits.
#include "tests/cli/command_line.h"

#include <sqlite3.h>

namespace smmhost::cli_test {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(CommandLine, EveryCommandHasHelpInBothLanguages) {
  for (const char* command : {"",
                              "serve",
                              "check-config",
                              "migrate",
                              "jobs",
                              "jobs list",
                              "jobs run",
                              "payments",
                              "payments list",
                              "payments show",
                              "review",
                              "review list",
                              "review decide",
                              "plugins",
                              "plugins list",
                              "plugins why",
                              "plugins check",
                              "plugins doc",
                              "plugins reload",
                              "plugins lift",
                              "plugins record",
                              "backup",
                              "restore",
                              "doctor",
                              "import",
                              "version"}) {
    const Ran english = run(std::string{command} + " --help");
    EXPECT_EQ(english.code, 0) << command;
    EXPECT_THAT(english.out, HasSubstr("print this help and exit")) << command;
    EXPECT_THAT(english.out, HasSubstr("--config")) << command;
    const Ran portuguese = run(std::string{command} + " --help", "LANG=pt_BR.UTF-8");
    EXPECT_EQ(portuguese.code, 0) << command;
    EXPECT_THAT(portuguese.out, HasSubstr("mostra esta ajuda e termina")) << command;
  }
}

TEST_F(CommandLine, AMisuseIsNamedAndExitsWithTwo) {
  const Ran unknown = run("frobnicate");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("`frobnicate`"));
  EXPECT_EQ(run("").code, 2);
  EXPECT_EQ(run("payments list --limit 0").code, 2);
  EXPECT_EQ(run("review decide 1_1.1 perhaps").code, 2);
  EXPECT_EQ(run("version --lang pt").code, 0);
}

TEST_F(CommandLine, AFileThatMayNotGrowIsAnErrorAndNotTheEndOfTheProcess) {
  write_ini("127.0.0.1:0", "[store]\nurl = sqlite:small.db\n");
  const Ran ran = run("migrate", "LANG=C bash -c 'ulimit -f 4; exec \"$0\" \"$@\"'");
  EXPECT_EQ(ran.code, 1) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("small.db"));
}

TEST_F(CommandLine, APostgresPartThatIsNotTheProgramsOwnIsRefused) {
  write_ini("127.0.0.1:0", "[store]\nurl = postgresql://127.0.0.1:1/shop\n");
  const fs::path part = folder_ / "lib" / "smmhost" / "postgres.so";
  fs::create_directories(part.parent_path());
  fs::create_directory(folder_ / "bin");
  fs::copy_file(SMMHOST_PROGRAM, folder_ / "bin" / "smmhost");
  const std::string installed = "LANG=C bash -c 'exec bin/smmhost \"$@\"'";
  const auto refusal = [&] {
    const Ran ran = run("migrate", installed);
    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.err, AllOf(HasSubstr(part.string()), HasSubstr("nstall smmhost again")));
    return ran.err;
  };

  fs::copy_file(SMMHOST_EARLIER_POSTGRES_PART, part);
  EXPECT_THAT(refusal(), HasSubstr("belongs to smmhost 0.0.0, and this is "));
  constexpr auto kReplace = fs::copy_options::overwrite_existing;
  fs::copy_file(fs::path{SMMHOST_PLUGINS} / "machinesmm.so", part, kReplace);
  EXPECT_THAT(refusal(), HasSubstr("is not the PostgreSQL part of smmhost"));
  std::ofstream{part} << "cut off";
  EXPECT_THAT(refusal(), HasSubstr("cannot be loaded"));
}

TEST_F(CommandLine, MistakesOfTheConfigurationAndOfPluginSettingsComeTogetherAndExitWith78) {
  write_ini(
      "127.0.0.1:0",
      "workrs = 3\n[provider.machinesmm]\napi_kee = x\n[checker.machinesmm2]\nplugin = machinesmm\n[checker.none]\n");
  for (const char* command : {"check-config", "serve"}) {
    const Ran ran = run(command);
    EXPECT_EQ(ran.code, 78) << command;
    EXPECT_THAT(ran.err, HasSubstr("smmhost.ini:14: there is no key `workrs` in [jobs]")) << command;
    EXPECT_THAT(ran.err, HasSubstr("smmhost.ini:16: ")) << command;
    EXPECT_THAT(ran.err, HasSubstr("api_key")) << command;
    EXPECT_THAT(ran.err, HasSubstr("smmhost.ini:17: the plugin of machinesmm2, machinesmm, provides smm.provider/1"))
        << command;
    EXPECT_THAT(ran.err, HasSubstr("smmhost.ini:19: the plugin of none cannot be used")) << command;
  }
  EXPECT_FALSE(fs::exists(folder_ / "smmhost.db")) << "checking must not make a database";
}

TEST_F(CommandLine, EveryKindOfMistakeInAPluginsSectionIsNamedAtOnce) {
  plugins_ = SMMHOST_ZOO;
  write_ini("127.0.0.1:0", "[provider.actor]\napi_kye = x\nlimit = 99\npause = soon\nkey = old\n");
  const Ran ran = run("check-config");
  EXPECT_EQ(ran.code, 78);
  EXPECT_THAT(ran.err, HasSubstr("ini:14: [actor] `api_key` is missing; the plugin actor needs it: The key."));
  EXPECT_THAT(ran.err, HasSubstr("ini:15: [actor] `api_kye` is not a setting of the plugin actor; the nearest is "
                                 "`api_key`: The key."));
  EXPECT_THAT(ran.err, HasSubstr("ini:16: [actor] `limit` must be at most 10; it is: A bound."));
  EXPECT_THAT(ran.err, HasSubstr("ini:17: [actor] `pause` expected a duration"));
  EXPECT_THAT(ran.err, HasSubstr("ini:18: [actor] `key` is deprecated: write it as api_key; it was: The key, once."));
}

TEST_F(CommandLine, ADeprecatedKeyAloneIsAWarning) {
  plugins_ = SMMHOST_ZOO;
  write_ini("127.0.0.1:0", "[provider.actor]\napi_key = k\nkey = old\n[checker.actor2]\nplugin = actor\napi_key = k\n");
  const Ran ran = run("check-config");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("`key` is deprecated"));
}

TEST_F(CommandLine, ASecretTooShortToBeStruckOutIsAWarning) {
  write_ini("127.0.0.1:0", "[provider.machinesmm]\napi_key = abcde\n[checker.looter]\napi_key = 0123456789\n");
  const Ran ran = run("check-config");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("ini:15: [machinesmm] `api_key` is shorter than 6 characters"));
  EXPECT_THAT(ran.err, testing::Not(HasSubstr("[looter] `api_key` is shorter")));
}

TEST_F(CommandLine, ASecretThatIsNotInTheEnvironmentIsOneMistake) {
  write_ini("127.0.0.1:0", "[provider.machinesmm]\napi_key = @env:NOWHERE\n");
  const Ran ran = run("check-config");
  EXPECT_EQ(ran.code, 78);
  const std::size_t first = ran.err.find("`api_key`");
  EXPECT_NE(first, std::string::npos) << ran.err;
  EXPECT_EQ(ran.err.find("`api_key`", first + 1), std::string::npos) << ran.err;
}

TEST_F(CommandLine, TheExampleConfigurationIsGood) {
  const Ran ran =
      run("check-config --config '" SMMHOST_EXAMPLES "/smmhost.ini'",
          "YAMPI_API_KEY=a YAMPI_SECRET_KEY=b YAMPI_WEBHOOK_SECRET=c SMMHOST_ADMIN_TOKEN=0123456789abcdef "
          "MACHINESMM_API_KEY=key-one WORLDSMM_API_KEY=key-two LOOTER_API=key-three INSTAGRAM230_API=key-four "
          "INTAGRAM230_API=key-four");
  // Its plugins are an installation's; of everything else nothing may be wrong.
  std::istringstream lines{ran.err};
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.find("cannot be used: /usr/lib/smmhost/plugins/") != std::string::npos ||
                line.find("smmhost.ini:") == std::string::npos)
        << line;
  }
}

TEST_F(CommandLine, MigrateSaysWhatItWouldDoBeforeItDoesIt) {
  write_ini("127.0.0.1:0");
  const Ran dry = run("migrate --dry-run");
  EXPECT_EQ(dry.code, 0);
  EXPECT_THAT(dry.out, HasSubstr("would apply 1:"));
  EXPECT_THAT(run("migrate --dry-run --json").out, HasSubstr("\"number\": 1"));
  EXPECT_FALSE(fs::exists(folder_ / "smmhost.db"));
  EXPECT_THAT(run("migrate").out, HasSubstr("applied 1:"));
  EXPECT_EQ(run("migrate").out, "the database is up to date\n");
  EXPECT_EQ(run("migrate --dry-run").out, "the database is up to date\n");
  EXPECT_THAT(run("migrate --dry-run --json").out, HasSubstr("\"migrations\": []"));
}

TEST_F(CommandLine, WithoutAHostTheDatabaseIsAskedInThisProcess) {
  write_ini("127.0.0.1:1");
  const Ran jobs = run("jobs list --json");
  EXPECT_EQ(jobs.code, 0) << jobs.err;
  EXPECT_THAT(jobs.out, HasSubstr("\"schedule\": \"daily 19:00\""));
  const Ran ran = run("jobs run purge");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "purge: 0 payments and deliveries anonymised\n");
  EXPECT_EQ(run("payments list").out, "nothing to show\n");
  const Ran missing = run("payments show 1_1");
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, AllOf(HasSubstr("There is no payment with this id."), Not(HasSubstr("the host answered"))));
}

TEST_F(CommandLine, TheRunningHostIsAskedAndKeepsItsDatabaseToItself) {
  start_host();
  EXPECT_EQ(run("payments list").out, "nothing to show\n");
  EXPECT_EQ(run("jobs run check_profiles").code, 0);
  EXPECT_THAT(run("jobs list").out, HasSubstr("update_delivered  daily 19:00"));
  const Ran unknown = run("jobs run nothing");
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("404"));
  const Ran second = run("serve");
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.err, HasSubstr("has " + (folder_ / "smmhost.db").string() + " open"));
  EXPECT_EQ(run("migrate").code, 1);
  EXPECT_EQ(stop_host(), 0) << text_of(folder_ / "host.err");
}

TEST_F(CommandLine, ABackupIsTakenBesideTheRunningHostAndRestoredWithoutIt) {
  start_host();
  const Ran taken = run("backup copy.db --json");
  EXPECT_EQ(taken.code, 0) << taken.err;
  EXPECT_THAT(taken.out, HasSubstr((folder_ / "copy.db").string()));
  EXPECT_EQ(fs::status(folder_ / "copy.db").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const Ran again = run("backup copy.db");
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.err, AllOf(HasSubstr("the host answered 409"), HasSubstr("exists already")));
  EXPECT_THAT(run("doctor").out, HasSubstr("nothing is wrong"));

  const Ran beside = run("restore copy.db");
  EXPECT_EQ(beside.code, 1);
  EXPECT_THAT(beside.err, HasSubstr("stop it first"));
  ASSERT_EQ(stop_host(), 0) << text_of(folder_ / "host.err");
  const Ran restored = run("restore copy.db");
  EXPECT_EQ(restored.code, 0) << restored.err;
  EXPECT_THAT(restored.out, HasSubstr("0 payments went to review"));
  EXPECT_THAT(restored.out, HasSubstr("smmhost.db.replaced-"));
  EXPECT_EQ(run("payments list").out, "nothing to show\n");
}

TEST_F(CommandLine, WithoutAHostABackupIsTakenInThisProcess) {
  write_ini("127.0.0.1:1");
  const Ran taken = run("backup copy.db");
  EXPECT_EQ(taken.code, 0) << taken.err;
  EXPECT_THAT(taken.out, HasSubstr("0 payments"));
  EXPECT_THAT(run("backup copy.db").err, AllOf(HasSubstr("exists already"), Not(HasSubstr("the host answered"))));
  EXPECT_THAT(run("doctor --json").out, HasSubstr("\"invariant\": \"I9\""));
}

TEST_F(CommandLine, TheDoctorWritesNothingNotEvenAMigration) {
  write_ini("127.0.0.1:1");
  const Ran nothing = run("doctor");
  EXPECT_EQ(nothing.code, 1);
  EXPECT_THAT(nothing.err, HasSubstr("smmhost migrate"));
  EXPECT_FALSE(fs::exists(folder_ / "smmhost.db"));

  ASSERT_EQ(run("migrate").code, 0);
  EXPECT_THAT(run("doctor").out, HasSubstr("nothing is wrong"));
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open((folder_ / "smmhost.db").c_str(), &db), SQLITE_OK);
  const char* older = "DROP TABLE marks; UPDATE meta SET value = '1' WHERE key = 'schema_version'";
  ASSERT_EQ(sqlite3_exec(db, older, nullptr, nullptr, nullptr), SQLITE_OK);
  const Ran refused = run("doctor");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("needs `smmhost migrate` first"));
  EXPECT_NE(sqlite3_exec(db, "SELECT 1 FROM marks", nullptr, nullptr, nullptr), SQLITE_OK) << "it was migrated";
  sqlite3_close(db);
}

TEST_F(CommandLine, ARestoreSaysWhatItNeeds) {
  write_ini("127.0.0.1:1");
  EXPECT_EQ(run("restore").code, 2);
  EXPECT_EQ(run("restore --mark").code, 2);
  EXPECT_EQ(run("restore copy.db --taken-at yesterday").code, 2);
  const Ran missing = run("restore copy.db");
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr("there is no file copy.db"));
  const Ran marked = run("restore --mark --taken-at 2026-01-31T03:00:00Z");
  EXPECT_EQ(marked.code, 0) << marked.err;
  EXPECT_THAT(marked.out, HasSubstr("2026-01-31T03:00:00.000Z"));
}

TEST_F(CommandLine, AnImportThatCannotReadSaysSoWithoutThePassword) {
  write_ini("127.0.0.1:1");
  EXPECT_EQ(run("import").code, 2);
  EXPECT_EQ(run("import @env:NOWHERE").code, 2);
  EXPECT_THAT(run("import mysql://old").err, HasSubstr("postgresql://"));
  EXPECT_THAT(run("import sqlite:///old.db").err, HasSubstr("there is no file old.db"));
  const Ran ran = run("import postgresql://shop:topsecret@127.0.0.1:1/shop --dry-run");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("cannot be read"));
  EXPECT_THAT(ran.err, testing::Not(HasSubstr("topsecret")));
  EXPECT_FALSE(fs::exists(folder_ / "smmhost.db"));
}

TEST_F(CommandLine, AHostStartedWithAnotherTokenIsNamed) {
  start_host();
  std::string ini = text_of(folder_ / "smmhost.ini");
  ini.replace(ini.find("0123456789abcdef0123"), 20, "another-token-entire");
  std::ofstream{folder_ / "smmhost.ini"} << ini;
  const Ran ran = run("payments list");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("refuses the admin token"));
}

TEST_F(CommandLine, PluginsAreListedExplainedAndChecked) {
  write_ini("127.0.0.1:0", "[provider.machinesmm]\napi_key = x\n");
  EXPECT_THAT(run("plugins list").out, HasSubstr("smm.provider/1"));
  EXPECT_THAT(run("plugins list --json").out, HasSubstr("\"id\": \"machinesmm\""));
  EXPECT_THAT(run("plugins why machinesmm").out, HasSubstr("used by provider.machinesmm"));
  EXPECT_EQ(run("plugins check " SMMHOST_PLUGINS "/looter.so").code, 0);
  std::ofstream{folder_ / "no.so"} << "no library";
  const Ran bad = run("plugins check no.so");
  EXPECT_EQ(bad.code, 1);
  EXPECT_THAT(bad.out, HasSubstr("refused: "));

  EXPECT_THAT(run("plugins doc machinesmm").out, HasSubstr("| `api_key` | secret | required |"));
  EXPECT_THAT(run("plugins doc --ini " SMMHOST_PLUGINS "/looter.so").out, StartsWith("[checker.looter]\n"));
  const Ran none = run("plugins doc no.so");
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.err, HasSubstr("no.so: "));
}

TEST_F(CommandLine, AJailedPluginIsExplainedAndReloadedInTheRunningHost) {
  add_strange_plugin("unruly");
  start_host("[provider.unruly]\n");
  const Ran why = run("plugins why unruly");
  EXPECT_EQ(why.code, 0) << why.out << why.err;
  EXPECT_THAT(why.out, ContainsRegex("SHA-256 [0-9a-f]{64}"));
  EXPECT_THAT(why.out, HasSubstr("system calls filtered"));
  EXPECT_THAT(why.out, ContainsRegex("provider.unruly +unruly +process +ok"));
  const Ran reloaded = run("plugins reload unruly");
  EXPECT_EQ(reloaded.code, 0) << reloaded.err;
  EXPECT_THAT(reloaded.out, HasSubstr("unruly 1.0.0 serves 1 section"));
  EXPECT_THAT(reloaded.err, HasSubstr("nothing was replayed with unruly"));
  EXPECT_EQ(run("plugins reload nobody").code, 1);
  EXPECT_EQ(stop_host(), 0);
  const Ran nowhere = run("plugins reload unruly");
  EXPECT_EQ(nowhere.code, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("no host runs"));
}

TEST_F(CommandLine, WhyAPluginIsInQuarantineIsSaidUntilItIsLifted) {
  add_strange_plugin("crashes_while_loading");
  start_host("[provider.crashes_while_loading]\n");
  const Ran why = run("plugins why crashes_while_loading");
  EXPECT_EQ(why.code, 1);
  EXPECT_THAT(why.out, HasSubstr("it is in quarantine"));
  EXPECT_THAT(why.out, HasSubstr("signal 11"));
  EXPECT_THAT(why.out, ContainsRegex("SHA-256 [0-9a-f]{64}"));
  EXPECT_THAT(why.out, ContainsRegex("provider.crashes_while_loading +crashes_while_loading +not_loaded"));
  EXPECT_THAT(run("plugins lift crashes_while_loading").out, HasSubstr("is tried again"));
  EXPECT_THAT(run("plugins lift crashes_while_loading").out, HasSubstr("is not in quarantine"));
  const Ran reloaded = run("plugins reload crashes_while_loading");
  EXPECT_EQ(reloaded.code, 1);
  EXPECT_THAT(reloaded.err, HasSubstr("signal 11"));
}

}  // namespace
}  // namespace smmhost::cli_test
