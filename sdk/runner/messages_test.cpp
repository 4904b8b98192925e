// The runner's protocol: nothing is lost on the way, and no bytes, however wrong, are read beyond their end.
#include "sdk/runner/messages.h"

#include <gtest/gtest.h>

#include <random>

#include "sdk/runner/struct_fields.h"

namespace smm::runner {
namespace {

template <class T>
T sized() {
  T value{};
  value.struct_size = sizeof(T);
  return value;
}

std::string encoded_status_answer(std::size_t rows, std::uint32_t stride = sizeof(smm_status_row)) {
  std::vector<smm_status_row> list(rows, sized<smm_status_row>());
  for (auto& row : list) {
    row.order_id = lend("23501");
    row.state = SMM_STATE_PARTIAL;
    row.remains = 157;
    row.struct_size = stride;
  }
  auto result = sized<smm_status_result>();
  result.rows = list.data();
  result.row_count = list.size();
  Writer to(kMostAnswerBytes);
  AnswerWriter writer(to, 0, SMM_PROVIDER_STATUS);
  const smm_out out = writer.out();
  out.done(&out, &result);
  writer.finish(7);
  return to.bytes();
}

std::string encoded_call() {
  const smm_pair headers[] = {{lend("content-type"), lend("text/html")}, {lend("x"), lend("")}};
  auto event = sized<smm_event>();
  event.kind = SMM_EVENT_RESPONSE;
  event.http_status = 502;
  event.headers = headers;
  event.header_count = 2;
  event.body = lend(std::string_view("a\0b", 3));
  event.at = -5;
  const smm_pair extra{lend("comments"), lend("nice\nvery")};
  auto input = sized<smm_place_input>();
  input.link = lend("https://www.instagram.com/ana/");
  input.quantity = -7;
  input.extra = &extra;
  input.extra_count = 1;
  auto call = sized<smm_call>();
  call.operation = SMM_PROVIDER_PLACE;
  call.input = &input;
  call.history = &event;
  call.history_count = 1;
  call.now = 42;
  call.entropy = ~0ULL;
  call.attempt = 3;
  Writer to(kMostCallBytes);
  EXPECT_TRUE(encode_call(to, SMM_PROVIDER_ID, call));
  return to.bytes();
}

TEST(Messages, ACallArrivesWhole) {
  const std::string bytes = encoded_call();
  Arena arena;
  CallMessage message;
  ASSERT_TRUE(decode_call(bytes, arena, message));
  EXPECT_EQ(message.call.entropy, ~0ULL);
  EXPECT_EQ(message.call.attempt, 3U);
  ASSERT_EQ(message.call.history_count, 1U);
  const smm_event& event = message.call.history[0];
  EXPECT_EQ(event.struct_size, sizeof(smm_event));
  EXPECT_EQ(text_of(event.body), std::string_view("a\0b", 3));
  EXPECT_EQ(event.at, -5);
  ASSERT_EQ(event.header_count, 2U);
  EXPECT_EQ(text_of(event.headers[0].value), "text/html");
  const auto* input = static_cast<const smm_place_input*>(message.call.input);
  EXPECT_EQ(input->quantity, -7);
  ASSERT_EQ(input->extra_count, 1U);
  EXPECT_EQ(text_of(input->extra[0].value), "nice\nvery");
}

TEST(Messages, AnAnswerArrivesWholeAndRowsKeepTheirFaults) {
  Arena arena;
  Answer answer;
  const std::string good = encoded_status_answer(3);
  ASSERT_TRUE(decode_answer(good, SMM_PROVIDER_ID, SMM_PROVIDER_STATUS, arena, answer));
  const auto* result = static_cast<const smm_status_result*>(answer.result);
  ASSERT_EQ(result->row_count, 3U);
  EXPECT_EQ(result->rows[2].remains, 157);
  EXPECT_EQ(text_of(result->rows[2].order_id), "23501");
  EXPECT_EQ(answer.cpu_us, 7U);

  const std::string bad = encoded_status_answer(2, 8);
  ASSERT_TRUE(decode_answer(bad, SMM_PROVIDER_ID, SMM_PROVIDER_STATUS, arena, answer));
  result = static_cast<const smm_status_result*>(answer.result);
  ASSERT_EQ(result->row_count, 1U);
  EXPECT_EQ(result->rows[0].struct_size, 0U);
}

TEST(Messages, AnAnswerToAnotherOperationIsNotTaken) {
  Arena arena;
  Answer answer;
  EXPECT_FALSE(decode_answer(encoded_status_answer(3), SMM_PROVIDER_ID, SMM_PROVIDER_BALANCE, arena, answer));
  EXPECT_FALSE(decode_answer(encoded_status_answer(1), "smm.unknown/1", SMM_PROVIDER_STATUS, arena, answer));
}

TEST(Messages, ACountThatTheBytesCannotHoldIsNotBelieved) {
  std::string bytes = encoded_status_answer(1);
  // times, kind, present, size, then the count of rows
  const std::uint32_t many = 200'000;
  std::memcpy(bytes.data() + 4 * sizeof(std::uint32_t), &many, sizeof many);
  Arena arena;
  Answer answer;
  EXPECT_FALSE(decode_answer(bytes, SMM_PROVIDER_ID, SMM_PROVIDER_STATUS, arena, answer));
}

TEST(Messages, AnAnswerThatIsTooLongIsSaidToBe) {
  Writer to(1000);
  AnswerWriter writer(to, 0, SMM_PROVIDER_STATUS);
  const smm_out out = writer.out();
  const std::string text(2000, 'x');
  auto failure = sized<smm_failure>();
  failure.message = lend(text);
  out.fail(&out, &failure);
  writer.finish(1);
  Arena arena;
  Answer answer;
  ASSERT_TRUE(decode_answer(to.bytes(), SMM_PROVIDER_ID, SMM_PROVIDER_STATUS, arena, answer));
  EXPECT_EQ(answer.kind, AnswerKind::kTooLong);
}

TEST(Messages, EveryCutIsRefused) {
  const std::string call = encoded_call();
  const std::string answer_bytes = encoded_status_answer(3);
  for (std::size_t length = 0; length < call.size(); ++length) {
    Arena arena;
    CallMessage message;
    EXPECT_FALSE(decode_call(call.substr(0, length), arena, message)) << length;
  }
  for (std::size_t length = 0; length < answer_bytes.size(); ++length) {
    Arena arena;
    Answer answer;
    EXPECT_FALSE(decode_answer(answer_bytes.substr(0, length), SMM_PROVIDER_ID, SMM_PROVIDER_STATUS, arena, answer));
  }
}

// Under the sanitizers: whatever the bytes, nothing outside of them is touched.
TEST(Messages, ChangedBytesAreReadWithoutHarm) {
  std::mt19937 random(20260101);
  const std::string originals[] = {encoded_call(), encoded_status_answer(3)};
  std::size_t taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = originals[round % 2];
    for (int changes = 1 + round % 4; changes > 0; --changes)
      bytes[random() % bytes.size()] = static_cast<char>(random() % 3 == 0 ? 0xff : random());
    Arena arena;
    CallMessage message;
    Answer answer;
    if (round % 2 == 0) {
      taken += decode_call(bytes, arena, message) ? 1U : 0U;
      continue;
    }
    if (!decode_answer(bytes, SMM_PROVIDER_ID, SMM_PROVIDER_STATUS, arena, answer) || answer.result == nullptr)
      continue;
    Writer again(kMostAnswerBytes);
    smm_status_result copy = *static_cast<const smm_status_result*>(answer.result);
    if (copy.struct_size == sizeof copy) fields(again, copy);
    ++taken;
  }
  EXPECT_GT(taken, 0U);
}

}  // namespace
}  // namespace smm::runner
