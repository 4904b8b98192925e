#include "host/cli/plugins_record_command.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

#include "host/app/system_clock.h"
#include "host/net/poco_transport.h"
#include "host/plugin/abi_text.h"
#include "host/plugin/recording.h"

namespace smmhost {
namespace {

struct RecordOptions {
  RecordingOrder order;
  std::vector<std::string> fields;
  std::string file;
};

std::map<std::string, std::string> fields_of(const std::vector<std::string>& words) {
  std::map<std::string, std::string> fields;
  for (const std::string& word : words) {
    const std::size_t at = word.find('=');
    if (at == std::string::npos || at == 0) throw CommandFailed(word + ": NAME=VALUE", kExitUsage);
    fields[word.substr(0, at)] = word.substr(at + 1);
  }
  return fields;
}

// A purchase that could not be written down would have been made for nothing: the file is there before it is sent.
std::ofstream new_file(const Session& session, const std::string& path) {
  if (std::filesystem::exists(path)) throw CommandFailed(session.say(msg::kFileExists, path), kExitUsage);
  std::ofstream file(path);
  if (!file) throw CommandFailed(session.say(msg::kFileNotWritten, path));
  return file;
}

int record(Session& session, RecordOptions options) {
  const Config config = load_config_or_fail(session);
  options.order.fields = fields_of(options.fields);
  if (options.file.empty()) options.file = options.order.operation + ".json";
  std::ofstream file = new_file(session, options.file);

  PocoTransport transport;
  const SystemClock clock;
  auto recorded = record_operation(config, options.order, PluginEnvironment{transport, clock});
  if (const auto* problem = std::get_if<RecordingProblem>(&recorded)) {
    file.close();
    std::filesystem::remove(options.file);
    throw CommandFailed(problem->message + (problem->sent ? "\n" + session.say(msg::kRecordSentAllTheSame) : ""));
  }
  const auto& recording = std::get<Recording>(recorded);
  file << recording.cassette << std::flush;
  if (!file) {
    session.out << recording.cassette;
    throw CommandFailed(session.say(msg::kFileNotWritten, options.file));
  }
  session.out << session.say(msg::kRecorded, options.file, presentable(recording.outcome)) << "\n";
  return kExitOk;
}

}  // namespace

void add_plugins_record_command(CLI::App& plugins, Session& session) {
  const auto help = [&session](const Message& message) { return std::string{session.say.text(message)}; };
  CLI::App* command = add_command(plugins, session, "record", msg::kPluginsRecordAbout);
  const auto options = std::make_shared<RecordOptions>();
  command->add_option("NAME", options->order.section, help(msg::kRecordNameHelp))->required();
  command->add_option("OPERATION", options->order.operation, help(msg::kRecordOperationHelp))->required();
  command->add_option("FIELDS", options->fields, help(msg::kRecordFieldsHelp));
  command->add_option("--out", options->file, help(msg::kRecordOutHelp))->type_name("FILE");
  command->add_option("--about", options->order.about, help(msg::kRecordAboutHelp))->type_name("TEXT");
  command->add_flag("--yes-spend-money", options->order.may_write, help(msg::kRecordMoneyHelp));
  command->callback(
      [&session, options] { session.action = [&session, options] { return record(session, *options); }; });
}

}  // namespace smmhost
