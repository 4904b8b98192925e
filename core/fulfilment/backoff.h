// How long to wait before the next try after a number of failures in a row.
#pragma once

#include <cstdint>

#include "core/domain/time.h"

namespace smmhost {

// Doubles from `first` up to `longest`; the upper half is drawn from `entropy`, so that many that failed together do
// not come back together. `failures` counts from 1; the result is at least first / 2 and at most `longest`.
Duration backoff_delay(int failures, Duration first, Duration longest, std::uint64_t entropy);

}  // namespace smmhost
