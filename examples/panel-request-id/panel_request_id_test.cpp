// What makes it safe to ask twice: the same purchase is the same request, byte for byte, in every attempt.
#include "smm/sdk/testing/plugin_suite.hpp"

extern const char* const smm_tested_plugin;

namespace {

using namespace smm::sdk::testing;

Json order(const char* reference) {
  return {{"service_id", "12"},
          {"link", "https://www.instagram.com/user.name/"},
          {"quantity", 100},
          {"reference", reference}};
}

TEST(panel_request_id, sends_the_reference_and_calls_the_purchase_idempotent) {
  const LoadedPlugin plugin(smm_tested_plugin);
  FakeHost host(plugin.get(), settings_for(plugin.manifest(), {}));
  const Answer first = host.ask(SMM_PROVIDER_ID, SMM_PROVIDER_PLACE, order("k-1"), {});
  const Answer again = host.ask(SMM_PROVIDER_ID, SMM_PROVIDER_PLACE, order("k-1"), {});
  const Answer other = host.ask(SMM_PROVIDER_ID, SMM_PROVIDER_PLACE, order("k-2"), {});
  ASSERT_TRUE(first.request && again.request && other.request);
  EXPECT_EQ(first.request->effect, SMM_WRITE_IDEMPOTENT);
  EXPECT_EQ(first.request->body, again.request->body);
  EXPECT_NE(first.request->body, other.request->body);
}

TEST(panel_request_id, buys_nothing_without_a_reference) {
  const LoadedPlugin plugin(smm_tested_plugin);
  FakeHost host(plugin.get(), settings_for(plugin.manifest(), {}));
  const Answer answer = host.ask(SMM_PROVIDER_ID, SMM_PROVIDER_PLACE, order(""), {});
  EXPECT_FALSE(answer.request.has_value());
  EXPECT_EQ(answer.code(), SMM_CONFIG);
}

}  // namespace
