// The address of a PostgreSQL database, checked, and completed with what a host needs of its connections.
#include "host/store/postgres/connection_settings.h"

#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "host/store/open_store.h"

namespace smmhost::postgres {
namespace {

// What libpq said about a wrong address is not repeated: it quotes the address, and what looks like a port may be half
// of a password.
constexpr const char* kCannotRead =
    "[store] url: this is no address of a PostgreSQL database. Expected postgresql://user:password@host:5432/database; "
    "in a user name or password the characters @ : / ? # % and the space are written %40 %3A %2F %3F %23 %25 %20";

using Settings = std::map<std::string, std::string>;

Settings parse(const std::string& url) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(url.c_str(), &message),
                                                                             &PQconninfoFree);
  PQfreemem(message);
  if (!options) throw CannotOpenStore(kCannotRead);
  Settings settings;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr) settings[option->keyword] = option->val;
  return settings;
}

// An unescaped @ / or : in a password moves part of it into another field, from where it would reach a message.
void check(const Settings& settings) {
  const auto holds = [&](const char* keyword, const char* characters) {
    const auto found = settings.find(keyword);
    return found != settings.end() && found->second.find_first_of(characters) != std::string::npos;
  };
  const auto port = settings.find("port");
  const bool port_is_number =
      port == settings.end() || port->second.find_first_not_of("0123456789,") == std::string::npos;
  if (holds("host", "@") || holds("dbname", "@") || !port_is_number) throw CannotOpenStore(kCannotRead);
}

std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

std::string durability_option(Session session) {
  return session == Session::kWritesWithNext ? " -c synchronous_commit=off" : "";
}

std::string session_options(const PostgresOptions& options, Session session, const std::string& given) {
  // In front, so that the operator's own word is the last one.
  // Every statement goes by an index. A plan that was made and kept while the tables were small must do so too, or it
  // reads them whole when they have grown. And it is made once: many take longer to plan than to run, and the planner
  // would do so again for every length of their arrays.
  return "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off "
         "-c plan_cache_mode=force_generic_plan -c statement_timeout=" +
         std::to_string(options.statement_timeout.count()) +
         " -c idle_in_transaction_session_timeout=" + std::to_string(options.idle_in_transaction_timeout.count()) +
         durability_option(session) + (given.empty() ? "" : " " + given);
}

Settings checked(const PostgresOptions& options) {
  Settings settings = parse(options.url);
  check(settings);
  return settings;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (;;) {
    const std::size_t comma = text.find(',', start);
    parts.push_back(text.substr(start, comma - start));
    if (comma == std::string::npos) return parts;
    start = comma + 1;
  }
}

}  // namespace

std::string connection_string(const PostgresOptions& options, Session session) {
  Settings settings = checked(options);
  const Settings defaults{{"target_session_attrs", "read-write"},
                          {"connect_timeout", "5"},
                          {"application_name", "smmhost"},
                          {"client_encoding", "UTF8"},
                          {"keepalives_idle", "20"},
                          {"keepalives_interval", "5"},
                          {"keepalives_count", "3"},
                          {"tcp_user_timeout", "20000"},
                          // Only the encryption by Kerberos itself: an offer of it costs each connection a
                          // question, and the host a megabyte of libraries at work. Logging in by Kerberos needs none.
                          {"gssencmode", "disable"}};
  settings.insert(defaults.begin(), defaults.end());
  if (options.prepared_statements) settings["options"] = session_options(options, session, settings["options"]);
  std::string text;
  for (const auto& [keyword, value] : settings) text += keyword + "=" + quoted(value) + " ";
  return text;
}

std::string describe(const PostgresOptions& options) {
  Settings settings = checked(options);
  const std::vector<std::string> hosts = split(settings["host"]);
  const std::vector<std::string> ports = split(settings["port"]);
  std::string text;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const std::string& port = ports[std::min(i, ports.size() - 1)];
    if (i > 0) text += ", ";
    text += (hosts[i].empty() ? "the default host" : hosts[i]) + (port.empty() ? "" : ":" + port);
  }
  return text + (settings["dbname"].empty() ? "" : ", database " + settings["dbname"]);
}

}  // namespace smmhost::postgres
