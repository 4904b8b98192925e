// A plugin on the C++ SDK that throws: before its request, or (link "after") when it reads the answer.
#include <stdexcept>
#include <string>

#include "smm/sdk/plugin.hpp"
#include "smm/sdk/provider.hpp"

namespace {

using namespace smm::sdk;

class Thrower final : public Provider {
 public:
  explicit Thrower(const Config& config) : url_(config.required("url")) {}

  std::vector<uint32_t> operations() const override { return {SMM_PROVIDER_PLACE}; }

  Result<HttpRequest> build_place(const PlaceInput& in) const override {
    if (in.link != "after") throw std::runtime_error("thrown before");
    HttpRequest request;
    request.method = "POST";
    request.url = url_;
    request.effect = SMM_WRITE_ONCE;
    return request;
  }

  Result<Placed> parse_place(const PlaceInput&, const HttpResponse&) const override { throw 42; }

 private:
  std::string url_;
};

}  // namespace

extern "C" const smm_plugin* smm_plugin_entry_v1() noexcept {
  return plugin<Thrower>(SMM_PLUGIN_ID, SMM_PLUGIN_VERSION);
}
