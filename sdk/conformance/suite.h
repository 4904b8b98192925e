// The cases, in the order in which they run, and what each needs to be worth running.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sdk/conformance/subject.h"
#include "sdk/conformance/verdict.h"

namespace smm::conformance {

struct Case {
  std::string group;
  std::string name;
  std::string shows;               // what a pass says, one line
  std::vector<std::string> needs;  // cases, earlier in the order, that must not have failed or crashed
  std::function<void(const Subject&, Verdict&)> body;

  std::string full_name() const { return group + "." + name; }
};

std::vector<Case> binary_cases();
std::vector<Case> manifest_cases();
std::vector<Case> loading_cases();  // the part of the group contract that the rest stands on
std::vector<Case> config_cases();
std::vector<Case> answering_cases();  // and the call without which nothing else can be asked
std::vector<Case> contract_cases();
std::vector<Case> instance_cases();  // the part of the group config that needs answers
std::vector<Case> purity_cases();
std::vector<Case> robustness_cases();
std::vector<Case> money_cases();
std::vector<Case> secrets_cases();
std::vector<Case> budget_cases();
std::vector<Case> isolation_cases();
std::vector<Case> replay_cases(const Subject& subject);
std::vector<Case> fuzz_cases();

// All of them. The names of the replay group depend on the cassettes.
std::vector<Case> all_cases(const Subject& subject);

// What nearly every case of a behaviour needs: a plugin that loads, opens and answers.
inline const std::vector<std::string> kNeedsAnswers = {"config.opens", "contract.answers_once",
                                                       "budget.every_call_returns"};

struct CaseResult {
  std::string group;
  std::string name;
  Outcome outcome;

  std::string full_name() const { return group + "." + name; }
};

struct Choice {
  std::vector<std::string> only;                  // groups or cases; empty: all
  std::map<std::string, std::string> exclusions;  // case to reason
};

// Runs the cases one after the other, each in its own process. `on_result` sees each as it ends.
std::vector<CaseResult> run_cases(const Subject& subject, const std::vector<Case>& cases, const Choice& choice,
                                  const std::function<void(const CaseResult&)>& on_result);

// Whether nothing failed or crashed.
bool all_well(const std::vector<CaseResult>& results);

}  // namespace smm::conformance
