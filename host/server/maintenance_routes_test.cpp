// Backup and doctor over HTTP: who asks for a file says where, and every end has its status.
#include <gmock/gmock.h>

#include "host/server/api_fixture.h"

namespace smmhost::server_test {
namespace {

using testing::HasSubstr;

class MaintenanceTest : public ApiTest {
 protected:
  MaintenanceTest() {
    back_up_ = [this](const std::string& file, Time now) -> std::variant<BackupDone, std::string> {
      asked_for_ = file;
      if (!refusal_.empty()) return refusal_;
      return BackupDone{file, now, 4096, {{"payments", 2}}, {"I9: delivery 1 was kept unsigned"}};
    };
  }

  std::string asked_for_;
  std::string refusal_;
};

TEST_F(MaintenanceTest, ABackupSaysWhatItHolds) {
  const Answer answer = call("POST", "/api/backup", R"({"file":"/backups/a.db"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(asked_for_, "/backups/a.db");
  EXPECT_EQ(answer.json()["rows"]["payments"], 2);
  EXPECT_EQ(answer.json()["bytes"], 4096);
  EXPECT_EQ(answer.json()["violations"].size(), 1u);
}

TEST_F(MaintenanceTest, ABackupThatWasRefusedIs409AndSaysWhy) {
  refusal_ = "/backups/a.db exists already";
  const Answer answer = call("POST", "/api/backup", R"({"file":"/backups/a.db"})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_THAT(answer.body, HasSubstr(refusal_));
}

TEST_F(MaintenanceTest, ABackupNeedsAWholePathAndTheToken) {
  for (const char* body : {R"({})", R"({"file":""})", R"({"file":"a.db"})", R"({"file":7})"})
    EXPECT_EQ(call("POST", "/api/backup", body).status, 422) << body;
  EXPECT_EQ(call("POST", "/api/backup", R"({"file":"/a.db","folder":"/"})").status, 400);
  EXPECT_EQ(anonymous("POST", "/api/backup", R"({"file":"/a.db"})").status, 401);
  EXPECT_EQ(anonymous("GET", "/api/doctor").status, 401);
  EXPECT_EQ(asked_for_, "");
}

TEST_F(MaintenanceTest, TheDoctorNamesEveryInvariantAndWhatBreaksIt) {
  const Json well = call("GET", "/api/doctor").json();
  ASSERT_EQ(well.size(), 9u);
  for (const Json& invariant : well) EXPECT_TRUE(invariant["ok"].get<bool>()) << invariant;

  Changes changes;
  changes.payments = {{.id = "7_1", .order_id = 7, .state = PaymentState::kDelivered}};
  changes.payments[0].created_at = clock_.now();
  changes.payments[0].updated_at = clock_.now();
  ASSERT_EQ(store_->commit(changes), CommitOutcome::kCommitted);
  const Json ill = call("GET", "/api/doctor").json();
  EXPECT_EQ(ill[6]["invariant"], "I7");
  EXPECT_FALSE(ill[6]["ok"].get<bool>());
  EXPECT_THAT(ill[6]["shown"][0].get<std::string>(), HasSubstr("7_1"));
}

}  // namespace
}  // namespace smmhost::server_test
