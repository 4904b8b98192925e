// What a purchase call's outcome certainly means. The heart of "never bought twice": pure, and tested case by case.
//
//   the call gave an order id                                                   -> accepted
//   a recognised refusal, and the last write was answered completely             -> refused
//   a generic refusal, or one of our request as such (wrong URL, unknown action),
//   likewise, but not with an HTTP status of 500 or more                        -> refused
//   could not be reached or not be tried in time, our configuration is wrong or
//   the plugin at fault, and no exchange wrote a single byte, or there is none   -> not sent
//   anything else                                                               -> unknown
//
// The plugin's failure code alone is never trusted: the exchanges, which the host made itself, must agree with it.
#pragma once

#include "core/ports/smm_provider.h"

namespace smmhost {

enum class PlaceVerdict {
  kAccepted,
  kRefused,  // nothing was bought: the provider said so
  kNotSent,  // nothing was bought: no byte left, safe to try again
  kUnknown,  // possibly bought
};

PlaceVerdict classify_place(const Reply<PlacedOrder>& reply);

}  // namespace smmhost
