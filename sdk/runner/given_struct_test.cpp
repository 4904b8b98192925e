// Structs of another size than ours: those of an older plugin are taken, those of a newer one too, broken ones are not.
#include "sdk/runner/given_struct.h"

#include <gtest/gtest.h>

#include <array>

#include "sdk/runner/messages.h"

namespace smm::runner {

// A struct as it may look after the next minor version: ABI 1.0 ended before `added`.
struct Grown {
  std::uint32_t struct_size = 0;
  std::uint32_t state = 0;
  std::uint64_t value = 0;
  std::uint64_t added = 0;
};
template <>
inline constexpr std::uint32_t kLeastSize<Grown> = 16;
template <class Archive>
void fields(Archive& a, Grown& s) {
  a(s.state), a(s.value), a(s.added);
}

namespace {

// The same as a plugin has it that was built for 1.0.
struct Frozen {
  std::uint32_t struct_size = sizeof(Frozen);
  std::uint32_t state = 0;
  std::uint64_t value = 0;
};
static_assert(sizeof(Frozen) == kLeastSize<Grown>);

// And as one may have it that was built for a later minor than ours.
struct Later {
  std::uint32_t struct_size = sizeof(Later);
  std::uint32_t state = 0;
  std::uint64_t value = 0;
  std::uint64_t added = 0;
  std::uint64_t unheard_of[3] = {~0ULL, ~0ULL, ~0ULL};
};

const Grown* lent(const void* rows) {
  return static_cast<const Grown*>(rows);
}

TEST(GivenStruct, OneOfTheSizeOf10IsTakenAndWhatItLacksIsZero) {
  const Frozen given{.state = 3, .value = 7};
  const auto read = read_struct<Grown>(&given);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->struct_size, sizeof(Frozen));
  EXPECT_EQ(read->value, 7U);
  EXPECT_EQ(read->added, 0U);
}

TEST(GivenStruct, ALongerOneIsReadAsFarAsItIsKnown) {
  const Later given{.state = 3, .value = 7, .added = 9};
  const auto read = read_struct<Grown>(&given);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->struct_size, sizeof(Grown));
  EXPECT_EQ(read->added, 9U);
}

TEST(GivenStruct, OneThatIsSmallerThanItEverWasIsNot) {
  const Frozen given{.struct_size = sizeof(Frozen) - 1};
  EXPECT_FALSE(read_struct<Grown>(&given));
  EXPECT_FALSE(read_struct<Grown>(nullptr));
}

TEST(GivenStruct, RowsAreAsFarApartAsTheySay) {
  const std::array<Frozen, 2> older{Frozen{.value = 1}, Frozen{.value = 2}};
  EXPECT_EQ(read_row(lent(older.data()), 1).value().value, 2U);
  const std::array<Later, 2> newer{Later{.value = 1}, Later{.value = 2, .added = 3}};
  EXPECT_EQ(read_row(lent(newer.data()), 1).value().value, 2U);
  EXPECT_EQ(read_row(lent(newer.data()), 1).value().added, 3U);
  const std::array<Frozen, 2> uneven{Frozen{}, Frozen{.struct_size = 24}};
  EXPECT_FALSE(read_row(lent(uneven.data()), 1));
}

// Through the runner's pipe, to a host that knows more of the struct than the plugin.
template <class Row>
std::vector<Grown> after_the_pipe(const std::vector<Row>& rows) {
  Writer to(10'000);
  to(lent(rows.data()), std::uint64_t{rows.size()});
  Arena arena;
  Reader from(to.bytes(), arena);
  const Grown* read = nullptr;
  std::uint64_t count = 0;
  from(read, count);
  EXPECT_TRUE(from.finished());
  std::vector<Grown> taken;
  for (std::uint64_t i = 0; i < count; ++i) taken.push_back(read_row(read, i).value_or(Grown{}));
  return taken;
}

TEST(GivenStruct, ARunnerCarriesRowsOfAnySizeThatIsNotTooSmall) {
  const auto older = after_the_pipe(std::vector<Frozen>{{.value = 1}, {.value = 2}});
  ASSERT_EQ(older.size(), 2U);
  EXPECT_EQ(older[1].value, 2U);
  EXPECT_EQ(older[1].added, 0U);
  const auto newer = after_the_pipe(std::vector<Later>{{.value = 1}, {.value = 2, .added = 3}});
  ASSERT_EQ(newer.size(), 2U);
  EXPECT_EQ(newer[1].added, 3U);
}

}  // namespace
}  // namespace smm::runner
