// What a posted order says about its customer, and the keys of the configuration, are found nowhere on the disk
// afterwards.
#include <Poco/URI.h>

#include <fstream>
#include <iterator>

#include "tests/e2e/e2e_test.h"

namespace smmhost::e2e {
namespace {

using world::PanelReply;

class SecretsEndToEnd : public EndToEnd {
 protected:
  std::vector<std::string> keys() {
    const auto& shop = world().shop().options();
    return {shop.api_key,
            shop.secret_key,
            shop.webhook_secret,
            world().machinesmm().options().key,
            world().worldsmm().options().key,
            world().looter().options().key,
            world().instagram230().options().key,
            "admin-token-of-the-simulated-world"};
  }

  static std::string whole_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // Every file the host wrote: the database, its journal files, the log, what it notes of its plugins. Not the INI,
  // which the operator wrote.
  std::map<std::string, std::string> written() {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder())) {
      if (!entry.is_regular_file() || entry.path().filename() == "host.ini") continue;
      files[entry.path().lexically_relative(folder())] = whole_file(entry.path());
    }
    return files;
  }
};

TEST_F(SecretsEndToEnd, NothingSensitiveReachesTheDatabaseOrTheLog) {
  start("\n[log]\nlevel = trace\n");
  for (const char* user : {"aberto", "fechado", "eco"})
    world().instagram().add_account(user, std::string(user) == "fechado");
  // A panel that repeats the request, key and all, in its error.
  const std::string& key = world().machinesmm().options().key;
  std::string encoded;
  Poco::URI::encode(key, "()*&", encoded);
  world().machinesmm().add_fault({.link_part = "/eco/",
                                  .reply = PanelReply::kError,
                                  .accept = false,
                                  .text = "Bad link for " + key + " key=" + encoded});
  world().machinesmm().add_fault({.link_part = "/aberto/", .reply = PanelReply::kClose});

  std::vector<std::int64_t> orders{post_order("SEG-1000", "@aberto"), post_order("SEG-1000", "@fechado"),
                                   post_order("SEG-1000", "@eco"), post_order("SEG-W", "@aberto"),
                                   post_order("CAMISETA", "x")};
  EXPECT_EQ(post(orders[0], {.style = world::BodyStyle::kIndented}), 200);
  EXPECT_EQ(
      world::post_webhook(host().address() + "/api/webhook", {world().shop().webhook(orders[0]).body, "bm8="}).status,
      401);
  const std::int64_t lost = order({{"SEG-1000", 1, "@aberto", 0}});
  run_job("reconcile_shop");
  orders.push_back(lost);
  ASSERT_TRUE(becomes(orders[0], "review/outcome_unknown"));
  ASSERT_TRUE(becomes(orders[1], "waiting_profile/profile_private"));
  ASSERT_TRUE(becomes(orders[2], "held/bad_link"));
  ASSERT_TRUE(becomes(orders[3], "delivered"));
  ASSERT_TRUE(eventually("the lost order is found", [&] { return !payment(lost).is_null(); }));

  for (int look = 0; look < 2; ++look) {  // with the journal still there, and after a clean stop
    const auto files = written();
    ASSERT_GT(files.at("host.db").size() + (files.count("host.db-wal") ? files.at("host.db-wal").size() : 0), 1000u);
    ASSERT_FALSE(files.at("host.log").empty());
    for (const auto& [name, content] : files) {
      for (const std::string& one : keys()) EXPECT_EQ(content.find(one), std::string::npos) << one << " in " << name;
      EXPECT_EQ(content.find(encoded), std::string::npos) << encoded << " in " << name;
      for (const std::int64_t id : orders) {
        for (const std::string& one : world::sensitive_of(id).all())
          EXPECT_EQ(content.find(one), std::string::npos) << one << " in " << name;
      }
    }
    // Beside that, the log holds nothing of the customer at all.
    const std::string& log_text = files.at("host.log");
    for (const std::int64_t id : orders) {
      for (const std::string& one : {world::customer_name(id), world::customer_email(id), world::customer_phone(id)}) {
        EXPECT_EQ(log_text.find(one), std::string::npos) << one << " in the log";
      }
    }
    if (look == 0) {
      EXPECT_EQ(host().terminate(), 0);
    }
  }
}

}  // namespace
}  // namespace smmhost::e2e
