#include "sdk/conformance/judgement.h"

#include <algorithm>

#include "sdk/conformance/reading.h"

namespace smm::conformance {
namespace {

constexpr size_t kMaxUrl = 16 << 10;
constexpr size_t kMaxBody = 1 << 20;

bool is_currency(const std::string& text) {
  return text.empty() ||
         (text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
}

bool is_provider(const Operation& operation, uint32_t number) {
  return operation.interface_id == SMM_PROVIDER_ID && operation.number == number;
}

bool takes_ids(const Operation& operation) {
  return is_provider(operation, SMM_PROVIDER_STATUS) || is_provider(operation, SMM_PROVIDER_REFILL_STATUS) ||
         is_provider(operation, SMM_PROVIDER_CANCEL) || is_provider(operation, SMM_PROVIDER_REFILL);
}

void check_ids(const Operation& operation, const Json& result, std::vector<std::string>& out) {
  Json answered = Json::array();
  for (const Json& row : result.at("rows")) answered.push_back(row.at("order_id"));
  const Json asked = operation.input.value("ids", Json::array());
  if (answered != asked) out.push_back("rows for " + text_of(answered) + ", asked for " + text_of(asked));
}

void check_row(const Json& row, std::vector<std::string>& out) {
  if (!is_currency(row.value("currency", ""))) out.push_back("a currency that is not three capitals: " + text_of(row));
  if (row.value("code", "") == "?" || row.value("state", "") == "?")
    out.push_back("a number without a meaning: " + text_of(row));
}

void check_posts(const Json& rows, size_t limit, std::vector<std::string>& out) {
  if (rows.size() > limit) out.push_back("more posts than asked for");
  std::set<std::string> seen;
  int64_t before = INT64_MAX;
  for (const Json& row : rows) {
    const int64_t taken_at = row.at("taken_at");
    if (!seen.insert(row.at("shortcode").get<std::string>()).second) out.push_back("a post twice: " + text_of(row));
    if (row.at("shortcode") == "") out.push_back("a post without a shortcode");
    if (taken_at > before) out.push_back("posts that are not newest first");
    before = taken_at;
  }
}

void check_profile(const Operation& operation, const Json& result, std::vector<std::string>& out) {
  if (!result.value("exists", false)) return;
  const std::string asked = operation.input.value("username", "");
  if (!sdk::equal_ignoring_case(asked, result.at("username").get<std::string>())) {
    out.push_back("a profile of somebody else: " + text_of(result));
  }
  if (result.contains("posts")) check_posts(result.at("posts"), SIZE_MAX, out);
}

void check_result(const Operation& operation, const Json& result, std::vector<std::string>& out) {
  if (takes_ids(operation)) check_ids(operation, result, out);
  if (is_provider(operation, SMM_PROVIDER_PLACE) && result.at("order_id") == "")
    out.push_back("an order without an id");
  if (operation.interface_id == SMM_PROVIDER_ID) {
    check_row(result, out);
    for (const Json& row : result.value("rows", Json::array())) check_row(row, out);
  } else if (operation.number == SMM_CHECKER_CHECK) {
    check_profile(operation, result, out);
  } else {
    check_posts(result.at("rows"), operation.input.value("limit", size_t{12}), out);
  }
}

bool has_control(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_token(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool belongs_to_host(const std::string& header) {
  static const std::set<std::string> names = {"host",       "content-length",    "user-agent", "connection",
                                              "keep-alive", "transfer-encoding", "te",         "upgrade"};
  return names.count(sdk::to_lower(header)) == 1;
}

}  // namespace

std::vector<std::string> faults(const Operation& operation, const Reply& reply) {
  std::vector<std::string> out = reply.breaches;
  const Answer& answer = reply.answer;
  if (answer.times != 1) out.push_back("answered " + std::to_string(answer.times) + " times and not once");
  if (answer.request) {
    for (const std::string& fault : form_faults(*answer.request)) out.push_back("a request with " + fault);
  }
  if (answer.result) check_result(operation, *answer.result, out);
  if (code_of(reply) == SMM_INTERNAL) out.push_back("failed with INTERNAL, its own fault: " + answer.failure->message);
  return out;
}

bool claims_something(const Operation& operation, const Reply& reply) {
  if (!reply.answer.result) return false;
  const Json& result = *reply.answer.result;
  const auto any_row = [&](const auto& claims) {
    const Json& rows = result.at("rows");
    return std::any_of(rows.begin(), rows.end(), claims);
  };
  if (operation.interface_id != SMM_PROVIDER_ID) return true;
  switch (operation.number) {
    case SMM_PROVIDER_STATUS:
    case SMM_PROVIDER_REFILL_STATUS:
      return any_row([](const Json& row) { return row.value("state", "UNKNOWN_TEXT") != "UNKNOWN_TEXT"; });
    case SMM_PROVIDER_CANCEL:
    case SMM_PROVIDER_REFILL:
      return any_row([](const Json& row) { return row.at("code") == "OK"; });
    case SMM_PROVIDER_RECONCILE:
      return !result.at("rows").empty() || result.value("complete", false);
    default:
      return true;
  }
}

UrlParts parts_of(const std::string& url) {
  const size_t scheme_end = url.find("://");
  if (scheme_end == std::string::npos) return {};
  UrlParts out;
  out.scheme = url.substr(0, scheme_end);
  const size_t start = scheme_end + 3;
  const size_t end = std::min(url.find_first_of("/?#", start), url.size());
  const std::string authority = url.substr(start, end - start);
  const size_t colon = authority.rfind(':');
  const bool has_port = colon != std::string::npos && authority.find(']', colon) == std::string::npos;
  out.host = sdk::to_lower(authority.substr(0, has_port ? colon : authority.size()));
  if (has_port) out.port = authority.substr(colon + 1);
  const size_t query = std::min(url.find('?', end), url.size());
  out.path = url.substr(end, query - end);
  out.query = query < url.size() ? url.substr(query + 1) : std::string();
  return out;
}

std::vector<std::string> form_faults(const sdk::HttpRequest& request) {
  std::vector<std::string> out;
  const UrlParts url = parts_of(request.url);
  if (!is_token(request.method) || request.method != [&] {
        std::string upper = request.method;
        std::transform(upper.begin(), upper.end(), upper.begin(),
                       [](char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); });
        return upper;
      }()) {
    out.push_back("the method " + request.method);
  }
  if ((url.scheme != "https" && url.scheme != "http") || url.host.empty())
    out.push_back("no absolute URL: " + request.url);
  if (url.host.find('@') != std::string::npos) out.push_back("a user in its URL: " + request.url);
  if (request.url.find('#') != std::string::npos) out.push_back("a fragment in its URL: " + request.url);
  if (has_control(request.url) || request.url.find(' ') != std::string::npos)
    out.push_back("white space or control characters in its URL");
  if (request.url.size() > kMaxUrl) out.push_back("a URL of more than 16 KiB");
  if (request.body.size() > kMaxBody) out.push_back("a body of more than 1 MiB");
  if (request.effect < SMM_READ || request.effect > SMM_WRITE_ONCE)
    out.push_back("the effect " + std::to_string(request.effect));
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name)) out.push_back("a header's name that is none: " + name);
    if (has_control(value)) out.push_back("control characters in the header " + name);
    if (belongs_to_host(name)) out.push_back("the header " + name + ", which is the host's");
  }
  return out;
}

std::set<std::string> allowed_places(const Json& manifest, const Settings& settings) {
  std::set<std::string> out;
  for (const Json& host : manifest.value("egress", Json::array())) out.insert(host.get<std::string>());
  for (const Json& setting : manifest.value("config", Json::array())) {
    if (setting.value("type", "") != "url") continue;
    for (const auto& [key, value] : settings) {
      if (key == setting.at("key")) out.insert(place_of(sdk::HttpRequest{"GET", value, {}, {}}));
    }
  }
  return out;
}

std::string place_of(const sdk::HttpRequest& request) {
  const UrlParts url = parts_of(request.url);
  const bool usual = url.port.empty() || url.port == (url.scheme == "https" ? "443" : "80");
  return usual ? url.host : url.host + ":" + url.port;
}

std::string describe(const Operation& operation, const Reply& reply) {
  constexpr size_t kShown = 240;
  std::string said = text_of(sdk::testing::answer_json(reply.answer));
  if (said.size() > kShown) said = said.substr(0, kShown) + "...";
  return operation.name + " answered " + said;
}

}  // namespace smm::conformance
