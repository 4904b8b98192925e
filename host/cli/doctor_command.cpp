#include "host/cli/doctor_command.h"

#include "host/cli/host_api.h"
#include "host/cli/table.h"

namespace smmhost {
namespace {

using nlohmann::ordered_json;

constexpr Duration kPatience = std::chrono::hours{2};

bool is_ok(const ordered_json& report) {
  return report.value("ok", false);
}

void print(Session& session, const ordered_json& reports) {
  Table table{{"INVARIANT", "RESULT", "CHECKED", "WHAT"}};
  for (const ordered_json& report : reports)
    table.add({field(report, "invariant"), is_ok(report) ? "OK" : field(report, "violated") + " VIOLATED",
               field(report, "checked"), field(report, "what")});
  table.print(session.out);
  for (const ordered_json& report : reports)
    for (const ordered_json& shown : report.at("shown"))
      session.out << field(report, "invariant") << ": " << printable(shown.get<std::string>()) << "\n";
}

int run_doctor(Session& session) {
  const auto api = open_host_api(session, ApiUse::kInspect);
  api->set_patience(kPatience);
  const ordered_json reports = ask(session, *api, "GET", "/api/doctor");
  if (session.json)
    session.out << reports.dump(2) << "\n";
  else
    print(session, reports);
  const bool all_ok = std::all_of(reports.begin(), reports.end(), is_ok);
  if (!session.json) session.out << session.say(all_ok ? msg::kDoctorOk : msg::kDoctorFound) << "\n";
  return all_ok ? kExitOk : kExitFailed;
}

}  // namespace

void add_doctor_command(CLI::App& app, Session& session) {
  CLI::App* command = add_command(app, session, "doctor", msg::kDoctorAbout);
  add_json_option(*command, session);
  command->callback([&session] { session.action = [&session] { return run_doctor(session); }; });
}

}  // namespace smmhost
