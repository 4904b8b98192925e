// Every animal of the zoo fails in the case meant for its fault and in no other; the tame ones in none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sdk/conformance/suite.h"

namespace smm::conformance {
namespace {

using ::testing::StartsWith;

struct Expectation {
  const char* animal;
  std::set<std::string> bad;  // with their status: "fail money.never_twice"
  int64_t limit_ms = 30'000;
};

Subject subject_of(const std::string& animal) {
  Subject subject;
  subject.path = std::string(SMM_ZOO_FOLDER) + "/" + animal + ".so";
  subject.manifest = read_manifest(subject.path);
  subject.fuzz_rounds = 10;
  return subject;
}

std::vector<CaseResult> tested(const std::string& animal, int64_t limit_ms) {
  Subject subject = subject_of(animal);
  subject.limit_ms = limit_ms;
  subject.memory_mb = 400;
  return run_cases(subject, all_cases(subject), {}, [](const CaseResult&) {});
}

// The status of one case that runs alone.
std::string status_of(const Subject& subject, const std::string& one_case) {
  Choice choice;
  choice.only = {one_case};
  const auto results = run_cases(subject, all_cases(subject), choice, [](const CaseResult&) {});
  return std::string(to_string(results.at(0).outcome.status)) + " " + results.at(0).outcome.message;
}

class Zoo : public ::testing::TestWithParam<Expectation> {};

TEST_P(Zoo, fails_in_the_case_meant_for_it) {
  std::set<std::string> bad;
  std::string messages;
  for (const CaseResult& result : tested(GetParam().animal, GetParam().limit_ms)) {
    if (result.outcome.status != Status::kFail && result.outcome.status != Status::kCrashed) continue;
    bad.insert(std::string(to_string(result.outcome.status)) + " " + result.full_name());
    messages += result.full_name() + ": " + result.outcome.message + "\n";
  }
  EXPECT_EQ(bad, GetParam().bad) << messages;
}

INSTANTIATE_TEST_SUITE_P(
    animals, Zoo,
    ::testing::Values(Expectation{"tame", {}}, Expectation{"tame_v1_0", {}},
                      Expectation{"accepts_ambiguous", {"fail money.unclear_is_unknown"}},
                      Expectation{"answers_twice", {"fail contract.answers_once"}},
                      Expectation{"asks_twice_for_each_id", {"fail contract.full_batches"}},
                      Expectation{"believes_html", {"fail robustness.html"}},
                      Expectation{"claims_cancel", {"fail contract.capabilities_work"}},
                      Expectation{"crashes_while_loading", {"crashed contract.loads"}},
                      Expectation{"eats_memory", {"crashed budget.every_call_returns"}},
                      Expectation{"exits", {"fail binary.no_forbidden_imports", "crashed contract.answers_once"}},
                      Expectation{"exports_more", {"fail binary.one_exported_symbol"}},
                      Expectation{"forks", {"fail binary.no_forbidden_imports", "fail contract.answers_once"}},
                      Expectation{"ignores_row_size", {"fail contract.newer_host"}},
                      Expectation{"impure", {"fail purity.same_call_same_answer"}},
                      Expectation{"leaks_thread",
                                  {"fail binary.no_forbidden_imports", "fail contract.leaves_process_alone"}},
                      Expectation{"logs_answers", {"fail secrets.answers_not_logged"}},
                      Expectation{"manifest_without_help", {"fail manifest.fields"}},
                      Expectation{"never_answers", {"fail contract.answers_once"}},
                      Expectation{"newer_abi", {"fail manifest.abi"}},
                      Expectation{"passes_input_on", {"fail secrets.input_cannot_pose"}},
                      Expectation{"places_twice", {"fail money.never_twice"}},
                      Expectation{"prints", {"fail contract.leaves_process_alone"}},
                      Expectation{"reports_one_mistake", {"fail config.missing_is_reported"}},
                      Expectation{"secret_elsewhere", {"fail secrets.to_declared_hosts"}},
                      Expectation{"sends_elsewhere", {"fail contract.declared_hosts"}},
                      Expectation{"short_struct", {"fail contract.description"}},
                      Expectation{"spins", {"crashed budget.every_call_returns"}, 5000},
                      Expectation{"takes_a_pause_for_a_refusal", {"fail robustness.too_many_requests"}},
                      Expectation{"throws", {"crashed contract.answers_once"}}),
    [](const auto& expectation) { return std::string(expectation.param.animal); });

// Nothing else catches it: what it looks at is the same in every call, and another where a host jails it.
TEST(zoo_apart, finds_out_who_answers_otherwise_in_a_process_of_its_own) {
  Subject guilty = subject_of("looks_at_its_process");
  guilty.runner = SMM_RUNNER;
  EXPECT_THAT(status_of(guilty, "isolation.same_answers"), StartsWith("fail balance answers differently"));
  EXPECT_EQ(status_of(guilty, "purity.same_call_same_answer"), "pass ");
  EXPECT_EQ(status_of(guilty, "binary.no_forbidden_imports"), "pass ");
  for (const char* innocent : {"tame", "tame_v1_0"}) {
    Subject subject = subject_of(innocent);
    subject.runner = SMM_RUNNER;
    EXPECT_EQ(status_of(subject, "isolation.same_answers"), "pass ") << innocent;
  }
}

TEST(zoo_batches, of_one_id_each_end_in_the_steps_that_a_host_grants) {
  EXPECT_EQ(status_of(subject_of("small_batches"), "contract.full_batches"), "pass ");
  EXPECT_THAT(status_of(subject_of("tame"), "contract.full_batches"), StartsWith("skipped no answer known here"));
}

}  // namespace
}  // namespace smm::conformance
