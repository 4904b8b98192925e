// Answers to purchases that are awaited, or that came and could not be stored yet.
//
// While a call runs in this process its placement is `sent` and no orphan. An answer that the store does not take is
// kept here and stored as soon as it does; what is here when the process dies becomes `unknown`.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/ports/smm_provider.h"

namespace smmhost {

struct PlaceAnswer {
  std::string payment_id;
  std::string placement_id;
  std::int32_t attempt = 0;
  std::string provider;
  std::string service_id;
  std::string link;
  Reply<PlacedOrder> reply;  // the exchanges are complete: ids, peer, placement
  Time at{};                 // when the answer came
};

// Thread safe.
class PendingAnswers {
 public:
  // Marks a placement as awaited for as long as the object lives.
  class Awaiting {
   public:
    Awaiting(PendingAnswers& answers, std::string placement_id);
    ~Awaiting();
    Awaiting(const Awaiting&) = delete;
    Awaiting& operator=(const Awaiting&) = delete;

   private:
    PendingAnswers& answers_;
    const std::string placement_id_;
  };

  bool is_awaited(const std::string& placement_id) const;

  void keep(PlaceAnswer answer);
  std::optional<PlaceAnswer> take_oldest();
  std::optional<PlaceAnswer> take(const std::string& placement_id);
  int size() const;

 private:
  mutable std::mutex mutex_;
  std::multiset<std::string> awaited_;
  std::vector<PlaceAnswer> unsaved_;
};

}  // namespace smmhost
