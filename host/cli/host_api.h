// The host's HTTP API as a command uses it: asked of the running host, or, where none runs, answered in this process
// over the same routes with the database opened for itself alone. So a command never writes beside a running host.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "host/cli/session.h"

namespace smmhost {

struct HostAnswer {
  int status = 0;
  nlohmann::ordered_json body;  // null where there is none
};

class HostApi {
 public:
  virtual ~HostApi() = default;

  virtual bool is_of_running_host() const = 0;
  // How long a call may take, from now on.
  virtual void set_patience(Duration longest) = 0;

  // `target`: path and query, percent-encoded. Throws CommandFailed where the host cannot be asked.
  virtual HostAnswer call(const std::string& method, const std::string& target, const nlohmann::ordered_json* body) = 0;
};

// What a command is going to do. To look, no plugin need be usable; to inspect, nothing is written either, so the
// database must have this program's tables already.
enum class ApiUse { kLook, kInspect, kAct };

// The running host's API, or one in this process. Throws CommandFailed.
std::unique_ptr<HostApi> open_host_api(Session& session, ApiUse use);

// The running host's API; nullptr where none runs with this configuration, or it cannot be found out.
std::unique_ptr<HostApi> running_host_api(Session& session);

// For what must have the database alone: throws CommandFailed where a host with this configuration answers, or where
// others run on the database, which may be on any machine.
void refuse_running_hosts(Session& session, const Config& config);

// Asks, and throws CommandFailed with the problem's words for every answer but 2xx; a running host is named as who said
// them.
nlohmann::ordered_json ask(Session& session, HostApi& api, const std::string& method, const std::string& target,
                           const nlohmann::ordered_json* body = nullptr);

// A text as one segment of a path or one value of a query.
std::string url_encoded(const std::string& text);

// A field as text for a table: "" for null and for what is not there.
std::string field(const nlohmann::ordered_json& object, const char* name);

}  // namespace smmhost
