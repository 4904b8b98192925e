// libFuzzer: any bytes as a panel's answer to any operation of the panel API v2, through the plugin's ABI.
// The first byte chooses the question, the second the HTTP status; the rest is the body.
#include <algorithm>
#include <array>
#include <cstdint>

#include "smm/sdk/panel_v2.hpp"
#include "smm/sdk/plugin.hpp"
#include "smm/sdk/testing/fake_host.hpp"
#include "tests/fuzz/demand.h"

namespace {

using namespace smm::sdk;
using smmhost::fuzz::demand;
using testing::Answer;

struct Question {
  std::uint32_t operation;
  testing::Json input;
};

const std::array<Question, 12>& questions() {
  static const testing::Json one = {{"ids", {"23501"}}};
  static const testing::Json two = {{"ids", {"23501", "abc"}}};
  static const testing::Json order = {
      {"service_id", "7"}, {"link", "https://www.instagram.com/maria/"}, {"quantity", 100}};
  static const std::array<Question, 12> all = {{{SMM_PROVIDER_PLACE, order},
                                                {SMM_PROVIDER_STATUS, one},
                                                {SMM_PROVIDER_STATUS, two},
                                                {SMM_PROVIDER_CANCEL, one},
                                                {SMM_PROVIDER_CANCEL, two},
                                                {SMM_PROVIDER_REFILL, one},
                                                {SMM_PROVIDER_REFILL, two},
                                                {SMM_PROVIDER_REFILL_STATUS, one},
                                                {SMM_PROVIDER_REFILL_STATUS, two},
                                                {SMM_PROVIDER_BALANCE, {}},
                                                {SMM_PROVIDER_SERVICES, {}},
                                                {SMM_PROVIDER_RECONCILE, order}}};
  return all;
}

constexpr std::array<std::uint32_t, 14> kStatuses = {200, 200, 201, 204, 302, 400, 401,
                                                     403, 404, 422, 429, 500, 502, 503};

void check_placed(const Answer& answer, std::uint32_t status) {
  if (answer.result) {
    const std::string id = answer.result->at("order_id");
    demand(!id.empty() && id.find_first_not_of('0') != std::string::npos, "an accepted order has an id");
    demand(status >= 200 && status < 300, "only a good answer accepts an order");
    return;
  }
  const smm_code code = answer.code();
  demand(code != SMM_UPSTREAM_DOWN, "an answer to a purchase never counts as none");
  if (status >= 300 && status < 400) demand(code == SMM_OUTCOME_UNKNOWN, "a redirect neither accepts nor refuses");
  if (status >= 500)
    demand(code != SMM_RATE_LIMITED && code != SMM_REJECTED, "a broken server refuses nothing for sure");
}

void check_rows(const Answer& answer, const testing::Json& ids) {
  if (!answer.result) return;
  const testing::Json& rows = answer.result->at("rows");
  demand(rows.size() == ids.size(), "there is a row for each id");
  for (std::size_t i = 0; i < ids.size(); ++i)
    demand(rows[i].at("order_id") == ids[i], "a row is about the id that was asked");
}

void check_candidates(const Answer& answer) {
  if (!answer.result) return;
  for (const testing::Json& row : answer.result->at("rows"))
    demand(!row.at("order_id").get<std::string>().empty(), "a candidate has an id");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static testing::FakeHost host(
      plugin<PanelV2>("fuzz", "1.0.0"),
      {{"url", "https://panel.invalid/api/v2"}, {"api_key", "${secret:api_key}"}, {"orders_listing", "true"}});
  const Question& question = questions()[data[0] % questions().size()];
  const std::uint32_t status = kStatuses[data[1] % kStatuses.size()];
  std::string body(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Answer answer =
      host.ask(SMM_PROVIDER_ID, question.operation, question.input, {testing::response(status, std::move(body))});
  demand(answer.times == 1 && (answer.result || answer.failure), "one answer ends the question");
  if (question.operation == SMM_PROVIDER_PLACE) check_placed(answer, status);
  if (question.operation == SMM_PROVIDER_RECONCILE) check_candidates(answer);
  if (question.input.contains("ids")) check_rows(answer, question.input.at("ids"));
  return 0;
}
