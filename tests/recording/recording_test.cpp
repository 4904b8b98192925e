// `smmhost plugins record` against the simulated world, and its cassettes replayed by smm-conformance: both as
// programs.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "examples/world/world.h"
#include "tests/support/temporary_folder.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kMoneyFlag = " --yes-spend-money";
constexpr const char* kPlace = "machinesmm place service_id=4420 link=https://www.instagram.com/ana/ quantity=1000";

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

class Recording : public ::testing::Test {
 protected:
  Recording() {
    fs::create_directory(folder_ / "cassettes");
    world_.instagram().add_account("ana");
    std::ofstream{folder_ / "smmhost.ini"}
        << world_.ini({.database = (folder_ / "host.db").string(), .plugin_path = SMMHOST_PLUGINS});
  }

  // Exit code; what was printed is in out_.
  int run(const std::string& command) {
    const int status =
        std::system(("cd '" + folder_.string() + "' && env -i LANG=C " + command + " >out.txt 2>&1").c_str());
    out_ = text_of(folder_ / "out.txt");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int record(const std::string& arguments) {
    return run("'" SMMHOST_PROGRAM "' plugins record --config smmhost.ini " + arguments);
  }
  int replay(const std::string& plugin) {
    return run("'" SMM_CONFORMANCE "' --only replay --cassettes cassettes '" SMMHOST_PLUGINS "/" + plugin + ".so'");
  }
  // The whole of it, with the recordings as the source of inputs and answers too.
  int conform(const std::string& plugin) {
    return run("'" SMM_CONFORMANCE "' --cassettes cassettes '" SMMHOST_PLUGINS "/" + plugin + ".so'");
  }
  json cassette(const std::string& name) { return json::parse(text_of(folder_ / "cassettes" / name)); }

  world::World world_;
  const tests::TemporaryFolder temporary_;
  const fs::path folder_ = temporary_.path();
  std::string out_;
};

TEST_F(Recording, of_reads_conforms_and_holds_no_secret) {
  ASSERT_EQ(record("machinesmm balance --out cassettes/balance.json"), 0) << out_;
  ASSERT_EQ(record("machinesmm services --out cassettes/services.json --about 'What the panel sells.'"), 0) << out_;
  ASSERT_EQ(record("machinesmm status ids=1,2 --out cassettes/status.json"), 0) << out_;
  EXPECT_EQ(conform("machinesmm"), 0) << out_;

  EXPECT_EQ(cassette("services.json").at("about"), "What the panel sells.");
  const json request = cassette("balance.json").at("exchanges").at(0).at("request");
  EXPECT_NE(request.at("body").get<std::string>().find("key=${secret:api_key}"), std::string::npos) << request;
  for (const auto& entry : fs::directory_iterator(folder_ / "cassettes"))
    EXPECT_EQ(text_of(entry.path()).find(world_.machinesmm().options().key), std::string::npos) << entry.path();
}

TEST_F(Recording, of_a_checker_replays) {
  ASSERT_EQ(record("looter check username=ana --out cassettes/check.json"), 0) << out_;
  EXPECT_EQ(cassette("check.json").at("outcome").at("done").at("is_private"), false);
  EXPECT_EQ(replay("looter"), 0) << out_;
  EXPECT_EQ(text_of(folder_ / "cassettes" / "check.json").find("looter-key-of"), std::string::npos);
}

TEST_F(Recording, of_a_purchase_needs_the_word_for_it_and_buys_once) {
  EXPECT_EQ(record(std::string(kPlace) + " --out cassettes/place.json"), 1);
  EXPECT_NE(out_.find("--yes-spend-money"), std::string::npos) << out_;
  EXPECT_TRUE(world_.machinesmm().add_requests().empty());
  EXPECT_FALSE(fs::exists(folder_ / "cassettes" / "place.json"));

  ASSERT_EQ(record(std::string(kPlace) + kMoneyFlag + " --out cassettes/place.json"), 0) << out_;
  ASSERT_EQ(world_.machinesmm().orders().size(), 1U);
  EXPECT_EQ(cassette("place.json").at("outcome").at("done").at("order_id"), world_.machinesmm().orders().front().id);
  EXPECT_EQ(replay("machinesmm"), 0) << out_;

  // What is there is not overwritten, and so not bought again either.
  EXPECT_NE(record(std::string(kPlace) + kMoneyFlag + " --out cassettes/place.json"), 0);
  EXPECT_EQ(world_.machinesmm().add_requests().size(), 1U);
}

TEST_F(Recording, of_a_refusal_and_of_a_cut_answer_keeps_what_the_plugin_made_of_it) {
  world_.machinesmm().set_balance(0);
  ASSERT_EQ(record(std::string(kPlace) + kMoneyFlag + " --out cassettes/no_funds.json"), 0) << out_;
  EXPECT_EQ(cassette("no_funds.json").at("outcome").at("fail").at("code"), "NO_FUNDS");

  world_.machinesmm().add_fault({.reply = world::PanelReply::kClose, .accept = false});
  ASSERT_EQ(record(std::string(kPlace) + kMoneyFlag + " --out cassettes/closed.json"), 0) << out_;
  EXPECT_EQ(cassette("closed.json").at("outcome").at("fail").at("code"), "OUTCOME_UNKNOWN");
  EXPECT_EQ(cassette("closed.json").at("exchanges").at(0).at("failure").at("sent"), "maybe");
  EXPECT_EQ(replay("machinesmm"), 0) << out_;
}

TEST_F(Recording, has_help_in_both_languages) {
  EXPECT_EQ(record("--help"), 0);
  EXPECT_NE(out_.find("reference"), std::string::npos) << out_;
  EXPECT_NE(out_.find("--yes-spend-money"), std::string::npos) << out_;
  EXPECT_EQ(record("--help --lang pt"), 0);
  EXPECT_NE(out_.find("cassete"), std::string::npos) << out_;
}

TEST_F(Recording, says_what_an_operation_wants) {
  EXPECT_EQ(record("machinesmm status"), 1);
  EXPECT_NE(out_.find("status needs ids="), std::string::npos) << out_;
  EXPECT_EQ(record("machinesmm place link=x quantity=ten service_id=1 --yes-spend-money"), 1);
  EXPECT_NE(out_.find("quantity must be a whole number"), std::string::npos) << out_;
  EXPECT_EQ(record("looter check name=ana"), 1);
  EXPECT_NE(out_.find("its fields are: username"), std::string::npos) << out_;
  EXPECT_EQ(record("machinesmm check username=ana"), 1);
  EXPECT_NE(out_.find("has no operation check"), std::string::npos) << out_;
  EXPECT_EQ(record("nobody balance"), 1);
  EXPECT_NE(out_.find("no [provider.nobody]"), std::string::npos) << out_;
  EXPECT_FALSE(fs::exists(folder_ / "status.json"));
}

}  // namespace
}  // namespace smmhost
