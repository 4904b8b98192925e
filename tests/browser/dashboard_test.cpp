// The dashboard in a real browser, against the running program and the simulated world: what an operator sees and can
// decide there.
#include <cstdlib>

#include "tests/browser/browser.h"
#include "tests/e2e/e2e_test.h"

namespace smmhost::e2e {
namespace {

using browser::Browser;
using world::PanelReply;

constexpr const char* kToken = "admin-token-of-the-simulated-world";

class Dashboard : public EndToEnd {
 protected:
  void SetUp() override {
    start();
    for (const char* user : {"um", "dois"}) world().instagram().add_account(user);
  }

  void log_in(Browser& page) {
    page.open(host().address() + "/");
    page.type("Administrator token", kToken);
    page.click("Enter");
    ASSERT_EQ(page.wait_for("Waiting for a decision"), "");
  }

  // What went wrong in the page's own code. The page itself comes with a 401 before the login, which a browser logs.
  static Json script_errors(Browser& page) {
    Json errors = Json::array();
    for (const Json& one : page.console_errors()) {
      if (one["source"] != "network") errors.push_back(one);
    }
    return errors;
  }

  // Where SMMHOST_PICTURES names a folder, what the browser shows is kept there.
  static void picture(Browser& page, const std::string& name) {
    if (const char* folder = std::getenv("SMMHOST_PICTURES")) page.save_picture(std::filesystem::path(folder) / name);
  }
};

TEST_F(Dashboard, AsksForTheTokenAndRefusesAWrongOne) {
  Browser page("en-US");
  page.open(host().address() + "/");
  page.type("Administrator token", "not the token");
  page.click("Enter");
  EXPECT_EQ(page.wait_for("The token is wrong."), "");
  picture(page, "login.png");
  page.type("Administrator token", kToken);
  page.click("Enter");
  EXPECT_EQ(page.wait_for("Waiting for a decision"), "");
  page.click("Leave");
  EXPECT_EQ(page.wait_for("Enter"), "");
  EXPECT_TRUE(page.run("return sessionStorage.getItem('token')").is_null());
}

TEST_F(Dashboard, AnUnknownOutcomeIsShownWithItsEvidenceAndDecidedThere) {
  world().machinesmm().add_fault({.reply = PanelReply::kClose});
  const std::int64_t id = post_order("SEG-1000", "@um");
  ASSERT_TRUE(becomes(id, "review/outcome_unknown"));
  Browser page("en-US");
  log_in(page);
  page.click("Review");
  ASSERT_EQ(page.wait_for(profile_link("um")), "");
  page.click("Evidence (" + std::to_string(get("/api/review")[0]["evidence"].size()) + ")");
  EXPECT_EQ(page.wait_for("maybe_sent"), "");
  picture(page, "review.png");
  page.type("Order number at the provider", world().machinesmm().orders().at(0).id);
  page.click("It was placed");
  page.accept_dialog();
  EXPECT_EQ(page.wait_for("Done."), "");
  EXPECT_TRUE(becomes(id, "delivered"));
  EXPECT_EQ(world().machinesmm().orders().size(), 1u);
  EXPECT_EQ(script_errors(page), Json::array());
}

TEST_F(Dashboard, EveryPageDrawsWithoutAnErrorAndAtAPhonesWidth) {
  const std::int64_t id = post_order("SEG-1000", "@um");
  ASSERT_TRUE(becomes(id, "delivered"));
  post_signed(R"({"event":"order.paid","resource":"no order"})");
  Browser page("en-US");
  log_in(page);
  for (const auto& [tab, wanted] : std::vector<std::pair<std::string, std::string>>{{"Payments", payment_id(id)},
                                                                                    {"Products", "SEG-1000"},
                                                                                    {"Providers", "machinesmm"},
                                                                                    {"Jobs", "track_placements"},
                                                                                    {"Webhooks", "not_understood"},
                                                                                    {"Overview", "delivered"}}) {
    page.click(tab);
    EXPECT_EQ(page.wait_for(wanted), "") << tab;
    picture(page, tab + ".png");
  }
  page.resize(390, 844);
  page.click("Payments");
  EXPECT_EQ(page.wait_for(payment_id(id)), "");
  EXPECT_LE(page.run("return document.documentElement.scrollWidth").get<int>(),
            page.run("return window.innerWidth").get<int>());
  picture(page, "phone.png");
  page.click(payment_id(id));
  EXPECT_EQ(page.wait_for("Timeline"), "");
  picture(page, "payment.png");
  EXPECT_EQ(script_errors(page), Json::array());
}

TEST_F(Dashboard, CustomerTextIsShownAsTextAndNeverRunAsMarkup) {
  const std::string hostile = "<img src=x onerror=\"window.broken=1\">";
  const std::int64_t id = post_order("SEG-1000", hostile);
  ASSERT_TRUE(eventually("it is held", [&] { return state(id).starts_with("held"); }));
  Browser page("en-US");
  log_in(page);
  page.click("Payments");
  EXPECT_EQ(page.wait_for(hostile), "");
  page.click(payment_id(id));
  EXPECT_EQ(page.wait_for("Timeline"), "");
  EXPECT_TRUE(page.run("return window.broken === undefined").get<bool>());
}

TEST_F(Dashboard, ACorrectedCustomizationIsSavedAndFulfilled) {
  const std::int64_t id = post_order("SEG-1000", "maria e jose silva");
  ASSERT_TRUE(eventually("it is held", [&] { return state(id).starts_with("held"); }));
  Browser page("en-US");
  log_in(page);
  page.click("Payments");
  page.click(payment_id(id));
  page.type("Customization", "@dois");
  page.click("Save");
  EXPECT_EQ(page.wait_for("Done."), "");
  EXPECT_TRUE(becomes(id, "delivered"));
  EXPECT_EQ(books()[profile_link("dois")].times, 1);
}

TEST_F(Dashboard, ProductsAreAddedCorrectedAndDeletedThere) {
  Browser page("en-US");
  log_in(page);
  page.click("Products");
  ASSERT_EQ(page.wait_for("SEG-1000"), "");
  page.type("SKU", "NOVO-50");
  page.choose("Provider", "worldsmm");
  page.type("Service", "102");
  page.type("Quantity a unit", "50");
  page.choose("Type", "likes");
  page.type("Other routes", "machinesmm 2476");
  page.click("Add");
  ASSERT_EQ(page.wait_for("NOVO-50"), "");
  Json product = get("/api/products/NOVO-50");
  EXPECT_EQ(product["api"], "worldsmm");
  EXPECT_EQ(product["service_id"], 102);
  EXPECT_EQ(product["base_quantity"], 50);
  EXPECT_EQ(product["type"], "likes");
  EXPECT_EQ(product["routes"], (Json{{{"api", "machinesmm"}, {"service_id", 2476}}}));
  picture(page, "products.png");

  page.run(
      "[...document.querySelectorAll('tr')].find(r => "
      "r.textContent.includes('NOVO-50')).querySelector('button').click()");
  ASSERT_EQ(page.wait_for("Save"), "");
  page.type("Quantity a unit", "75");
  page.click("Save");
  ASSERT_EQ(page.wait_for("75"), "");
  product = get("/api/products/NOVO-50");
  EXPECT_EQ(product["base_quantity"], 75);
  EXPECT_EQ(product["type"], "likes") << "what was not touched stays";

  page.type("SKU", "NOVO-50");
  page.type("Service", "1");
  page.type("Quantity a unit", "1");
  page.click("Add");
  EXPECT_EQ(page.wait_for("exists"), "") << "a mistake is shown";

  page.run(
      "[...document.querySelectorAll('tr')].find(r => "
      "r.textContent.includes('NOVO-50')).querySelector('.danger').click()");
  page.accept_dialog();
  EXPECT_TRUE(eventually("it is gone", [&] { return call("GET", "/api/products/NOVO-50").status == 404; }));
  EXPECT_EQ(get("/api/products").size(), 4u);
  EXPECT_EQ(script_errors(page), Json::array());
}

TEST_F(Dashboard, AnAlertIsShownWhileItsCauseLasts) {
  world().machinesmm().add_fault(
      {.action = "balance", .times = -1, .reply = PanelReply::kError, .text = "Invalid API key"});
  run_job("check_providers");
  Browser page("en-US");
  ASSERT_TRUE(eventually("there is an alert", [&] { return !get("/api/alerts").empty(); }));
  log_in(page);
  EXPECT_EQ(page.wait_for("Nothing is bought at the provider"), "");
  picture(page, "alert.png");
  EXPECT_EQ(script_errors(page), Json::array());
}

TEST_F(Dashboard, SpeaksPortugueseToAPortugueseBrowser) {
  Browser page("pt-BR");
  page.open(host().address() + "/");
  page.type("Token do administrador", kToken);
  page.click("Entrar");
  EXPECT_EQ(page.wait_for("Aguardando decisão"), "");
  picture(page, "portugues.png");
  page.click("English");
  EXPECT_EQ(page.wait_for("Waiting for a decision"), "");
}

}  // namespace
}  // namespace smmhost::e2e
