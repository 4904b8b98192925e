// libFuzzer: any bytes as a frame of either side.
#include "sdk/runner/messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smm::runner;
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  Arena arena;
  OpenMessage open;
  CallMessage call;
  Answer answer;
  LogLine line;
  switch (data[0] % 6) {
    case 0:
      static_cast<void>(decode_loaded(bytes));
      break;
    case 1:
      static_cast<void>(decode_open(bytes, arena, open));
      break;
    case 2:
      static_cast<void>(decode_opened(bytes));
      break;
    case 3:
      if (decode_call(bytes, arena, call)) {
        Writer again(kMostCallBytes);
        encode_call(again, kInterfaces[call.interface], call.call);
      }
      break;
    case 4:
      static_cast<void>(decode_answer(bytes, kInterfaces[data[1] % 2], data[1] / 2 % 9, arena, answer));
      break;
    default:
      static_cast<void>(decode_log(bytes, line));
  }
  return 0;
}
