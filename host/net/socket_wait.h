// Waiting for a socket with one system call. Poco's own poll() makes an epoll, fills it, asks it and closes it each
// time.
#pragma once

#include <Poco/Net/Socket.h>

#include "core/domain/time.h"

namespace smmhost {

enum class WaitFor {
  kBytes,  // something to read
  kRoom,   // room to write
};

// False where `longest` (0: no wait; not negative) went by. True also where the other side closed or the connection
// broke: the next read or write says so.
bool wait_for(const Poco::Net::Socket& socket, WaitFor what, Duration longest);

}  // namespace smmhost
