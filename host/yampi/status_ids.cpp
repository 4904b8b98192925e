#include "host/yampi/status_ids.h"

#include <utility>

#include "host/yampi/status_words.h"

namespace smmhost {
namespace {

constexpr Duration kKeptFor = std::chrono::hours{1};
constexpr Duration kBetweenTries = std::chrono::minutes{1};
constexpr int kMostPages = 5;

// True `length` after `t`, and also where the clock was set back behind it.
bool is_over(const std::optional<Time>& t, Duration length, Time now) {
  return !t || now - *t >= length || now < *t;
}

}  // namespace

bool StatusIds::wants_asking(const std::string& alias, Time now) {
  const std::lock_guard lock(mutex_);
  const bool old = is_over(asked_at_, kKeptFor, now);
  if (!old && ids_.count(alias) > 0) return false;
  if (!is_over(tried_at_, kBetweenTries, now)) return false;
  tried_at_ = now;
  return true;
}

std::optional<Failure> StatusIds::ask(Time now, std::vector<Exchange>& exchanges) {
  std::map<std::string, std::int64_t> ids;
  for (int page = 1; page <= kMostPages; ++page) {
    ApiAnswer answer =
        api_.call({.operation = "statuses",
                   .path = "/checkout/statuses?limit=100&page=" + std::to_string(page) + "&skipCache=true",
                   .at = now});
    for (const Json& status : relation_list(answer.root(), "data")) {
      const auto id = whole_number(member(status, "id"));
      std::string alias = text_of(member(status, "alias"));
      if (id && !alias.empty()) ids.emplace(std::move(alias), *id);
    }
    if (answer.exchange) {
      if (!answer.failure) answer.exchange->response_body = std::to_string(ids.size()) + " statuses";
      exchanges.push_back(std::move(*answer.exchange));
    }
    if (answer.failure) return answer.failure;
    const auto pages = whole_number(member(member(member(answer.root(), "meta"), "pagination"), "total_pages"));
    if (!pages || page >= *pages) break;
  }
  if (ids.empty()) return Failure{.code = FailureCode::kBadResponse, .message = "Yampi's list of statuses is empty."};
  const std::lock_guard lock(mutex_);
  ids_ = std::move(ids);
  asked_at_ = now;
  return std::nullopt;
}

std::variant<std::int64_t, Failure> StatusIds::id_of(const std::string& alias, Time now,
                                                     std::vector<Exchange>& exchanges) {
  if (wants_asking(alias, now)) {
    const auto failure = ask(now, exchanges);
    if (failure && (failure->code == FailureCode::kAuth || failure->code == FailureCode::kConfig)) return *failure;
  }
  const std::lock_guard lock(mutex_);
  if (const auto found = ids_.find(alias); found != ids_.end()) return found->second;
  // Only a store that was never asked successfully is taken to have the usual ids: a status it does not list, it has
  // not.
  if (ids_.empty()) {
    if (const auto id = built_in_status_id(alias)) return *id;
  }
  return Failure{.code = FailureCode::kConfig,
                 .message = "The shop has no order status \"" + alias.substr(0, 64) + "\"."};
}

}  // namespace smmhost
