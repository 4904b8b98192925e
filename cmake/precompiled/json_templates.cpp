#include "cmake/precompiled/json.h"

template class nlohmann::basic_json<>;
template class std::map<std::string, nlohmann::json, std::less<>>;
template class std::vector<nlohmann::json>;

namespace nlohmann::detail {
template class serializer<json>;
template class json_sax_dom_parser<json>;
template class json_sax_dom_callback_parser<json>;
template class iter_impl<const json>;
template class lexer<json, StringInput>;
template class lexer<json, PointerInput>;
template class parser<json, StringInput>;
template class parser<json, PointerInput>;
}  // namespace nlohmann::detail
