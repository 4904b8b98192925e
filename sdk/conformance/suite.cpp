#include "sdk/conformance/suite.h"

#include <algorithm>
#include <set>

#include "sdk/conformance/case_process.h"

namespace smm::conformance {
namespace {

bool chosen(const Case& tested, const std::vector<std::string>& only) {
  return only.empty() || std::any_of(only.begin(), only.end(), [&](const std::string& wanted) {
           return wanted == tested.group || wanted == tested.full_name();
         });
}

bool is_bad(Status status) {
  return status == Status::kFail || status == Status::kCrashed;
}

Outcome run_one(const Subject& subject, const Case& tested, const std::set<std::string>& broken, const Choice& choice) {
  const auto excluded = choice.exclusions.find(tested.full_name());
  if (excluded != choice.exclusions.end()) return {Status::kSkipped, "excluded: " + excluded->second, 0};
  for (const std::string& need : tested.needs) {
    if (broken.count(need) == 1) return {Status::kSkipped, "needs " + need, 0};
  }
  return run_in_child([&](Verdict& verdict) { tested.body(subject, verdict); },
                      {std::chrono::milliseconds(subject.limit_ms), subject.memory_mb});
}

}  // namespace

std::vector<Case> all_cases(const Subject& subject) {
  std::vector<Case> out;
  for (const auto& group : {binary_cases(), manifest_cases(), loading_cases(), config_cases(), answering_cases(),
                            budget_cases(), instance_cases(), contract_cases(), purity_cases(), robustness_cases(),
                            money_cases(), secrets_cases(), isolation_cases(), replay_cases(subject), fuzz_cases()}) {
    out.insert(out.end(), group.begin(), group.end());
  }
  return out;
}

std::vector<CaseResult> run_cases(const Subject& subject, const std::vector<Case>& cases, const Choice& choice,
                                  const std::function<void(const CaseResult&)>& on_result) {
  std::vector<CaseResult> results;
  // A case that was not chosen is not known to be broken; one that was skipped for what it needs passes that on.
  std::set<std::string> broken;
  for (const Case& tested : cases) {
    if (!chosen(tested, choice.only)) continue;
    CaseResult result{tested.group, tested.name, run_one(subject, tested, broken, choice)};
    const bool for_lack = result.outcome.status == Status::kSkipped && result.outcome.message.rfind("needs ", 0) == 0;
    if (is_bad(result.outcome.status) || for_lack) broken.insert(tested.full_name());
    on_result(result);
    results.push_back(std::move(result));
  }
  return results;
}

bool all_well(const std::vector<CaseResult>& results) {
  return std::none_of(results.begin(), results.end(),
                      [](const CaseResult& result) { return is_bad(result.outcome.status); });
}

}  // namespace smm::conformance
