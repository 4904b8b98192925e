#include "host/cli/review_command.h"

#include "host/cli/host_api.h"
#include "host/cli/table.h"

namespace smmhost {
namespace {

using nlohmann::ordered_json;

struct DecideOptions {
  std::string placement_id;
  std::string decision;
  std::string order_id;
  std::string note;
};

int list_review(Session& session) {
  const auto api = open_host_api(session, ApiUse::kLook);
  const ordered_json entries = ask(session, *api, "GET", "/api/review");
  if (session.json) {
    session.out << entries.dump(2) << "\n";
    return kExitOk;
  }
  if (entries.empty()) {
    session.out << session.say(msg::kNone) << "\n";
    return kExitOk;
  }
  Table table{{"ID", "PROVIDER", "SERVICE", "LINK", "QTY", "SENT", "WHY"}};
  for (const ordered_json& entry : entries) {
    table.add({field(entry, "id"), field(entry, "provider"), field(entry, "service_id"), field(entry, "link"),
               field(entry, "quantity"), field(entry, "sent_at"), field(entry, "why")});
  }
  table.print(session.out);
  return kExitOk;
}

int decide(Session& session, const DecideOptions& options) {
  const auto api = open_host_api(session, ApiUse::kAct);
  ordered_json body{{"decision", options.decision}};
  if (!options.order_id.empty()) body["provider_order_id"] = options.order_id;
  if (!options.note.empty()) body["note"] = options.note;
  const ordered_json placement = ask(session, *api, "POST", "/api/review/" + url_encoded(options.placement_id), &body);
  session.out << session.say(msg::kDecided, options.placement_id, field(placement, "state")) << "\n";
  return kExitOk;
}

}  // namespace

void add_review_command(CLI::App& app, Session& session) {
  const auto help = [&session](const Message& message) { return std::string{session.say.text(message)}; };
  CLI::App* review = add_command(app, session, "review", msg::kReviewAbout);
  review->require_subcommand(1);

  CLI::App* list = add_command(*review, session, "list", msg::kReviewListAbout);
  add_json_option(*list, session);
  list->callback([&session] { session.action = [&session] { return list_review(session); }; });

  CLI::App* decision = add_command(*review, session, "decide", msg::kReviewDecideAbout);
  const auto options = std::make_shared<DecideOptions>();
  decision->add_option("PLACEMENT", options->placement_id, help(msg::kPlacementHelp))->required();
  decision->add_option("DECISION", options->decision, help(msg::kDecisionHelp))
      ->required()
      ->check(CLI::IsMember({"placed", "not_placed", "give_up"}));
  decision->add_option("--order-id", options->order_id, help(msg::kOrderIdHelp));
  decision->add_option("--note", options->note, help(msg::kNoteHelp));
  decision->callback(
      [&session, options] { session.action = [&session, options] { return decide(session, *options); }; });
}

}  // namespace smmhost
