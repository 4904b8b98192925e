// A host that watches a plugin closely: it notes every breach of the ABI in what the plugin hands over, lends its
// memory only for as long as it must, and can pose as a newer host whose structs have grown.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "smm/sdk/testing/cassette.hpp"

namespace smm::conformance {

using sdk::testing::Answer;
using sdk::testing::Circumstances;
using sdk::testing::Json;
using sdk::testing::ScriptedEvent;
using sdk::testing::Settings;

// One operation as it is asked for, with its name in the manifest.
struct Operation {
  std::string interface_id;
  uint32_t number = 0;
  std::string name;
  Json input;
  Circumstances rest = {};
};

struct Reply {
  Answer answer;                      // the first one, if there were several
  std::vector<std::string> breaches;  // of the ABI, in words
  int64_t cpu_us = 0;
};

// Everything the plugin said, to compare two replies byte by byte.
std::string bytes_of(const Reply& reply);

// JSON text of anything, also of what is not UTF-8.
std::string text_of(const Json& json);

// How a host is built: in a later minor version every struct but smm_str and smm_pair may be longer.
enum class HostAge { kSame, kNewer };

// Lends the settings as an smm_config and takes them back: what was kept by pointer reads as something else afterwards.
void lend_config(const Settings& settings, HostAge age, const std::function<void(const smm_config&)>& use);

// Lends one call to `next` and reads the answer.
using Next = std::function<void(const smm_call& call, const smm_out& out)>;
Reply ask_through(const Next& next, const Operation& operation, const std::vector<ScriptedEvent>& history,
                  HostAge age = HostAge::kSame);

// One open instance. Not thread safe; only in a case's own process.
class StrictHost {
 public:
  StrictHost(const smm_plugin* plugin, const Settings& settings, HostAge age = HostAge::kSame);
  ~StrictHost();
  StrictHost(const StrictHost&) = delete;
  StrictHost& operator=(const StrictHost&) = delete;

  smm_code open_code() const { return open_code_; }
  const Settings& errors() const { return errors_; }  // key and message of each
  smm_instance* instance() const { return instance_; }
  const std::vector<std::string>& log_lines() const { return log_lines_; }

  const smm_interface* find_interface(std::string_view id) const;
  // The capability bits of that interface, 0 where there is none.
  uint64_t capabilities(std::string_view id) const;

  // Asks once. Only if the instance has the operation's interface.
  Reply ask(const Operation& operation, const std::vector<ScriptedEvent>& history);

 private:
  static void keep_error(const smm_errors* errors, smm_str key, smm_str message) noexcept;
  static void keep_log(const smm_host* host, uint32_t level, smm_str message) noexcept;

  const smm_plugin* plugin_;
  const HostAge age_;
  Settings errors_;
  std::vector<std::string> log_lines_;
  std::vector<std::byte> host_;  // an smm_host, longer for a newer one
  smm_instance* instance_ = nullptr;
  smm_code open_code_ = SMM_INTERNAL;
};

// The steps that a host grants one operation: 128 while it has only read, 16 once it has asked for a write.
class GrantedSteps {
 public:
  bool left() const { return taken_ < (only_reads_ ? 128 : 16); }
  void take(const Answer& answer) {
    ++taken_;
    only_reads_ = only_reads_ && (!answer.request || answer.request->effect == SMM_READ);
  }
  int taken() const { return taken_; }

 private:
  int taken_ = 0;
  bool only_reads_ = true;
};

// A whole operation: every request is answered with `event`, every wait with a timer, until there is a result or a
// failure, or the steps granted are used up.
struct Play {
  std::vector<Reply> replies;
  std::vector<ScriptedEvent> history;
  bool ended = false;

  const Reply& last() const { return replies.back(); }
};
Play play(StrictHost& host, const Operation& operation, const ScriptedEvent& event);

}  // namespace smm::conformance
