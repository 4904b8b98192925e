// One PostgreSQL connection, used by one thread at a time; only cut() is for any other thread.
#include "host/store/postgres/connection.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <system_error>

namespace smmhost::postgres {
namespace {

// Messages that a server sends an idle connection; one that sends more is not worth keeping.
constexpr int kMostUnasked = 100;

std::vector<const char*> pointers(const Parameters& parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const Value& value : parameters) values.push_back(value ? value->c_str() : nullptr);
  return values;
}

std::string literal(pqxx::connection& connection, const Value& value) {
  return value ? connection.quote(*value) : "NULL";
}

// The statement's text with its parameters in place.
std::string with_parameters(pqxx::connection& connection, const Call& call) {
  const std::string& sql = call.statement->sql;
  std::string text;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] != '$') {
      text += sql[i];
      continue;
    }
    std::size_t number = 0;
    while (i + 1 < sql.size() && std::isdigit(static_cast<unsigned char>(sql[i + 1])) != 0)
      number = number * 10 + static_cast<std::size_t>(sql[++i] - '0');
    text += literal(connection, call.parameters.at(number - 1));
  }
  return text;
}

int second_name_of(int socket) {
  const int copy = fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw std::system_error(errno, std::generic_category(), "dup");
  return copy;
}

}  // namespace

Connection::Connection(const std::string& connection_string, bool prepared_statements)
    : connection_(connection_string),
      socket_(second_name_of(connection_.sock())),
      prepared_statements_(prepared_statements) {}

Connection::~Connection() {
  close(socket_);
}

void Connection::cut() const {
  shutdown(socket_, SHUT_RDWR);
}

void Connection::prepare(const Statement& statement) {
  if (prepared_.contains(statement.name)) return;
  connection_.prepare(statement.name, statement.sql);
  connection_.prepare_now(statement.name);
  prepared_.insert(statement.name);
}

pqxx::result Connection::run(const Statement& statement, const Parameters& parameters) {
  pqxx::nontransaction transaction(connection_);
  return run_within(transaction, statement, parameters);
}

pqxx::result Connection::run_within(pqxx::transaction_base& transaction, const Statement& statement,
                                    const Parameters& parameters) {
  if (statement.planned == Planned::kForItsValues)
    return transaction.exec(with_parameters(connection_, {&statement, parameters}));
  const std::vector<const char*> values = pointers(parameters);
  if (!prepared_statements_) return transaction.exec_params(statement.sql, pqxx::prepare::make_dynamic_params(values));
  prepare(statement);
  return transaction.exec_prepared(statement.name, pqxx::prepare::make_dynamic_params(values));
}

std::string Connection::text_of(const Call& call) {
  if (!prepared_statements_) return with_parameters(connection_, call);
  prepare(*call.statement);
  std::string text = "EXECUTE " + call.statement->name;
  const char* separator = "(";
  for (const Value& value : call.parameters) {
    text += separator + literal(connection_, value);
    separator = ",";
  }
  return call.parameters.empty() ? text : text + ")";
}

pqxx::result Connection::run_script(const std::vector<Call>& calls) {
  std::string script;
  for (const Call& call : calls) script += text_of(call) + ";";
  pqxx::nontransaction transaction(connection_);
  return transaction.exec(script);
}

bool Connection::is_alive() {
  // What came without having been asked for: notices, or the server's farewell, and only behind it the end.
  for (int reads = 0; reads < kMostUnasked; ++reads) {
    if (!connection_.is_open()) return false;
    pollfd waiting{connection_.sock(), POLLIN, 0};
    if (poll(&waiting, 1, 0) == 0) return true;
    try {
      connection_.get_notifs();
    } catch (const std::exception&) {
      return false;
    }
  }
  return false;
}

}  // namespace smmhost::postgres
