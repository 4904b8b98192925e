#include "host/net/http_transport.h"

#include <Poco/String.h>

namespace smmhost {

std::string_view HttpResult::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key.size() == name.size() && Poco::icompare(key, std::string(name)) == 0) return value;
  return {};
}

}  // namespace smmhost
