#include "host/cli/demo_scenario.h"

#include <algorithm>

namespace smmhost {
namespace {

using world::Fate;
using world::PanelReply;
using world::World;

const DemoProduct& product_of(const std::string& sku) {
  const auto& all = demo_products();
  return *std::find_if(all.begin(), all.end(), [&](const DemoProduct& product) { return product.sku == sku; });
}

std::string profile(const std::string& username) {
  return "https://www.instagram.com/" + username + "/";
}
std::string post(const std::string& shortcode) {
  return "https://www.instagram.com/p/" + shortcode + "/";
}

// Builds the list; every order has an account of its own unless it says otherwise.
class Scenario {
 public:
  explicit Scenario(World& world) : world_(world) {}

  std::vector<DemoOrder> build() {
    add_plain();
    add_likes_and_views();
    add_profiles();
    add_names();
    add_duplicates();
    add_panel_faults();
    add_endings();
    add_held();
    return std::move(orders_);
  }

 private:
  static std::vector<DemoPurchase> followers(const std::string& sku, const std::string& username,
                                             std::int64_t units = 1) {
    const DemoProduct& product = product_of(sku);
    return {{product.provider, std::to_string(product.service), profile(username), product.base_quantity * units}};
  }

  // The quantity over the newest posts, the remainder on the first.
  std::vector<DemoPurchase> split(const std::string& sku, const std::string& username) const {
    const DemoProduct& product = product_of(sku);
    const auto codes = world_.instagram().newest(username, 4, product.type == "views");
    const auto count = static_cast<std::int64_t>(codes.size());
    std::vector<DemoPurchase> purchases;
    for (const std::string& code : codes) {
      const std::int64_t extra = purchases.empty() ? product.base_quantity % count : 0;
      purchases.push_back(
          {product.provider, std::to_string(product.service), post(code), product.base_quantity / count + extra});
    }
    return purchases;
  }

  std::string account(const std::string& username, bool is_private = false, int posts = 6) {
    world_.instagram().add_account(username, is_private, posts);
    return username;
  }

  DemoOrder& add(Message shows, std::vector<DemoLine> lines, std::vector<std::string> told,
                 const std::string& username) {
    DemoOrder& order = orders_.emplace_back();
    order.shows = shows;
    order.lines = std::move(lines);
    order.told = std::move(told);
    order.username = username;
    return order;
  }

  DemoOrder& add_followers(Message shows, const std::string& username, const std::string& sku = "SEG-1000") {
    account(username);
    return add(shows, {{.sku = sku, .customization = "@" + username, .purchases = followers(sku, username)}},
               {"delivered"}, username);
  }

  DemoOrder& add_held(Message shows, const std::string& sku, const std::string& customization,
                      const std::string& reason) {
    return add(shows, {{.sku = sku, .customization = customization, .state = "held", .reason = reason}}, {}, "");
  }

  void add_plain();
  void add_likes_and_views();
  void add_profiles();
  void add_names();
  void add_duplicates();
  void add_panel_faults();
  void add_endings();
  void add_held();

  World& world_;
  std::vector<DemoOrder> orders_;
};

void Scenario::add_plain() {
  for (const char* username : {"ana.lima", "bruno_s", "carla", "diego.rocha", "elisa99", "fabio", "gil_oliveira"}) {
    add_followers({"followers for a public profile", "seguidores para um perfil público"}, username);
  }
  account("helena");
  add({"two units of one product", "duas unidades de um produto"},
      {{.sku = "SEG-1000", .customization = "helena", .quantity = 2, .purchases = followers("SEG-1000", "helena", 2)}},
      {"delivered"}, "helena");
  account("igor.m");
  add({"two lines, one order: told once, when both are done",
       "duas linhas, um pedido: avisado uma vez, com as duas prontas"},
      {{.sku = "SEG-1000", .customization = "@igor.m", .purchases = followers("SEG-1000", "igor.m")},
       {.sku = "CURT-400", .customization = "", .purchases = split("CURT-400", "igor.m")}},
      {"delivered"}, "igor.m");
  account("julia");
  for (int n = 0; n < 2; ++n) {
    add({"two orders for one link wait for each other", "dois pedidos para um link esperam um pelo outro"},
        {{.sku = "SEG-1000", .customization = "@julia", .purchases = followers("SEG-1000", "julia")}}, {"delivered"},
        "julia");
  }
}

void Scenario::add_likes_and_views() {
  account("kelly.fotos");
  add({"likes over the four newest posts, not the pinned one", "curtidas nos quatro posts mais novos, não no fixado"},
      {{.sku = "CURT-400", .customization = "kelly.fotos", .purchases = split("CURT-400", "kelly.fotos")}},
      {"delivered"}, "kelly.fotos");
  account("leo.m");
  add({"403 likes: the remainder goes to the first post", "403 curtidas: o resto vai para o primeiro post"},
      {{.sku = "CURT-403", .customization = "leo.m", .purchases = split("CURT-403", "leo.m")}}, {"delivered"}, "leo.m");
  account("mari_nova", false, 2);
  add({"likes for a profile with two posts", "curtidas para um perfil com dois posts"},
      {{.sku = "CURT-400", .customization = "mari_nova", .purchases = split("CURT-400", "mari_nova")}}, {"delivered"},
      "mari_nova");
  account("nando.videos");
  add({"views go to videos only", "visualizações vão só para vídeos"},
      {{.sku = "VIEW-3000", .customization = "@nando.videos", .purchases = split("VIEW-3000", "nando.videos")}},
      {"delivered"}, "nando.videos");
}

void Scenario::add_profiles() {
  account("olivia.fechada", true);
  add({"private profile that opens later", "perfil privado que abre depois"},
      {{.sku = "SEG-1000", .customization = "@olivia.fechada", .purchases = followers("SEG-1000", "olivia.fechada")}},
      {"shipment_exception", "handling_products", "delivered"}, "olivia.fechada")
      .scene = DemoScene::kProfileOpens;
  account("paulo.priv", true);
  add({"private profile that stays private: told once", "perfil privado que continua privado: avisado uma vez"},
      {{.sku = "SEG-1000", .customization = "@paulo.priv", .state = "waiting_profile", .reason = "profile_private"}},
      {"shipment_exception"}, "paulo.priv");
  add({"profile that does not exist", "perfil que não existe"},
      {{.sku = "SEG-1000",
        .customization = "@ninguem.aqui",
        .state = "waiting_profile",
        .reason = "profile_not_found"}},
      {}, "");
  account("queila", true);
  add({"cancelled before anything was bought", "cancelado antes de comprar"},
      {{.sku = "SEG-1000", .customization = "@queila", .state = "cancelled", .reason = "cancelled_by_shop"}},
      {"shipment_exception"}, "queila")
      .scene = DemoScene::kCustomerCancels;
  add_followers({"the first look-up does not say whether it is private", "a primeira consulta não diz se é privado"},
                "rafa.dantas");
  world_.looter().add_fault({"rafa.dantas", -1, world::LookupReply::kMissingIsPrivate});
  add_followers({"the first look-up answers with somebody else", "a primeira consulta responde com outra pessoa"},
                "sara_b");
  world_.looter().add_fault({"sara_b", -1, world::LookupReply::kOtherUsername});
}

void Scenario::add_names() {
  const auto typed = [this](Message shows, const std::string& username, const std::string& text) {
    add_followers(shows, username).lines[0].customization = text;
  };
  typed({"address as the shop's mask leaves it", "endereço como a máscara da loja deixa"}, "tiago.pt",
        "httpswww.instagram.comtiago.pt?igshMzRlODBiNWFlZA");
  typed({"whole address", "endereço inteiro"}, "ursula", "https://www.instagram.com/ursula/?igsh=abc");
  typed({"upper case and spaces", "maiúsculas e espaços"}, "vitor.gomes", "  @Vitor.Gomes ");
}

void Scenario::add_duplicates() {
  add_followers({"the same webhook three times", "o mesmo webhook três vezes"}, "wagner").posting =
      DemoPosting::kSameBytesThrice;
  account("xuxa.fas");
  add({"the same order in other bytes, lines turned round", "o mesmo pedido em outros bytes, linhas invertidas"},
      {{.sku = "SEG-1000", .customization = "@xuxa.fas", .purchases = followers("SEG-1000", "xuxa.fas")},
       {.sku = "CURT-400", .customization = "@xuxa.fas", .purchases = split("CURT-400", "xuxa.fas")}},
      {"delivered"}, "xuxa.fas")
      .posting = DemoPosting::kOtherBytes;
  add_followers({"the webhook is lost; found by asking the shop", "o webhook se perde; achado ao perguntar à loja"},
                "yasmin")
      .posting = DemoPosting::kNever;
  DemoOrder& boleto = add_followers({"boleto, paid later", "boleto, pago depois"}, "zeca.t");
  boleto.posting = DemoPosting::kUnpaidFirst;
  boleto.scene = DemoScene::kBoletoIsPaid;
}

void Scenario::add_panel_faults() {
  const auto fault = [this](Message shows, const std::string& username, PanelReply reply, bool accept,
                            DemoScene scene) {
    add_followers(shows, username).scene = scene;
    world_.machinesmm().add_fault({.link_part = "/" + username + "/", .reply = reply, .accept = accept});
  };
  fault({"accepted, but no answer came in time", "aceito, mas a resposta não veio a tempo"}, "alice.t",
        PanelReply::kHang, true, DemoScene::kDecideBought);
  fault({"accepted, and answered with a web page", "aceito, e respondido com uma página"}, "beto.t", PanelReply::kHtml,
        true, DemoScene::kDecideBought);
  fault({"not accepted, connection closed without an answer", "não aceito, conexão fechada sem resposta"}, "ciro.t",
        PanelReply::kClose, false, DemoScene::kDecideNotBought);
  fault({"a PHP warning before the answer", "um aviso do PHP antes da resposta"}, "dora.t", PanelReply::kPhpWarning,
        true, DemoScene::kNone);
  fault({"the order number as text", "o número do pedido como texto"}, "enzo.t", PanelReply::kOrderAsText, true,
        DemoScene::kNone);
  DemoOrder& top_up = add_followers({"empty balance: held, then topped up", "saldo vazio: retido, depois recarregado"},
                                    "flavia.w", "SEG-500-W");
  top_up.scene = DemoScene::kTopUp;
  world_.worldsmm().set_balance(0);
  account("guto.w");
  add({"service refused; bought at the second panel", "serviço recusado; comprado no segundo painel"},
      {{.sku = "SEG-ROTA", .customization = "@guto.w", .purchases = {{"worldsmm", "101", profile("guto.w"), 500}}}},
      {"delivered"}, "guto.w");
  DemoOrder& refused =
      add_followers({"connection refused: tried again, bought once", "conexão recusada: tenta de novo, compra uma vez"},
                    "hugo.w", "SEG-500-W");
  refused.scene = DemoScene::kConnectionRefused;
  refused.posting = DemoPosting::kWhenSceneSays;
}

void Scenario::add_endings() {
  add_followers({"delivered in part: a person decides", "entregue em parte: uma pessoa decide"}, "ines.p").scene =
      DemoScene::kTakePartial;
  world_.machinesmm().set_fate("/ines.p/", Fate::kPartial, 400);
  DemoOrder& canceled =
      add_followers({"canceled by the panel: bought again", "cancelado pelo painel: comprado de novo"}, "joel.c");
  canceled.scene = DemoScene::kBuyAgain;
  canceled.lines[0].purchases.push_back(canceled.lines[0].purchases[0]);
  world_.machinesmm().set_fate("/joel.c/", Fate::kCanceled);
}

void Scenario::add_held() {
  add_held({"a SKU nobody has mapped", "um SKU que ninguém cadastrou"}, "CAMISETA-P", "@ana.lima", "unknown_sku");
  add_held({"no user name at all", "sem nome de usuário"}, "SEG-1000", "", "no_username");
  add_held({"a user name that cannot be understood", "um nome que não dá para entender"}, "SEG-1000",
           "joão silva e maria", "username_not_understood");
  add_held({"a post where a profile is needed", "um post onde é preciso um perfil"}, "SEG-1000",
           "https://www.instagram.com/p/DOqjIRkAoz0/", "post_link_for_profile_service");
  account("karen.min");
  add_held({"fewer than the panel sells", "menos do que o painel vende"}, "SEG-5", "@karen.min",
           "quantity_out_of_bounds");
}

}  // namespace

const std::vector<DemoProduct>& demo_products() {
  static const std::vector<DemoProduct> kProducts{
      {"SEG-1000", 4420, "machinesmm", 1000, "followers"},    {"SEG-5", 4420, "machinesmm", 5, "followers"},
      {"CURT-400", 2476, "machinesmm", 400, "likes"},         {"CURT-403", 2476, "machinesmm", 403, "likes"},
      {"VIEW-3000", 3096, "machinesmm", 3000, "views"},       {"SEG-500-W", 101, "worldsmm", 500, "followers"},
      {"SEG-ROTA", 9999, "machinesmm", 500, "followers", 101}};
  return kProducts;
}

std::vector<DemoOrder> set_up_demo(World& world) {
  std::vector<DemoOrder> orders = Scenario(world).build();
  for (DemoOrder& order : orders) {
    world::OrderSpec spec;
    for (const DemoLine& line : order.lines) spec.lines.push_back({line.sku, line.quantity, line.customization, 0});
    if (order.posting == DemoPosting::kUnpaidFirst) spec = {std::move(spec.lines), "waiting_payment", "billet"};
    if (order.posting == DemoPosting::kWhenSceneSays)
      continue;  // placed by its scene, so that no poll finds it earlier
    order.id = world.shop().place_order(std::move(spec));
  }
  return orders;
}

}  // namespace smmhost
