// The secret settings of one instance: put into a request when it is sent, taken out of everything else.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/net/http_transport.h"
#include "host/plugin/secret_trace.h"

namespace smmhost {

// A placeholder that stands for no secret of this instance, or stands where none may; a header that cannot be sent.
struct PlaceholderProblem {
  std::string message;  // what the plugin made: "a request with ..."
};

// Immutable after construction; thread safe.
class Secrets {
 public:
  // What is shorter is not looked for in answers: it would be found where it is not meant, in an order's number.
  static constexpr std::size_t kShortestTrace = 6;

  // By the key of the setting.
  explicit Secrets(std::map<std::string, std::string> values = {});

  // "${secret:api_key}": what the plugin gets and copies into its requests.
  static std::string placeholder(std::string_view key);

  // The request with every placeholder replaced: percent-encoded in the URL's query and in a form body, escaped as in a
  // JSON string in a JSON body, as it is in header values and other bodies. Replaced once, never rescanned.
  std::variant<HttpRequest, PlaceholderProblem> fill(const HttpRequest& request) const;

  // Every placeholder as "***": what may be kept of a request. Unknown ones too.
  static std::string mask(std::string_view text);

  // The text without any secret value in it, in any form that SecretTrace knows: each becomes "***".
  // Values shorter than kShortestTrace are left; short_secrets() (plugin_config.h) warns of them.
  std::string scrub(std::string_view text) const;

 private:
  // Where the longest of the secrets ends that begin at `at`; `at` where none does.
  std::size_t end_of_secrets(std::string_view text, std::size_t at) const;

  std::map<std::string, std::string> values_;
  std::vector<SecretTrace> traces_;          // what scrub() looks for
  std::array<bool, 256> may_begin_trace_{};  // by byte
};

}  // namespace smmhost
