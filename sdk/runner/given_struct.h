// Structs from the other side of the ABI: what 1.0 has of each, and how one of another minor version is read.
//
// Who was built for an older minor gives shorter structs than ours, and is right for ever: what is missing counts as
// zero. Only one that is shorter than in 1.0 is broken. One that is longer is read as far as it is known here.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "smm/plugin.h"

namespace smm::runner {

// The bytes that ABI 1.0 has of a struct, or the minor that brought it. A number here never changes, whatever the
// struct grows to; a new struct brings its own line.
template <class T>
inline constexpr std::uint32_t kLeastSize = 0;

template <>
inline constexpr std::uint32_t kLeastSize<smm_http_request> = 88;
template <>
inline constexpr std::uint32_t kLeastSize<smm_event> = 72;
template <>
inline constexpr std::uint32_t kLeastSize<smm_failure> = 48;
template <>
inline constexpr std::uint32_t kLeastSize<smm_interface> = 24;
template <>
inline constexpr std::uint32_t kLeastSize<smm_plugin> = 72;
template <>
inline constexpr std::uint32_t kLeastSize<smm_place_input> = 80;
template <>
inline constexpr std::uint32_t kLeastSize<smm_place_result> = 48;
template <>
inline constexpr std::uint32_t kLeastSize<smm_ids_input> = 24;
template <>
inline constexpr std::uint32_t kLeastSize<smm_status_row> = 88;
template <>
inline constexpr std::uint32_t kLeastSize<smm_status_result> = 24;
template <>
inline constexpr std::uint32_t kLeastSize<smm_action_row> = 56;
template <>
inline constexpr std::uint32_t kLeastSize<smm_action_result> = 24;
template <>
inline constexpr std::uint32_t kLeastSize<smm_balance_result> = 32;
template <>
inline constexpr std::uint32_t kLeastSize<smm_service_row> = 104;
template <>
inline constexpr std::uint32_t kLeastSize<smm_services_result> = 40;
template <>
inline constexpr std::uint32_t kLeastSize<smm_reconcile_input> = 56;
template <>
inline constexpr std::uint32_t kLeastSize<smm_reconcile_row> = 96;
template <>
inline constexpr std::uint32_t kLeastSize<smm_reconcile_result> = 24;
template <>
inline constexpr std::uint32_t kLeastSize<smm_media_row> = 32;
template <>
inline constexpr std::uint32_t kLeastSize<smm_check_input> = 24;
template <>
inline constexpr std::uint32_t kLeastSize<smm_check_result> = 72;
template <>
inline constexpr std::uint32_t kLeastSize<smm_media_input> = 48;
template <>
inline constexpr std::uint32_t kLeastSize<smm_media_result> = 24;

// What the struct at `source` says its size is; 0 for nullptr.
inline std::uint32_t stated_size(const void* source) {
  std::uint32_t size = 0;
  if (source != nullptr) std::memcpy(&size, source, sizeof size);
  return size;
}

// A copy as far as both sides know the struct, the rest zero, with the smaller of both sizes in it. Nothing where it is
// smaller than it ever was.
template <class T>
std::optional<T> read_struct(const void* source) {
  static_assert(kLeastSize<T> > 0 && kLeastSize<T> <= sizeof(T));
  const std::uint32_t size = stated_size(source);
  if (size < kLeastSize<T>) return std::nullopt;
  T copy{};
  std::memcpy(static_cast<void*>(&copy), source, std::min<std::size_t>(size, sizeof copy));
  copy.struct_size = std::min<std::uint32_t>(size, sizeof copy);
  return copy;
}

// Row `index` of an array whose rows are as far apart as the first says. Nothing where a row is too small or says
// another size.
template <class Row>
std::optional<Row> read_row(const Row* rows, std::uint64_t index) {
  const std::uint32_t distance = stated_size(rows);
  if (distance < kLeastSize<Row>) return std::nullopt;
  const void* row = reinterpret_cast<const std::byte*>(rows) + index * distance;
  return stated_size(row) == distance ? read_struct<Row>(row) : std::nullopt;
}

}  // namespace smm::runner
