#include "sdk/conformance/verdict.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

namespace smm::conformance {
namespace {

using Json = nlohmann::json;

constexpr int kMaxFailures = 4;
constexpr size_t kMaxText = 1500;

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : "\n") + text;
  return out;
}

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::kPass:
      return "pass";
    case Status::kFail:
      return "fail";
    case Status::kCrashed:
      return "crashed";
    case Status::kSkipped:
      return "skipped";
    case Status::kWarning:
      return "warning";
  }
  return "?";
}

void Verdict::write(const char* kind, const std::string& text) const {
  const std::string line =
      Json::array({kind, text.substr(0, kMaxText)}).dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
  for (size_t done = 0; done < line.size();) {
    const ssize_t count = ::write(descriptor_, line.data() + done, line.size() - done);
    if (count <= 0) return;
    done += static_cast<size_t>(count);
  }
}

void Verdict::at(const std::string& step) {
  write("at", step);
}

void Verdict::fail(const std::string& what) {
  if (++failures_ <= kMaxFailures) write("fail", what);
}

void Verdict::warn(const std::string& what) {
  write("warning", what);
}

void Verdict::skip(const std::string& why) {
  write("skip", why);
}

void Verdict::end() {
  if (failures_ > kMaxFailures) write("fail", "and " + std::to_string(failures_ - kMaxFailures) + " more");
  write("end", end_word_);
}

Outcome outcome_of(std::string_view lines, const std::string& end_word, const std::string& ending) {
  std::vector<std::string> failures;
  std::vector<std::string> warnings;
  std::vector<std::string> skips;
  std::string step;
  bool ended = false;
  bool is_disturbed = false;
  // What follows the last newline was cut off by the process's end.
  for (size_t length = lines.find('\n'); length != std::string_view::npos; length = lines.find('\n')) {
    const Json line = Json::parse(lines.substr(0, length), nullptr, false);
    lines.remove_prefix(length + 1);
    const bool is_report = line.is_array() && line.size() == 2 && line[0].is_string() && line[1].is_string();
    const std::string kind = is_report ? line[0] : "";
    const std::string text = is_report ? line[1] : "";
    if (!is_report || (kind == "end" && text != end_word)) is_disturbed = true;
    if (kind == "at") step = text;
    if (kind == "fail") failures.push_back(text);
    if (kind == "warning") warnings.push_back(text);
    if (kind == "skip") skips.push_back(text);
    if (kind == "end" && text == end_word) ended = true;
  }
  if (is_disturbed) failures.emplace_back("the plugin wrote to a descriptor that it did not open");
  if (!ended || !ending.empty()) {
    std::string message = ending.empty() ? "the plugin ended the process with exit code 0" : ending;
    if (!step.empty()) message += "\nwhile: " + step;
    if (!failures.empty()) message += "\nbefore that: " + joined(failures);
    return {Status::kCrashed, message, 0};
  }
  if (!failures.empty()) return {Status::kFail, joined(failures), 0};
  if (!skips.empty()) return {Status::kSkipped, joined(skips), 0};
  if (!warnings.empty()) return {Status::kWarning, joined(warnings), 0};
  return {};
}

}  // namespace smm::conformance
