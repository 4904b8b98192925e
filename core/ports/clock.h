// The clock. Only the edge reads it: the core's steps take the time as an argument.
#pragma once

#include "core/domain/time.h"

namespace smmhost {

class Clock {
 public:
  virtual ~Clock() = default;

  // UTC now. Thread safe. May step backwards on a real machine; callers keep a row's times from going back.
  virtual Time now() const = 0;
};

}  // namespace smmhost
