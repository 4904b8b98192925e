// The machine's clock.
#pragma once

#include "core/ports/clock.h"

namespace smmhost {

class SystemClock final : public Clock {
 public:
  Time now() const override { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }
};

}  // namespace smmhost
