// The Instagram of the simulated world.
#include "examples/world/instagram.h"

#include <algorithm>
#include <cctype>

namespace smmhost::world {

namespace {

constexpr std::int64_t kNewestPostAt = 1'767'225'600;  // 2026-01-01
constexpr std::int64_t kDay = 86'400;
constexpr int kPinnedAge = 400;  // days

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Instagram writes a post's id in base 64; eleven signs, as today's shortcodes have.
std::string shortcode_of(std::int64_t id) {
  constexpr std::string_view kSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string code;
  for (auto rest = static_cast<std::uint64_t>(id); code.size() < 11; rest /= 64)
    code.insert(code.begin(), kSigns[rest % 64]);
  return code;
}

}  // namespace

void Instagram::add_account(const std::string& username, bool is_private, int posts) {
  const std::lock_guard lock(mutex_);
  InstagramAccount account{
      lower(username), next_id_++, is_private, 1000 + static_cast<std::int64_t>(accounts_.size()), {}};
  for (int n = 0; n <= posts && posts > 0; ++n) {
    const bool pinned = n == 0;
    const std::int64_t id = 3'722'942'542'216'596'724 + next_id_++ % 1'000'000'007;
    const std::int64_t age = pinned ? kPinnedAge : n;
    account.posts.push_back({id, shortcode_of(id), kNewestPostAt - age * kDay, n % 2 == 1, pinned});
  }
  usernames_[std::to_string(account.id)] = account.username;
  accounts_[account.username] = std::move(account);
}

void Instagram::set_private(const std::string& username, bool is_private) {
  const std::lock_guard lock(mutex_);
  const auto at = accounts_.find(lower(username));
  if (at != accounts_.end()) at->second.is_private = is_private;
}

void Instagram::remove_account(const std::string& username) {
  const std::lock_guard lock(mutex_);
  accounts_.erase(lower(username));
}

std::optional<InstagramAccount> Instagram::find(const std::string& username) const {
  const std::lock_guard lock(mutex_);
  const auto at = accounts_.find(lower(username));
  if (at == accounts_.end()) return std::nullopt;
  return at->second;
}

std::optional<InstagramAccount> Instagram::find_by_id(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto username = usernames_.find(id);
  if (username == usernames_.end()) return std::nullopt;
  const auto at = accounts_.find(username->second);
  if (at == accounts_.end() || std::to_string(at->second.id) != id) return std::nullopt;
  return at->second;
}

std::vector<std::string> Instagram::newest(const std::string& username, int count, bool videos_only) const {
  auto account = find(username);
  if (!account) return {};
  std::vector<InstagramPost> posts = std::move(account->posts);
  std::erase_if(posts, [&](const InstagramPost& post) { return post.pinned || (videos_only && !post.video); });
  std::stable_sort(posts.begin(), posts.end(), [](const auto& a, const auto& b) { return a.taken_at > b.taken_at; });
  std::vector<std::string> codes;
  for (const InstagramPost& post : posts) {
    if (static_cast<int>(codes.size()) == count) break;
    codes.push_back(post.shortcode);
  }
  return codes;
}

}  // namespace smmhost::world
