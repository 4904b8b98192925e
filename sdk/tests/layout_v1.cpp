// The ABI headers and their layout, as C++; and what only C++ can say: functions do not throw.
#include "layout_v1.h"

static_assert(noexcept(smm_plugin_entry_v1()), "the entry point must be noexcept");
