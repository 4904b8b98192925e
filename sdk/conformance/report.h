// The result of a run: for people, as JSON, as JUnit XML.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "sdk/conformance/suite.h"

namespace smm::conformance {

// One line for a case, and below it what went wrong.
void print_result(std::ostream& out, const CaseResult& result);
// The last line: how many of which.
void print_summary(std::ostream& out, const std::vector<CaseResult>& results);

// {"plugin", "id", "version", "abi", "seed", "ok", "counts": {"pass": n ...},
//  "cases": [{"group", "case", "status", "message", "milliseconds"}]}
std::string json_report(const Subject& subject, const std::vector<CaseResult>& results);

// One test suite for each group. A crash is an <error>, a warning goes to <system-out>.
std::string junit_report(const Subject& subject, const std::vector<CaseResult>& results);

}  // namespace smm::conformance
