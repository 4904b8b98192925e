// Bytes between the host and a plugin runner: how numbers, texts and rows are written and read.
// Both ends are the same machine and the same release, so numbers stand in the machine's own order. The reader trusts
// nothing: every length is compared with what is left before it is used, and nothing is allocated that the bytes at
// hand could not fill.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "sdk/runner/given_struct.h"
#include "smm/plugin.h"

namespace smm::runner {

inline std::string_view text_of(const smm_str& text) {
  return text.data == nullptr ? std::string_view{} : std::string_view(text.data, text.size);
}
inline smm_str lend(std::string_view text) {
  return {text.data(), text.size()};
}

// More rows than this are never meant; the host refuses a longer list, and so one row more is all that is sent.
inline constexpr std::uint64_t kMostRows = 200'001;

// What became of the rows of a list.
enum class RowsEnd : std::uint32_t { kWhole = 0, kBadRow = 1, kNoRows = 2 };

// Appends. What would not fit into `limit` is left out, and overflowed() says so.
class Writer {
 public:
  explicit Writer(std::size_t limit) : limit_(limit) {}

  void clear() {
    bytes_.clear();
    overflowed_ = false;
  }
  const std::string& bytes() const { return bytes_; }
  bool overflowed() const { return overflowed_; }

  template <class T>
  void number(T value) {
    static_assert(std::is_integral_v<T> && sizeof(T) >= 4);
    append(&value, sizeof value);
  }
  void text(std::string_view value) {
    number(static_cast<std::uint64_t>(value.size()));
    append(value.data(), value.size());
  }
  // Overwrites a number written before.
  void number_at(std::size_t at, std::uint32_t value) {
    if (!overflowed_) std::memcpy(bytes_.data() + at, &value, sizeof value);
  }

  // The forms that fields() calls.
  template <class T>
  requires std::is_integral_v<T>
  void operator()(const T& value) { number(value); }
  void operator()(const smm_str& value) { text(text_of(value)); }
  void operator()(const smm_pair* pairs, std::uint64_t count) {
    number(count);
    for (std::uint64_t i = 0; i < count && !overflowed_; ++i) {
      text(text_of(pairs[i].key));
      text(text_of(pairs[i].value));
    }
  }
  void operator()(const smm_str* texts, std::uint64_t count) {
    number(count);
    for (std::uint64_t i = 0; i < count && !overflowed_; ++i) text(text_of(texts[i]));
  }
  template <class Row>
  requires std::is_class_v<Row>
  void operator()(const Row* rows, std::uint64_t count) {
    const std::size_t head = bytes_.size();
    number(std::uint32_t{0});
    number(std::uint32_t{0});
    if (count > 0 && rows == nullptr) return end_rows(head, 0, RowsEnd::kNoRows);
    std::uint32_t written = 0;
    for (; written < count && written < kMostRows && !overflowed_; ++written) {
      std::optional<Row> row = read_row(rows, written);
      if (!row) return end_rows(head, written, RowsEnd::kBadRow);
      fields(*this, *row);
    }
    end_rows(head, written, RowsEnd::kWhole);
  }

 private:
  void append(const void* data, std::size_t size) {
    if (overflowed_ || size > limit_ - bytes_.size()) {
      overflowed_ = true;
      return;
    }
    bytes_.append(static_cast<const char*>(data), size);
  }
  void end_rows(std::size_t head, std::uint32_t count, RowsEnd end) {
    number_at(head, count);
    number_at(head + sizeof(std::uint32_t), static_cast<std::uint32_t>(end));
  }

  std::size_t limit_;
  std::string bytes_;
  bool overflowed_ = false;
};

// Arrays that a decoded message points into.
class Arena {
 public:
  template <class T>
  T* array(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignof(std::max_align_t));
    if (count == 0) return nullptr;
    blocks_.push_back(std::make_unique<std::byte[]>(count * sizeof(T)));
    return reinterpret_cast<T*>(blocks_.back().get());  // zeroed by make_unique
  }
  void clear() { blocks_.clear(); }

 private:
  std::deque<std::unique_ptr<std::byte[]>> blocks_;
};

// Reads what a Writer wrote. After the first thing that does not fit, everything is zero and ok() is false. Texts are
// borrowed from the bytes, arrays from the arena.
class Reader {
 public:
  Reader(std::string_view bytes, Arena& arena) : rest_(bytes), arena_(arena) {}

  bool ok() const { return ok_; }
  // Nothing wrong and nothing left over.
  bool finished() const { return ok_ && rest_.empty(); }
  void fail() {
    ok_ = false;
    rest_ = {};
  }

  template <class T>
  T number() {
    T value{};
    if (rest_.size() < sizeof value) {
      fail();
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }
  std::string_view text() {
    const auto size = number<std::uint64_t>();
    if (size > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view value = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(value.size());
    return value;
  }

  template <class T>
  requires std::is_integral_v<T>
  void operator()(T& value) { value = number<T>(); }
  void operator()(smm_str& value) { value = lend(text()); }
  void operator()(const smm_pair*& pairs, std::uint64_t& count) {
    smm_pair* made = counted<smm_pair>(number<std::uint64_t>(), 2 * sizeof(std::uint64_t), count);
    for (std::uint64_t i = 0; i < count; ++i) {
      made[i].key = lend(text());
      made[i].value = lend(text());
    }
    pairs = made;
  }
  void operator()(const smm_str*& texts, std::uint64_t& count) {
    smm_str* made = counted<smm_str>(number<std::uint64_t>(), sizeof(std::uint64_t), count);
    for (std::uint64_t i = 0; i < count; ++i) made[i] = lend(text());
    texts = made;
  }
  // A list whose rows ended in a bad one gets a last row of size 0; one without rows keeps a null pointer. So whoever
  // reads it sees what it would have seen in the plugin's own memory, and never more rows than there are.
  template <class Row>
  requires std::is_class_v<Row>
  void operator()(const Row*& rows, std::uint64_t& count) {
    const auto written = number<std::uint32_t>();
    const auto end = static_cast<RowsEnd>(number<std::uint32_t>());
    rows = nullptr;
    count = 0;
    if (end == RowsEnd::kNoRows) {
      count = 1;
      return;
    }
    // A row is at least two numbers; its memory is a small multiple of its bytes.
    if (!ok_ || written > kMostRows || written > rest_.size() / 8 || end > RowsEnd::kNoRows) return fail();
    const std::uint64_t extra = end == RowsEnd::kBadRow ? 1 : 0;
    Row* made = arena_.array<Row>(static_cast<std::size_t>(written + extra));
    for (std::uint32_t i = 0; i < written && ok_; ++i) {
      made[i].struct_size = sizeof(Row);
      fields(*this, made[i]);
    }
    rows = made;
    count = ok_ ? written + extra : 0;
  }

 private:
  template <class T>
  T* counted(std::uint64_t wanted, std::size_t least_bytes, std::uint64_t& count) {
    count = 0;
    if (!ok_ || wanted > rest_.size() / least_bytes) {
      fail();
      return nullptr;
    }
    count = wanted;
    return arena_.array<T>(static_cast<std::size_t>(wanted));
  }

  std::string_view rest_;
  Arena& arena_;
  bool ok_ = true;
};

}  // namespace smm::runner
