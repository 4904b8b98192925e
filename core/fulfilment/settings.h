// The operator's choices that fulfilment follows. Filled from the INI file by the host; defaults are the documented
// ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/domain/time.h"

namespace smmhost {

enum class DeliveredWhen { kCompleted, kAccepted };

struct FulfilmentSettings {
  DeliveredWhen delivered_when = DeliveredWhen::kCompleted;
  int likes_posts = 4;                                    // posts that likes and views are split over; 1..50
  Duration profile_recheck = std::chrono::minutes{10};    // between checks of a private or missing profile
  Duration profile_give_up_after = std::chrono::days{7};  // then the payment is held for a person
  Duration profile_cache = std::chrono::seconds{60};      // a look-up's answer serves other lines this long
  Duration held_recheck = std::chrono::minutes{10};  // between looks at a payment held for a cause that may go away
  Duration lease = std::chrono::minutes{3};         // a dead worker's payment comes back after this; > the longest call
  Duration track_first = std::chrono::minutes{1};   // first status question after acceptance
  Duration track_longest = std::chrono::hours{1};   // the interval grows up to this
  Duration problem_after = std::chrono::hours{24};  // a panel's "Fail" or "Error" for this long is a person's
  Duration stale_after = std::chrono::days{7};      // so is a purchase that has not ended this long after acceptance
  Duration backoff_first = std::chrono::seconds{2};  // after a call that was certainly not sent
  Duration backoff_longest = std::chrono::minutes{10};
  Duration busy_link_wait = std::chrono::minutes{15};  // after the provider says the link has an active order
  int transient_failures_before_held = 5;              // then shown as held (provider_unreachable); tried on
  // How far back paid orders are asked for. The shop filters by the day of creation, and an order can be created days
  // before it is paid (a bank slip).
  Duration reconcile_window = std::chrono::days{10};
  std::string status_when_private = "shipment_exception";      // told to the shop once; empty: never
  std::string status_when_public_again = "handling_products";  // told after status_when_private; empty: never
};

// How fast one provider or checker may be called, and when to stop calling it for a while.
struct GateSettings {
  double calls_per_minute = 60;
  int burst = 10;
  int breaker_failures = 5;                           // consecutive failures that open the breaker
  Duration breaker_pause = std::chrono::seconds{30};  // then one call is tried
};

}  // namespace smmhost
