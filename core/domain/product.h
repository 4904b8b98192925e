// A product: a SKU and how to fulfil it (the seed's table product_services).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/time.h"

namespace smmhost {

// Where to buy a product: a provider and its service.
struct Route {
  std::string provider;
  std::string service_id;

  friend bool operator==(const Route&, const Route&) = default;
};

struct Product {
  std::string sku;
  std::string service_id;          // text; the seed's integer is kept digit for digit
  std::string api;                 // the provider's configured name
  std::int64_t base_quantity = 0;  // bought per unit of item_quantity; > 0
  std::string type;                // followers, likes, views, ...; lower case
  std::vector<Route> routes;       // tried in order after (api, service_id) refuses definitely; may be empty
  std::int64_t version = 0;
  Time created_at{};
  Time updated_at{};

  // (api, service_id) first, then `routes`.
  std::vector<Route> all_routes() const {
    std::vector<Route> all{{api, service_id}};
    all.insert(all.end(), routes.begin(), routes.end());
    return all;
  }
};

// What a service type is sold for, and so what kind of link it needs.
enum class Target { kProfile, kPosts, kVideoPosts };

// followers -> kProfile; likes -> kPosts; views -> kVideoPosts. Other words (stories, comments, ...) are not fulfilled
// by this program: nullopt, and the payment is held for a person.
std::optional<Target> target_of_type(std::string_view type);

}  // namespace smmhost
