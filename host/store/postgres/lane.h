// Connections of their own for one kind of writes, and the threads that write on them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/store/postgres/connection_settings.h"
#include "host/store/postgres/connections.h"
#include "host/store/postgres/group_commit.h"

namespace smmhost::postgres {

// Thread safe. No call may run while it is destroyed; what the server has not answered by then is given up.
template <class Request>
class Lane {
 public:
  using Write = void (*)(Connections&, const std::vector<Request*>&);

  // One connection for each thread.
  Lane(const PostgresOptions& options, Session session, GroupSettings settings, Write write)
      : connections_(connection_string(options, session), options.prepared_statements, settings.threads),
        group_(settings, [this, write](const auto& batch) { write(connections_, batch); }) {}
  ~Lane() { connections_.close(); }
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  Waited run(std::shared_ptr<Request> request) {
    const Waited waited = group_.run(std::move(request));
    if (waited == Waited::kWritten) return waited;
    connections_.note_trouble(
        "the database gives a write no answer; where it waits for a synchronous standby, that is not there");
    connections_.cut_silent();
    return waited;
  }

  std::optional<std::string> trouble() const { return connections_.trouble(); }

 private:
  Connections connections_;
  GroupCommit<Request> group_;
};

}  // namespace smmhost::postgres
