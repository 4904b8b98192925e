#include "host/net/socket_deadlines.h"

#include <Poco/Net/ServerSocket.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

namespace smmhost {
namespace {

using namespace std::chrono_literals;

struct Pair {
  Poco::Net::ServerSocket listener{Poco::Net::SocketAddress("127.0.0.1", 0)};
  Poco::Net::StreamSocket client{listener.address()};
  Poco::Net::StreamSocket server{listener.acceptConnection()};
};

int read_one(Poco::Net::StreamSocket& socket) {
  std::array<char, 1> byte{};
  return socket.receiveBytes(byte.data(), 1);
}

TEST(SocketDeadlines, AReaderIsWokenAtTheTime) {
  SocketDeadlines deadlines;
  Pair pair;
  const auto handle = deadlines.add(pair.client, SocketDeadlines::Clock::now() + 50ms);
  EXPECT_EQ(read_one(pair.client), 0);
  EXPECT_FALSE(deadlines.cancel(handle));
}

TEST(SocketDeadlines, ACancelledDeadlineLeavesTheSocketAlone) {
  SocketDeadlines deadlines;
  Pair pair;
  EXPECT_TRUE(deadlines.cancel(deadlines.add(pair.client, SocketDeadlines::Clock::now() + 30ms)));
  std::this_thread::sleep_for(60ms);
  pair.server.sendBytes("x", 1);
  EXPECT_EQ(read_one(pair.client), 1);
}

TEST(SocketDeadlines, AnEarlierDeadlineAddedLaterComesFirst) {
  SocketDeadlines deadlines;
  Pair late;
  Pair early;
  const auto later = deadlines.add(late.client, SocketDeadlines::Clock::now() + 1h);
  const auto sooner = deadlines.add(early.client, SocketDeadlines::Clock::now() + 20ms);
  EXPECT_EQ(read_one(early.client), 0);
  EXPECT_FALSE(deadlines.cancel(sooner));
  EXPECT_TRUE(deadlines.cancel(later));
}

TEST(SocketDeadlines, ManySocketsFromManyThreads) {
  SocketDeadlines deadlines;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        Pair pair;
        const bool fires = i % 2 == 0;
        const auto handle = deadlines.add(pair.client, SocketDeadlines::Clock::now() + (fires ? 5ms : 1h));
        if (fires) {
          EXPECT_EQ(read_one(pair.client), 0);
        }
        EXPECT_EQ(deadlines.cancel(handle), !fires);
      }
    });
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace smmhost
