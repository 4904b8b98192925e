#include "sdk/conformance/report.h"

#include <iomanip>
#include <map>
#include <sstream>

#include "sdk/conformance/strict_host.h"

namespace smm::conformance {
namespace {

std::map<Status, int> counted(const std::vector<CaseResult>& results) {
  std::map<Status, int> out;
  for (const CaseResult& result : results) ++out[result.outcome.status];
  return out;
}

std::string indented(const std::string& text) {
  std::string out = "           ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "           ";
  }
  return out;
}

// XML 1.0 has no way to write most control characters, and nothing that is not UTF-8.
std::string xml_escaped(const std::string& text) {
  std::string out;
  for (const char c : sdk::as_utf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return out;
}

std::string seconds(int64_t milliseconds) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(3) << static_cast<double>(milliseconds) / 1000.0;
  return out.str();
}

// "plugin" where the manifest says none.
std::string id_of(const Subject& subject) {
  const Json id = subject.manifest.is_object() ? subject.manifest.value("id", Json()) : Json();
  return id.is_string() ? id.get<std::string>() : "plugin";
}

void print_junit_case(std::ostream& out, const Subject& subject, const CaseResult& result) {
  const Outcome& outcome = result.outcome;
  const std::string message = xml_escaped(outcome.message);
  out << "    <testcase classname=\"" << xml_escaped(id_of(subject)) << "." << result.group << "\" name=\""
      << xml_escaped(result.name) << "\" time=\"" << seconds(outcome.milliseconds) << "\"";
  switch (outcome.status) {
    case Status::kPass:
      out << "/>\n";
      return;
    case Status::kFail:
      out << "><failure message=\"" << message << "\"/>";
      break;
    case Status::kCrashed:
      out << "><error message=\"" << message << "\"/>";
      break;
    case Status::kSkipped:
      out << "><skipped message=\"" << message << "\"/>";
      break;
    case Status::kWarning:
      out << "><system-out>" << message << "</system-out>";
      break;
  }
  out << "</testcase>\n";
}

}  // namespace

void print_result(std::ostream& out, const CaseResult& result) {
  out << std::left << std::setw(8) << to_string(result.outcome.status) << " " << result.full_name() << "\n";
  if (!result.outcome.message.empty()) out << indented(result.outcome.message) << "\n";
}

void print_summary(std::ostream& out, const std::vector<CaseResult>& results) {
  const auto counts = counted(results);
  std::string line;
  for (const Status status : {Status::kFail, Status::kCrashed, Status::kWarning, Status::kSkipped, Status::kPass}) {
    const auto found = counts.find(status);
    if (found == counts.end()) continue;
    line += (line.empty() ? "" : ", ") + std::to_string(found->second) + " " + std::string(to_string(status));
  }
  out << "\n" << (all_well(results) ? "conforms: " : "DOES NOT CONFORM: ") << line << "\n";
}

std::string json_report(const Subject& subject, const std::vector<CaseResult>& results) {
  nlohmann::ordered_json out;
  out["plugin"] = subject.path;
  for (const char* field : {"id", "version", "abi"})
    out[field] = subject.manifest.is_object() ? subject.manifest.value(field, Json()) : Json();
  out["seed"] = subject.seed;
  out["ok"] = all_well(results);
  out["counts"] = nlohmann::ordered_json::object();
  for (const auto& [status, count] : counted(results)) out["counts"][std::string(to_string(status))] = count;
  out["cases"] = nlohmann::ordered_json::array();
  for (const CaseResult& result : results) {
    out["cases"].push_back({{"group", result.group},
                            {"case", result.name},
                            {"status", to_string(result.outcome.status)},
                            {"message", result.outcome.message},
                            {"milliseconds", result.outcome.milliseconds}});
  }
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string junit_report(const Subject& subject, const std::vector<CaseResult>& results) {
  std::vector<std::string> groups;
  for (const CaseResult& result : results) {
    if (groups.empty() || groups.back() != result.group) {
      if (std::find(groups.begin(), groups.end(), result.group) == groups.end()) groups.push_back(result.group);
    }
  }
  std::ostringstream out;
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"smm-conformance\">\n";
  for (const std::string& group : groups) {
    std::vector<CaseResult> own;
    for (const CaseResult& result : results) {
      if (result.group == group) own.push_back(result);
    }
    auto counts = counted(own);
    out << "  <testsuite name=\"" << group << "\" tests=\"" << own.size() << "\" failures=\"" << counts[Status::kFail]
        << "\" errors=\"" << counts[Status::kCrashed] << "\" skipped=\"" << counts[Status::kSkipped] << "\">\n";
    for (const CaseResult& result : own) print_junit_case(out, subject, result);
    out << "  </testsuite>\n";
  }
  out << "</testsuites>\n";
  return out.str();
}

}  // namespace smm::conformance
