// libFuzzer: any bytes as the answers of a profile look-up, through the ABI of the plugin this is linked with.
// The first byte chooses the question, the second the HTTP status; the rest is the body, or the bodies of two answers
// with a NUL between them.
#include <algorithm>
#include <array>
#include <cstdint>

#include "smm/plugin.h"
#include "smm/sdk/json.hpp"
#include "smm/sdk/testing/fake_host.hpp"
#include "tests/fuzz/demand.h"

namespace {

using namespace smm::sdk;
using smmhost::fuzz::demand;
using testing::Answer;

constexpr std::string_view kAsked = "miaadesiign";
constexpr std::array<std::uint32_t, 8> kStatuses = {200, 200, 200, 302, 403, 404, 429, 503};

// Whether anything in the answer says of the user asked that the profile is private, or that it is not.
bool says(const smm::sdk::Json& value, bool is_private) {
  if (value["is_private"].is_bool() && value["is_private"].is_true() == is_private &&
      equal_ignoring_case(value["username"].text(), kAsked))
    return true;
  return std::any_of(value.members().begin(), value.members().end(),
                     [&](const JsonMember& member) { return says(member.value, is_private); });
}

void check_verdict(const Answer& answer, const std::string& body, std::uint32_t status) {
  if (!answer.result || !answer.result->at("exists").get<bool>()) return;
  const auto root = parse_body(body);
  demand(status == 200 && root.has_value(), "a profile is read from a good answer only");
  demand(equal_ignoring_case(answer.result->at("username").get<std::string>(), kAsked),
         "a profile is the one asked for");
  demand(says(*root, answer.result->at("is_private").get<bool>()), "public or private is what the answer says");
}

void check_posts(const Answer& answer, std::size_t limit) {
  if (!answer.result) return;
  const testing::Json& rows = answer.result->at("rows");
  demand(rows.size() <= limit, "there are no more posts than asked for");
  std::int64_t newest = INT64_MAX;
  for (const testing::Json& row : rows) {
    demand(!row.at("shortcode").get<std::string>().empty() && !row.contains("pinned"),
           "a post has a code, and is not pinned");
    demand(row.at("taken_at").get<std::int64_t>() <= newest, "the newest post is first");
    newest = row.at("taken_at").get<std::int64_t>();
  }
}

testing::FakeHost& host() {
  static testing::FakeHost instance(smm_plugin_entry_v1(),
                                    {{"url", "https://lookup.invalid"}, {"api_key", "${secret:api_key}"}});
  return instance;
}

std::vector<testing::ScriptedEvent> answers(std::uint32_t status, const std::string& bodies) {
  const std::size_t end = bodies.find('\0');
  std::vector<testing::ScriptedEvent> history = {testing::response(status, bodies.substr(0, end))};
  if (end != std::string::npos) history.push_back(testing::response(status, bodies.substr(end + 1)));
  return history;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::uint32_t status = kStatuses[data[1] % kStatuses.size()];
  const std::string bodies(reinterpret_cast<const char*>(data) + 2, size - 2);
  const int question = data[0] % 3;
  if (question == 0) {
    const Answer answer = host().ask(SMM_PROFILE_CHECKER_ID, SMM_CHECKER_CHECK, {{"username", kAsked}},
                                     {testing::response(status, bodies)});
    demand(answer.times == 1, "a question is answered once");
    check_verdict(answer, bodies, status);
    return 0;
  }
  const testing::Json input = {{"username", kAsked}, {"kind", question == 1 ? "any" : "videos"}, {"limit", 4}};
  const Answer answer = host().ask(SMM_PROFILE_CHECKER_ID, SMM_CHECKER_MEDIA, input, answers(status, bodies));
  demand(answer.times == 1, "a question is answered once");
  check_posts(answer, 4);
  return 0;
}
