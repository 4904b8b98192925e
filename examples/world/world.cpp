// The simulated world put together, and the INI that fits it.
#include "examples/world/world.h"

namespace smmhost::world {

WorldOptions::WorldOptions() {
  machinesmm.name = "machinesmm";
  machinesmm.key = "machinesmm-key(of)*the*world";  // panels issue keys with such signs in them
  machinesmm.first_order_id = 23501;
  machinesmm.services = {{"4420", "Instagram Followers BR", 900'000, 50, 100'000},
                         {"2476", "Instagram Likes", 120'000, 10, 50'000},
                         {"3096", "Instagram Reel Views", 20'000, 100, 1'000'000}};
  worldsmm.name = "worldsmm";
  worldsmm.key = "0123456789abcdef0123456789abcdef";
  worldsmm.currency = "BRL";
  worldsmm.first_order_id = 880'001;
  worldsmm.services = {{"101", "Seguidores Brasileiros", 4'500'000, 100, 50'000},
                       {"102", "Curtidas", 600'000, 20, 20'000},
                       {"103", "Visualizações", 100'000, 100, 1'000'000}};
}

World::World(const WorldOptions& options)
    : clock_(options.clock_speed),
      shop_(options.shop),
      machinesmm_(options.machinesmm, clock_),
      worldsmm_(options.worldsmm, clock_),
      looter_({"looter", LookupDialect::kLooter, options.looter_key}, instagram_),
      instagram230_({"instagram230", LookupDialect::kInstagram230, options.instagram230_key}, instagram_) {}

std::string World::ini(const IniOptions& options) {
  const auto section = [](const std::string& name, const Pairs& keys) {
    std::string text = "[" + name + "]\n";
    for (const auto& [key, value] : keys) text += key + " = " + value + "\n";
    return text + "\n";
  };
  const auto provider = [&](const Panel& panel) {
    return section("provider." + panel.options().name, {{"plugin", panel.options().name},
                                                        {"url", panel.url()},
                                                        {"api_key", panel.options().key},
                                                        {"rate", "6000/min"},
                                                        {"timeout", options.call_timeout}});
  };
  const auto checker = [&](const Lookup& lookup) {
    return section("checker." + lookup.options().name, {{"plugin", lookup.options().name},
                                                        {"url", lookup.url()},
                                                        {"api_key", lookup.options().key},
                                                        {"rate", "6000/min"},
                                                        {"timeout", options.call_timeout}});
  };
  const ShopOptions& shop = shop_.options();
  const std::string store_url = options.store_url.empty() ? "sqlite:" + options.database : options.store_url;
  const std::string plugins = options.plugin_path.empty() ? "" : section("plugins", {{"path", options.plugin_path}});
  return section("host", {{"listen", "127.0.0.1:0"}}) + section("store", {{"url", store_url}}) +
         section("yampi", {{"base_url", shop_.base_url()},
                           {"api_key", shop.api_key},
                           {"secret_key", shop.secret_key},
                           {"webhook_secret", shop.webhook_secret},
                           {"timeout", options.call_timeout},
                           {"writes_per_minute", std::to_string(shop.writes_per_minute)}}) +
         section("admin", {{"token", options.admin_token}}) + plugins + provider(machinesmm_) + provider(worldsmm_) +
         checker(looter_) + checker(instagram230_) + options.more;
}

std::string World::env_file() const {
  const ShopOptions& shop = shop_.options();
  const Pairs lines{{"SHOP_URL", shop_.base_url()},
                    {"SHOP_API_KEY", shop.api_key},
                    {"SHOP_SECRET_KEY", shop.secret_key},
                    {"SHOP_WEBHOOK_SECRET", shop.webhook_secret},
                    {"MACHINESMM_URL", machinesmm_.url()},
                    {"MACHINESMM_KEY", machinesmm_.options().key},
                    {"WORLDSMM_URL", worldsmm_.url()},
                    {"WORLDSMM_KEY", worldsmm_.options().key},
                    {"LOOTER_URL", looter_.url()},
                    {"LOOTER_KEY", looter_.options().key},
                    {"INSTAGRAM230_URL", instagram230_.url()},
                    {"INSTAGRAM230_KEY", instagram230_.options().key}};
  std::string text;
  for (const auto& [name, value] : lines) text += "WORLD_" + name + "=\"" + value + "\"\n";
  return text;
}

std::string World::describe() const {
  return "shop          " + shop_.base_url() + "\n" +   //
         "machinesmm    " + machinesmm_.url() + "\n" +  //
         "worldsmm      " + worldsmm_.url() + "\n" +    //
         "looter        " + looter_.url() + "\n" +      //
         "instagram230  " + instagram230_.url() + "\n";
}

}  // namespace smmhost::world
