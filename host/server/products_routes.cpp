// GET|POST /api/products, GET|PUT|DELETE /api/products/{sku}.
#include <algorithm>

#include "host/server/json_views.h"
#include "host/server/problem.h"
#include "host/server/routes.h"

namespace smmhost {
namespace {

constexpr int kTries = 3;
constexpr std::size_t kLongestText = 255;
constexpr std::size_t kMostRoutes = 16;
constexpr std::int64_t kLargestQuantity = 1'000'000'000;

ServerResponse no_such_product() {
  return problem(404, "There is no product with this SKU.");
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "none" : text;
}

// Reads a product's fields over the present ones and collects what is wrong with them.
class ProductReader {
 public:
  ProductReader(const Json& body, const std::vector<std::string>& providers) : body_(body), providers_(providers) {}

  void read(Product& product) {
    for (const auto& [name, value] : body_.items()) read_field(name, value, product);
    need("sku", product.sku);
    need("service_id", product.service_id);
    need("api", product.api);
    need("type", product.type);
    if (product.base_quantity < 1 || product.base_quantity > kLargestQuantity)
      wrong("base_quantity must be an integer from 1 to 1000000000");
  }

  const std::string& wrongs() const { return wrongs_; }

 private:
  // What was given and is wrong has been told.
  void need(const char* name, const std::string& value) {
    if (value.empty() && !body_.contains(name)) wrong(std::string(name) + " is missing");
  }

  void wrong(const std::string& why) { wrongs_ += (wrongs_.empty() ? "" : "; ") + why; }

  void read_field(const std::string& name, const Json& value, Product& product) {
    if (name == "sku") {
      const auto sku = text_or_integer(value);
      if (!sku || sku->empty() || sku->size() > kLongestText)
        wrong("sku must be a text of 1 to 255 bytes");
      else if (product.sku.empty())
        product.sku = *sku;
      else if (product.sku != *sku)
        wrong("sku cannot be changed: it is in the path");
    } else if (name == "service_id") {
      read_service(name, value, product.service_id);
    } else if (name == "api") {
      read_provider(name, value, product.api);
    } else if (name == "base_quantity") {
      product.base_quantity = integer_of(value).value_or(0);
    } else if (name == "type") {
      if (!value.is_string() || !target_of_type(value.get<std::string>()))
        wrong("type must be followers, likes or views");
      else
        product.type = value.get<std::string>();
    } else if (name == "routes") {
      read_routes(value, product.routes);
    } else {
      wrong(name + " is not a field of a product");
    }
  }

  void read_service(const std::string& name, const Json& value, std::string& service_id) {
    const auto text = text_or_integer(value);
    if (!text || text->empty() || text->size() > kLongestText)
      wrong(name + " must be an integer or a text");
    else
      service_id = *text;
  }

  void read_provider(const std::string& name, const Json& value, std::string& provider) {
    if (!value.is_string() ||
        std::find(providers_.begin(), providers_.end(), value.get<std::string>()) == providers_.end())
      wrong(name + " must be a configured provider: " + joined(providers_));
    else
      provider = value.get<std::string>();
  }

  void read_routes(const Json& value, std::vector<Route>& routes) {
    if (!value.is_array() || value.size() > kMostRoutes)
      return wrong("routes must be an array of at most 16 {api, service_id}");
    std::vector<Route> read;
    for (const Json& entry : value) {
      if (!entry.is_object() || entry.size() != 2 || !entry.contains("api") || !entry.contains("service_id"))
        return wrong("each of routes must be {\"api\": ..., \"service_id\": ...}");
      Route route;
      read_provider("routes: api", entry["api"], route.provider);
      read_service("routes: service_id", entry["service_id"], route.service_id);
      read.push_back(std::move(route));
    }
    routes = std::move(read);
  }

  const Json& body_;
  const std::vector<std::string>& providers_;
  std::string wrongs_;
};

// Payments that were held because of how the product was written are looked at again. The product is stored by then:
// where the store goes away right now, they are found by the next periodic look.
void wake_waiting(const ServerDeps& deps, const std::string& sku) {
  const Time now = deps.clock.now();
  try {
    for (const Reason reason : {Reason::kUnknownSku, Reason::kBadService, Reason::kQuantityOutOfBounds,
                                Reason::kUnknownServiceType, Reason::kUnknownProvider})
      deps.store.wake_held(reason, "", sku, now);
  } catch (const StoreUnavailable&) {
    return;
  }
  deps.wake({});
}

std::optional<ServerResponse> store_failure(CommitOutcome outcome) {
  if (outcome == CommitOutcome::kUnavailable || outcome == CommitOutcome::kInDoubt) return store_unavailable();
  return std::nullopt;
}

ServerResponse list_products(const ServerDeps& deps, const ServerRequest&) {
  OrderedJson rows = OrderedJson::array();
  for (const Product& product : deps.store.list_products()) rows.push_back(product_view(product));
  return json_response(200, rows);
}

ServerResponse get_product(const ServerDeps& deps, const ServerRequest& request) {
  const auto product = deps.store.product(request.param("sku"));
  return product ? json_response(200, product_view(*product)) : no_such_product();
}

ServerResponse post_product(const ServerDeps& deps, const ServerRequest& request) {
  const auto body = parse_object(request);
  if (const auto* const wrong = std::get_if<ServerResponse>(&body)) return *wrong;
  Product product;
  ProductReader reader(std::get<Json>(body), deps.provider_names);
  reader.read(product);
  if (!reader.wrongs().empty()) return problem(422, reader.wrongs());
  product.created_at = product.updated_at = deps.clock.now();
  const CommitOutcome outcome = deps.store.put_product(product);
  if (outcome == CommitOutcome::kConflict)
    return problem(409, "A product with this SKU exists.", "PUT /api/products/<sku> changes it.");
  if (auto failed = store_failure(outcome)) return *std::move(failed);
  wake_waiting(deps, product.sku);
  return json_response(201, product_view(product));
}

ServerResponse put_product(const ServerDeps& deps, const ServerRequest& request) {
  const auto body = parse_object(request);
  if (const auto* const wrong = std::get_if<ServerResponse>(&body)) return *wrong;
  for (int i = 0; i < kTries; ++i) {
    auto product = deps.store.product(request.param("sku"));
    if (!product) return no_such_product();
    ProductReader reader(std::get<Json>(body), deps.provider_names);
    reader.read(*product);
    if (!reader.wrongs().empty()) return problem(422, reader.wrongs());
    product->updated_at = std::max(deps.clock.now(), product->updated_at);
    const CommitOutcome outcome = deps.store.put_product(*product);
    if (outcome == CommitOutcome::kConflict) continue;
    if (auto failed = store_failure(outcome)) return *std::move(failed);
    wake_waiting(deps, product->sku);
    return json_response(200, product_view(*product));
  }
  return problem(409, "The product was changed at the same time, again and again.", "Try again.");
}

ServerResponse delete_product(const ServerDeps& deps, const ServerRequest& request) {
  const CommitOutcome outcome = deps.store.delete_product(request.param("sku"));
  if (outcome == CommitOutcome::kConflict) return no_such_product();
  if (auto failed = store_failure(outcome)) return *std::move(failed);
  return json_response(200, {{"deleted", true}});
}

}  // namespace

void add_products_routes(Router& router, const ServerDeps& deps) {
  const auto add = [&](const char* method, const char* pattern, auto handler) {
    router.add(method, pattern, Access::kToken,
               [&deps, handler](const ServerRequest& request) { return handler(deps, request); });
  };
  add("GET", "/api/products", list_products);
  add("POST", "/api/products", post_product);
  add("GET", "/api/products/{sku}", get_product);
  add("PUT", "/api/products/{sku}", put_product);
  add("DELETE", "/api/products/{sku}", delete_product);
}

}  // namespace smmhost
