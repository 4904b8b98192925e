#include "host/cli/payments_command.h"

#include "host/cli/host_api.h"
#include "host/cli/table.h"

namespace smmhost {
namespace {

using nlohmann::ordered_json;

struct ListOptions {
  std::string state;
  std::string order_id;
  std::string text;
  std::string after;
  int limit = 100;
};

std::string query_of(const ListOptions& options) {
  std::string query = "/api/payments?limit=" + std::to_string(options.limit);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) query += std::string{"&"} + name + "=" + url_encoded(value);
  };
  add("state", options.state);
  add("order_id", options.order_id);
  add("q", options.text);
  add("after", options.after);
  return query;
}

int list_payments(Session& session, const ListOptions& options) {
  const auto api = open_host_api(session, ApiUse::kLook);
  const ordered_json payments = ask(session, *api, "GET", query_of(options));
  if (session.json) {
    session.out << payments.dump(2) << "\n";
    return kExitOk;
  }
  if (payments.empty()) {
    session.out << session.say(msg::kNone) << "\n";
    return kExitOk;
  }
  Table table{{"ID", "STATE", "REASON", "SKU", "QTY", "CUSTOMIZATION", "CREATED"}};
  for (const ordered_json& payment : payments) {
    table.add({field(payment, "id"), field(payment, "state"), field(payment, "reason"), field(payment, "item_sku"),
               field(payment, "item_quantity"), field(payment, "customization"), field(payment, "created_at")});
  }
  table.print(session.out);
  if (payments.size() == static_cast<std::size_t>(options.limit)) {
    session.err << session.say(msg::kMore, field(payments.back(), "id")) << "\n";
  }
  return kExitOk;
}

void print_placements(Session& session, const ordered_json& payment) {
  Table table{{"ID", "PROVIDER", "SERVICE", "LINK", "QTY", "STATE", "ORDER", "CHARGE"}};
  for (const ordered_json& placement : payment["placements"]) {
    const std::string charge = field(placement, "charge");
    table.add({field(placement, "id"), field(placement, "provider"), field(placement, "service_id"),
               field(placement, "link"), field(placement, "quantity"), field(placement, "state"),
               field(placement, "provider_order_id"),
               charge.empty() ? "" : charge + " " + field(placement, "currency")});
  }
  if (table.empty()) return;
  session.out << "\n" << session.say(msg::kPlacements) << "\n";
  table.print(session.out);
}

void print_timeline(Session& session, const ordered_json& timeline) {
  Table table{{"AT", "WHAT", "FROM", "TO", "WHY", "BY"}};
  for (const ordered_json& event : timeline) {
    table.add({field(event, "at"), field(event, "kind"), field(event, "from"), field(event, "to"), field(event, "why"),
               field(event, "actor")});
  }
  if (table.empty()) return;
  session.out << "\n" << session.say(msg::kTimeline) << "\n";
  table.print(session.out);
}

int show_payment(Session& session, const std::string& id) {
  const auto api = open_host_api(session, ApiUse::kLook);
  const std::string path = "/api/payments/" + url_encoded(id);
  ordered_json payment = ask(session, *api, "GET", path);
  const ordered_json timeline = ask(session, *api, "GET", path + "/timeline");
  if (session.json) {
    payment["timeline"] = timeline;
    session.out << payment.dump(2) << "\n";
    return kExitOk;
  }
  Table fields{{"FIELD", "VALUE"}};
  for (const auto& [name, value] : payment.items()) {
    if (!value.is_structured()) fields.add({name, field(payment, name.c_str())});
  }
  fields.print(session.out);
  print_placements(session, payment);
  print_timeline(session, timeline);
  return kExitOk;
}

}  // namespace

void add_payments_command(CLI::App& app, Session& session) {
  const auto help = [&session](const Message& message) { return std::string{session.say.text(message)}; };
  CLI::App* payments = add_command(app, session, "payments", msg::kPaymentsAbout);
  payments->require_subcommand(1);

  CLI::App* list = add_command(*payments, session, "list", msg::kPaymentsListAbout);
  add_json_option(*list, session);
  const auto options = std::make_shared<ListOptions>();
  list->add_option("--state", options->state, help(msg::kStateHelp));
  list->add_option("--order", options->order_id, help(msg::kOrderHelp));
  list->add_option("--q", options->text, help(msg::kTextHelp));
  list->add_option("--limit", options->limit, help(msg::kLimitHelp))->check(CLI::Range(1, 1000));
  list->add_option("--after", options->after, help(msg::kAfterHelp));
  list->callback(
      [&session, options] { session.action = [&session, options] { return list_payments(session, *options); }; });

  CLI::App* show = add_command(*payments, session, "show", msg::kPaymentsShowAbout);
  add_json_option(*show, session);
  const auto id = std::make_shared<std::string>();
  show->add_option("ID", *id, help(msg::kPaymentIdHelp))->required();
  show->callback([&session, id] { session.action = [&session, id] { return show_payment(session, *id); }; });
}

}  // namespace smmhost
