// A simulated SMM panel: the ways in which it fails.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "examples/world/panel.h"

namespace smmhost::world {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kHtmlPage =
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>";

struct NamedReply {
  const char* word;
  PanelReply reply;
};

constexpr std::array kReplies{
    NamedReply{"honest", PanelReply::kHonest},
    NamedReply{"hang", PanelReply::kHang},
    NamedReply{"slow", PanelReply::kSlow},
    NamedReply{"close", PanelReply::kClose},
    NamedReply{"cut_short", PanelReply::kCutShort},
    NamedReply{"server_error", PanelReply::kServerError},
    NamedReply{"server_error_json", PanelReply::kServerErrorJson},
    NamedReply{"too_many", PanelReply::kTooMany},
    NamedReply{"moved", PanelReply::kMoved},
    NamedReply{"html", PanelReply::kHtml},
    NamedReply{"empty_object", PanelReply::kEmptyObject},
    NamedReply{"empty_list", PanelReply::kEmptyList},
    NamedReply{"order_zero", PanelReply::kOrderZero},
    NamedReply{"order_null", PanelReply::kOrderNull},
    NamedReply{"order_word", PanelReply::kOrderWord},
    NamedReply{"order_as_text", PanelReply::kOrderAsText},
    NamedReply{"truncated_json", PanelReply::kTruncatedJson},
    NamedReply{"byte_order_mark", PanelReply::kByteOrderMark},
    NamedReply{"php_warning", PanelReply::kPhpWarning},
    NamedReply{"error", PanelReply::kError},
    NamedReply{"numeric_status", PanelReply::kNumericStatus},
    NamedReply{"other_spelling", PanelReply::kOtherSpelling},
    NamedReply{"missing_ids", PanelReply::kMissingIds},
    NamedReply{"extra_ids", PanelReply::kExtraIds},
    NamedReply{"error_rows", PanelReply::kErrorRows},
    NamedReply{"comma_money", PanelReply::kCommaMoney},
};

// Applies `change` to every status row, be the answer one row or many.
template <class Change>
std::string change_rows(const std::string& body, Change change) {
  Json json = Json::parse(body);
  if (json.contains("status")) {
    change(json);
  } else {
    for (auto& row : json) {
      if (row.is_object()) change(row);
    }
  }
  return json.dump();
}

Json status_number(const std::string& word) {
  constexpr std::array kWords{"Pending", "Processing", "In progress", "Completed", "Partial", "Canceled", "Refunded"};
  constexpr std::array kNumbers{0, 1, 1, 2, 3, 4, 5};
  const auto at = std::find(kWords.begin(), kWords.end(), word);
  return at == kWords.end() ? Json(word) : Json(kNumbers[static_cast<std::size_t>(at - kWords.begin())]);
}

std::string other_spelling(const std::string& word) {
  if (word == "In progress") return "in_progress";
  if (word == "Canceled") return "Cancelled";
  if (word == "Partial") return "Partially completed";
  if (word == "Completed") return "complete";
  return word == "Pending" ? "AWAITING" : word;
}

void commas(Json& row) {
  for (const char* key : {"charge", "balance"}) {
    if (!row.contains(key)) continue;
    std::string text = row[key].get<std::string>();
    std::replace(text.begin(), text.end(), '.', ',');
    row[key] = text;
  }
}

std::string order_as_text(const std::string& body) {
  Json json = Json::parse(body);
  if (json.contains("order")) json["order"] = json["order"].dump();
  return json.dump();
}

std::string without_first_id(const std::string& body) {
  Json json = Json::parse(body);
  if (json.is_object() && !json.empty()) json.erase(json.begin());
  return json.dump();
}

std::string with_extra_id(const std::string& body) {
  Json json = Json::parse(body);
  json["999999999"] =
      Json{{"charge", "9.99"}, {"start_count", "1"}, {"status", "Completed"}, {"remains", "0"}, {"currency", "USD"}};
  return json.dump();
}

std::string with_commas(const std::string& body) {
  Json json = Json::parse(body);
  if (!json.contains("balance")) return change_rows(body, commas);
  commas(json);
  return json.dump();
}

// The answer was sent whole; what it says is wrong.
std::string spoilt_body(const std::string& honest, PanelReply reply) {
  switch (reply) {
    case PanelReply::kEmptyObject:
      return "{}";
    case PanelReply::kEmptyList:
      return "[]";
    case PanelReply::kOrderZero:
      return R"({"order":0})";
    case PanelReply::kOrderNull:
      return R"({"order":null})";
    case PanelReply::kOrderWord:
      return R"({"order":"abc"})";
    case PanelReply::kOrderAsText:
      return order_as_text(honest);
    case PanelReply::kTruncatedJson:
      return honest.substr(0, honest.size() / 2);
    case PanelReply::kByteOrderMark:
      return "\xEF\xBB\xBF" + honest;
    case PanelReply::kPhpWarning:
      return "<br />\n<b>Warning</b>:  Undefined array key \"runs\" in <b>api.php</b> on line <b>71</b><br />\n" +
             honest;
    case PanelReply::kNumericStatus:
      return change_rows(honest, [](Json& row) {
        if (row.contains("status")) row["status"] = status_number(row["status"].get<std::string>());
      });
    case PanelReply::kOtherSpelling:
      return change_rows(honest, [](Json& row) {
        if (row.contains("status")) row["status"] = other_spelling(row["status"].get<std::string>());
      });
    case PanelReply::kMissingIds:
      return without_first_id(honest);
    case PanelReply::kExtraIds:
      return with_extra_id(honest);
    case PanelReply::kErrorRows:
      return change_rows(honest, [](Json& row) { row = Json{{"error", "Incorrect order ID"}}; });
    case PanelReply::kCommaMoney:
      return with_commas(honest);
    default:
      return honest;
  }
}

}  // namespace

std::optional<PanelReply> parse_panel_reply(const std::string& word) {
  const auto at = std::find_if(kReplies.begin(), kReplies.end(), [&](const NamedReply& n) { return word == n.word; });
  if (at == kReplies.end()) return std::nullopt;
  return at->reply;
}

std::optional<Fate> parse_fate(const std::string& word) {
  if (word == "completes") return Fate::kCompletes;
  if (word == "partial") return Fate::kPartial;
  if (word == "canceled") return Fate::kCanceled;
  if (word == "refunded") return Fate::kRefunded;
  if (word == "never_ends") return Fate::kNeverEnds;
  return std::nullopt;
}

void Panel::add_fault(PanelFault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

void Panel::clear_faults() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

std::optional<PanelFault> Panel::take_fault(const std::string& action, const std::string& link) {
  for (PanelFault& fault : faults_) {
    if (fault.times == 0 || (!fault.action.empty() && fault.action != action)) continue;
    if (link.find(fault.link_part) == std::string::npos) continue;
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    if (fault.times > 0) --fault.times;
    return fault;
  }
  return std::nullopt;
}

Answer Panel::distort(Answer answer, const PanelFault& fault) const {
  switch (fault.reply) {
    case PanelReply::kHang:
      answer.sending = Sending::kClose;
      answer.hang = options_.hang;
      return answer;
    case PanelReply::kSlow:
      answer.hang = options_.slow;
      return answer;
    case PanelReply::kClose:
      answer.sending = Sending::kClose;
      return answer;
    case PanelReply::kCutShort:
      answer.sending = Sending::kCutShort;
      return answer;
    case PanelReply::kServerError:
      return Answer{500, "<html><body><h1>500 Internal Server Error</h1></body></html>", "text/html"};
    case PanelReply::kServerErrorJson:
      return Answer{500, R"({"error":"Something went wrong"})"};
    case PanelReply::kTooMany:
      return Answer{429, R"({"error":"Too many requests"})"};
    case PanelReply::kMoved:
      return Answer{301, "", "text/html", {{"Location", url() + "/"}}};
    case PanelReply::kHtml:
      return Answer{200, kHtmlPage, "text/html; charset=UTF-8"};
    case PanelReply::kError:
      answer.body = Json{{"error", fault.text}}.dump();
      return answer;
    default:
      answer.body = spoilt_body(answer.body, fault.reply);
      return answer;
  }
}

}  // namespace smmhost::world
