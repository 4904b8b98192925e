// The edge between an author's C++ and the ABI: nothing escapes, one answer is given, and a purchase that may have been
// made is never reported as failed, whatever the author's code does.
#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

#include "smm/sdk/names.hpp"
#include "smm/sdk/plugin.hpp"
#include "smm/sdk/testing/fake_host.hpp"

namespace smm::sdk {
namespace {

using testing::Answer;
using testing::FakeHost;
using testing::response;
using testing::ScriptedEvent;

/// A panel whose answer to a purchase tells it how to misbehave.
class Clumsy final : public Provider {
 public:
  explicit Clumsy(const Config& config) {
    if (config.text("mode") == "throw") throw std::runtime_error("cannot open");
    if (config.text("mode") == "wrong") {
      config.error("mode", "is wrong");
      config.error("other", "too");
    }
  }

  std::vector<uint32_t> operations() const override {
    return {SMM_PROVIDER_PLACE, SMM_PROVIDER_BALANCE, SMM_PROVIDER_STATUS};
  }

  Result<HttpRequest> build_place(const PlaceInput& in) const override {
    if (in.link == "unbuildable") throw std::runtime_error("no request");
    return request("https://x.example/add", SMM_WRITE_ONCE);
  }
  Result<Placed> parse_place(const PlaceInput&, const HttpResponse& answer) const override {
    if (answer.body == "throw") throw std::runtime_error("boom");
    if (answer.body == "throw int") throw 7;
    if (answer.body == "bad_alloc") throw std::bad_alloc();
    if (answer.body == "empty id") return Placed{};
    if (answer.body == "down") return Failure{SMM_UPSTREAM_DOWN, "I think it is down", {}, 0};
    if (answer.body == "refused") return Failure{SMM_NO_FUNDS, {}, std::string(5000, 'x'), 9};
    return Failure{SMM_BAD_RESPONSE, "what is this", {}, 0};
  }

  Result<HttpRequest> build_balance() const override { return request("https://x.example/balance", SMM_READ); }
  Result<Money> parse_balance(const HttpResponse&) const override { throw std::runtime_error("boom"); }

  /// Looks something up, waits, buys, and would buy again after a failure.
  Step<std::vector<StatusRow>> step_status(const Ids&, const Call& call) const override {
    if (call.history.empty()) return request("https://x.example/lookup", SMM_READ);
    if (call.history.size() == 1 && !call.history[0].answered()) return Failure{SMM_UPSTREAM_DOWN, "lookup", {}, 0};
    if (call.history.size() == 1) return Wait{250};
    return request("https://x.example/write", SMM_WRITE_ONCE);
  }

 private:
  static HttpRequest request(const char* url, uint32_t effect) {
    HttpRequest out;
    out.method = "POST";
    out.url = url;
    out.effect = effect;
    return out;
  }
};

const smm_plugin* clumsy() {
  return plugin<Clumsy>("clumsy", "1.2.3");
}

class Edge : public ::testing::Test {
 protected:
  Answer place(const std::vector<ScriptedEvent>& history, const char* link = "https://x/") {
    return host_.ask(SMM_PROVIDER_ID, SMM_PROVIDER_PLACE, {{"service_id", "1"}, {"link", link}, {"quantity", 5}},
                     history);
  }
  std::string place_after(const char* body) {
    const Answer answer = place({response(200, body)});
    EXPECT_EQ(answer.times, 1) << body;
    return std::string(code_name(answer.code()));
  }
  FakeHost host_{clumsy(), {}};
};

TEST_F(Edge, leaves_a_purchase_open_whatever_the_author_does_with_its_answer) {
  for (const char* body : {"throw", "throw int", "bad_alloc", "empty id", "down", "gibberish"}) {
    EXPECT_EQ(place_after(body), "OUTCOME_UNKNOWN") << body;
  }
}

TEST_F(Edge, passes_a_clear_refusal_on_and_cuts_long_text) {
  const Answer answer = place({response(200, "refused")});
  EXPECT_EQ(answer.code(), SMM_NO_FUNDS);
  EXPECT_EQ(answer.failure->upstream_text.size(), 1000U);
  EXPECT_EQ(answer.failure->retry_after_ms, 9U);
}

TEST_F(Edge, reports_an_exception_before_anything_was_sent_as_the_plugins_fault) {
  const Answer answer = place({}, "unbuildable");
  EXPECT_EQ(answer.times, 1);
  EXPECT_EQ(answer.code(), SMM_INTERNAL);
  EXPECT_EQ(answer.failure->message, "exception: no request");
}

TEST_F(Edge, knows_a_purchase_that_was_not_sent_from_one_that_may_have_been) {
  EXPECT_EQ(code_name(place({testing::not_sent()}).code()), "UPSTREAM_DOWN");
  EXPECT_EQ(code_name(place({testing::maybe_sent()}).code()), "OUTCOME_UNKNOWN");
}

TEST_F(Edge, calls_a_read_that_threw_the_plugins_fault) {
  const Answer answer = host_.ask(SMM_PROVIDER_ID, SMM_PROVIDER_BALANCE, {}, {response(200, "{}")});
  EXPECT_EQ(answer.times, 1);
  EXPECT_EQ(answer.code(), SMM_INTERNAL);
}

TEST_F(Edge, does_not_send_a_write_a_second_time) {
  const auto ask = [&](const std::vector<ScriptedEvent>& history) {
    return host_.ask(SMM_PROVIDER_ID, SMM_PROVIDER_STATUS, {{"ids", {"1"}}}, history);
  };
  const ScriptedEvent found = response(200, "{}");
  EXPECT_EQ(ask({}).request->effect, SMM_READ);
  EXPECT_EQ(ask({found}).wait_ms, 250U);
  EXPECT_EQ(ask({found, testing::timer()}).request->effect, SMM_WRITE_ONCE);
  EXPECT_EQ(code_name(ask({found, testing::timer(), testing::maybe_sent()}).code()), "OUTCOME_UNKNOWN");
  EXPECT_EQ(code_name(ask({found, testing::timer(), response(500, "")}).code()), "OUTCOME_UNKNOWN");
  EXPECT_TRUE(ask({found, testing::timer(), testing::not_sent()}).request.has_value()) << "nothing was sent yet";
  EXPECT_EQ(code_name(ask({testing::maybe_sent()}).code()), "UPSTREAM_DOWN") << "only the look-up was sent";
}

TEST_F(Edge, refuses_operations_that_the_instance_does_not_have) {
  for (const uint32_t operation : {SMM_PROVIDER_CANCEL, SMM_PROVIDER_RECONCILE, 0U, 9U, 63U, 64U, 4'000'000'000U}) {
    const Answer answer = host_.ask(SMM_PROVIDER_ID, operation, testing::Json::object(), {});
    EXPECT_EQ(answer.times, 1);
    EXPECT_EQ(code_name(answer.code()), "UNSUPPORTED") << operation;
  }
  EXPECT_EQ(host_.find_interface(SMM_PROVIDER_ID)->capabilities, SMM_CAPABILITY(SMM_PROVIDER_PLACE) |
                                                                     SMM_CAPABILITY(SMM_PROVIDER_STATUS) |
                                                                     SMM_CAPABILITY(SMM_PROVIDER_BALANCE));
  EXPECT_EQ(host_.find_interface(SMM_PROFILE_CHECKER_ID), nullptr);
}

TEST_F(Edge, reads_no_further_than_the_size_a_struct_states) {
  testing::detail::Recorder recorder{SMM_PROVIDER_ID, SMM_PROVIDER_PLACE, {}};
  auto out = make_struct<smm_out>();
  out.context = &recorder;
  out.http = &testing::detail::record_http;
  out.fail = &testing::detail::record_fail;
  auto call = make_struct<smm_call>();
  call.struct_size = offsetof(smm_call, history);
  call.operation = SMM_PROVIDER_PLACE;
  call.history = reinterpret_cast<const smm_event*>(uintptr_t{1});
  call.history_count = 1000;
  host_.find_interface(SMM_PROVIDER_ID)->next(host_.instance(), &call, &out);
  EXPECT_TRUE(recorder.answer.request.has_value()) << "an older host has told of no history";
}

TEST(Opening, reports_every_mistake_and_opens_nothing) {
  const FakeHost host(clumsy(), {{"mode", "wrong"}});
  EXPECT_EQ(host.open_code(), SMM_CONFIG);
  EXPECT_EQ(host.instance(), nullptr);
  ASSERT_EQ(host.errors().size(), 2U);
  EXPECT_EQ(host.errors()[0].first, "mode");
}

TEST(Opening, survives_a_constructor_that_throws) {
  const FakeHost host(clumsy(), {{"mode", "throw"}});
  EXPECT_EQ(host.open_code(), SMM_INTERNAL);
  ASSERT_EQ(host.errors().size(), 1U);
  EXPECT_EQ(host.errors()[0].second, "cannot open");
}

TEST(Description, tells_id_version_and_abi) {
  EXPECT_EQ(to_view(clumsy()->id), "clumsy");
  EXPECT_EQ(to_view(clumsy()->version), "1.2.3");
  EXPECT_EQ(clumsy()->abi_major, SMM_ABI_MAJOR);
  EXPECT_EQ(clumsy()->struct_size, sizeof(smm_plugin));
}

/// Rows of a newer writer are wider: the reader steps by their size and not by its own.
TEST(Rows, are_stepped_by_the_writers_size) {
  struct WideRow {
    smm_media_row row;
    uint64_t later = 99;
  };
  WideRow rows[2] = {{make_struct<smm_media_row>()}, {make_struct<smm_media_row>()}};
  rows[0].row.struct_size = rows[1].row.struct_size = sizeof(WideRow);
  rows[1].row.taken_at = 77;
  EXPECT_EQ(read_row(&rows[0].row, 1).taken_at, 77);
}

}  // namespace
}  // namespace smm::sdk
