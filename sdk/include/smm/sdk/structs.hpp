// Reading ABI structs of another version: a struct may be shorter or longer than ours, and its rows too.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "smm/abi.h"

namespace smm::sdk {

/// A copy of the struct at `source` as far as both sides know it; what is missing is zero. All zero for nullptr.
template <class T>
T read_struct(const void* source) {
  T out{};
  if (source == nullptr) return out;
  uint32_t size = 0;
  std::memcpy(&size, source, sizeof size);
  std::memcpy(static_cast<void*>(&out), source, std::min<size_t>(size, sizeof out));
  return out;
}

/// Row `index` of an array whose rows are struct_size apart.
template <class T>
T read_row(const T* rows, uint64_t index) {
  uint32_t size = 0;
  std::memcpy(&size, static_cast<const void*>(rows), sizeof size);
  return read_struct<T>(reinterpret_cast<const std::byte*>(rows) + index * size);
}

/// A zeroed struct with its struct_size set.
template <class T>
T make_struct() {
  T out{};
  out.struct_size = sizeof(T);
  return out;
}

}  // namespace smm::sdk
