// What Router must find.
#include "host/server/router.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

ServerRequest request(std::string method, std::vector<std::string> segments) {
  ServerRequest made;
  made.method = std::move(method);
  made.segments = std::move(segments);
  return made;
}

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    for (const auto& [method, pattern] : {std::pair{"GET", "/"},
                                          {"GET", "/things"},
                                          {"GET", "/things/{id}"},
                                          {"PUT", "/things/{id}"},
                                          {"GET", "/things/{id}/parts"}})
      router_.add(method, pattern, Access::kToken, [](const ServerRequest&) { return ServerResponse{}; });
  }

  std::string found(const ServerRequest& wanted) const {
    const auto match = router_.find(wanted);
    if (const auto* const route = std::get_if<const RouteEntry*>(&match))
      return (*route)->method + " " + (*route)->pattern;
    if (const auto* const other = std::get_if<Router::MethodNotAllowed>(&match)) return "405 " + other->allow;
    return "404";
  }

  Router router_;
};

TEST_F(RouterTest, FindsRoutesByMethodAndPath) {
  EXPECT_EQ(found(request("GET", {})), "GET /");
  EXPECT_EQ(found(request("GET", {"things"})), "GET /things");
  EXPECT_EQ(found(request("HEAD", {"things", "x"})), "GET /things/{id}");
  EXPECT_EQ(found(request("PUT", {"things", "a/b"})), "PUT /things/{id}");
  EXPECT_EQ(found(request("GET", {"things", "x", "parts"})), "GET /things/{id}/parts");
}

TEST_F(RouterTest, SaysWhatAPathAllows) {
  EXPECT_EQ(found(request("DELETE", {"things", "x"})), "405 GET, HEAD, PUT, OPTIONS");
}

TEST_F(RouterTest, DoesNotFindOtherPaths) {
  EXPECT_EQ(found(request("GET", {"thing"})), "404");
  EXPECT_EQ(found(request("GET", {"things", ""})), "404");
  EXPECT_EQ(found(request("GET", {"things", "x", "parts", "y"})), "404");
}

TEST_F(RouterTest, GivesParametersAsTheyWereDecoded) {
  const auto wanted = request("GET", {"things", "1_2.3 é"});
  const auto match = router_.find(wanted);
  const auto params = Router::params(*std::get<const RouteEntry*>(match), wanted);
  ASSERT_EQ(params.size(), 1u);
  EXPECT_EQ(params[0], (std::pair<std::string, std::string>{"id", "1_2.3 é"}));
}

}  // namespace
}  // namespace smmhost
