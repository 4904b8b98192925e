#include "host/cli/backup_command.h"

#include <filesystem>

#include "host/cli/host_api.h"

namespace smmhost {
namespace {

using nlohmann::ordered_json;

constexpr Duration kPatience = std::chrono::hours{2};

int run_backup(Session& session, const std::string& file) {
  const auto api = open_host_api(session, ApiUse::kLook);
  api->set_patience(kPatience);
  const ordered_json body{{"file", std::filesystem::absolute(file).lexically_normal().string()}};
  const ordered_json done = ask(session, *api, "POST", "/api/backup", &body);
  if (session.json) {
    session.out << done.dump(2) << "\n";
    return kExitOk;
  }
  const ordered_json& rows = done.at("rows");
  session.out << session.say(msg::kBackedUp, field(done, "file"), field(done, "bytes"), field(done, "taken_at"),
                             field(rows, "payments"), field(rows, "placements"))
              << "\n";
  for (const ordered_json& violation : done.at("violations"))
    session.err << session.say(msg::kWarning, violation.get<std::string>()) << "\n";
  return kExitOk;
}

}  // namespace

void add_backup_command(CLI::App& app, Session& session) {
  CLI::App* command = add_command(app, session, "backup", msg::kBackupAbout);
  add_json_option(*command, session);
  const auto file = std::make_shared<std::string>();
  command->add_option("FILE", *file, std::string{session.say.text(msg::kBackupFileHelp)})->required();
  command->callback([&session, file] { session.action = [&session, file] { return run_backup(session, *file); }; });
}

}  // namespace smmhost
