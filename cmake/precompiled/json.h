// nlohmann::json, compiled once (json_templates.cpp) and not again in every file that touches a document.
#pragma once
#include <nlohmann/json.hpp>

#include "cmake/precompiled/standard.h"

extern template class nlohmann::basic_json<>;
extern template class std::map<std::string, nlohmann::json, std::less<>>;
extern template class std::vector<nlohmann::json>;

namespace nlohmann::detail {
using StringInput = iterator_input_adapter<std::string::const_iterator>;
using PointerInput = iterator_input_adapter<const char*>;
extern template class serializer<json>;
extern template class json_sax_dom_parser<json>;
extern template class json_sax_dom_callback_parser<json>;
extern template class iter_impl<const json>;
extern template class lexer<json, StringInput>;
extern template class lexer<json, PointerInput>;
extern template class parser<json, StringInput>;
extern template class parser<json, PointerInput>;
}  // namespace nlohmann::detail
