#include "host/net/socket_wait.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include <string>

namespace smmhost {
namespace {

using namespace std::chrono_literals;

class SocketWait : public testing::Test {
 protected:
  Poco::Net::ServerSocket listening_{Poco::Net::SocketAddress("127.0.0.1", 0)};
  Poco::Net::StreamSocket here_{listening_.address()};
  Poco::Net::StreamSocket there_{listening_.acceptConnection()};
};

TEST_F(SocketWait, ASilentSocketHasRoomAndNothingToRead) {
  EXPECT_FALSE(wait_for(here_, WaitFor::kBytes, 0ms));
  EXPECT_FALSE(wait_for(here_, WaitFor::kBytes, 20ms));
  EXPECT_TRUE(wait_for(here_, WaitFor::kRoom, 0ms));
}

TEST_F(SocketWait, BytesAreSeen) {
  there_.sendBytes("x", 1);
  EXPECT_TRUE(wait_for(here_, WaitFor::kBytes, 5s));
}

TEST_F(SocketWait, TheOtherSidesEndIsSeen) {
  there_.close();
  EXPECT_TRUE(wait_for(here_, WaitFor::kBytes, 5s));
}

TEST_F(SocketWait, ASocketThatNobodyReadsFromHasNoRoomInTheEnd) {
  here_.setBlocking(false);
  const std::string block(1 << 16, 'x');
  for (int i = 0; i < 10'000 && wait_for(here_, WaitFor::kRoom, 0ms); ++i)
    here_.sendBytes(block.data(), static_cast<int>(block.size()));
  EXPECT_FALSE(wait_for(here_, WaitFor::kRoom, 20ms));
}

}  // namespace
}  // namespace smmhost
