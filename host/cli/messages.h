// What the command line says, in English and Brazilian Portuguese. One table; a test keeps the two in step.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace smmhost {

enum class Language { kEnglish, kPortuguese };

// Of `--lang` where it is given ("pt", "pt_BR", "en"), else of LC_ALL, LC_MESSAGES or LANG; English where none is
// Portuguese.
Language choose_language(int argc, const char* const* argv);

struct Message {
  const char* english;
  const char* portuguese;  // the same {} in the same order
};

namespace msg {
extern const Message kAbout, kHelpHelp, kConfigHelp, kLangHelp, kJsonHelp, kServeAbout, kCheckConfigAbout, kKeysHelp,
    kMigrateAbout, kDryRunHelp, kBackupAbout, kBackupFileHelp, kRestoreAbout, kRestoreFileHelp, kTakenAtHelp, kMarkHelp,
    kDoctorAbout, kBackedUp, kRestored, kKeptAside, kAfterRestore, kNoTime, kRestoreUsage, kStopHostFirst,
    kStopHostsFirst, kNoDatabase, kDoctorOk, kDoctorFound, kImportAbout, kImportUrlHelp, kNoVariable, kMigrateFirst,
    kStillRuns, kImported, kWouldImport, kVersionAbout, kJobsAbout, kJobsListAbout, kJobsRunAbout, kJobNameHelp,
    kPaymentsAbout, kPaymentsListAbout, kPaymentsShowAbout, kStateHelp, kOrderHelp, kTextHelp, kLimitHelp, kAfterHelp,
    kPaymentIdHelp, kReviewAbout, kReviewListAbout, kReviewDecideAbout, kPlacementHelp, kDecisionHelp, kOrderIdHelp,
    kNoteHelp, kPluginsAbout, kPluginsListAbout, kPluginsWhyAbout, kPluginsCheckAbout, kPluginsDocAbout,
    kPluginOrFileHelp, kOnlyIniHelp, kPluginIdHelp, kPluginFileHelp, kError, kWarning, kUsageHint, kUnknownWord,
    kConfigBad, kConfigGood, kListening, kStopping, kStopped, kNothingToMigrate, kWouldApply, kApplied, kCannotReach,
    kNotOurs, kRefused, kHostAnswered, kJobStarted, kJobEnded, kNone, kMore, kDecided, kTimeline, kPlacements,
    kPluginTaken, kPluginRefused, kPluginUsed, kPluginUnused, kNoPlugins, kPluginsRecordAbout, kRecordNameHelp,
    kRecordOperationHelp, kRecordFieldsHelp, kRecordOutHelp, kRecordAboutHelp, kRecordMoneyHelp, kRecordSentAllTheSame,
    kRecorded, kFileExists, kFileNotWritten, kSafeModeHelp, kPluginsReloadAbout, kPluginsLiftAbout, kNoHost,
    kNothingReplayed, kLifted, kNothingToLift, kPluginDigest, kPluginRuns, kPluginBundled, kPluginJailed;

}  // namespace msg

// Every message, for the test.
const std::vector<const Message*>& all_messages();

class Speaker {
 public:
  explicit Speaker(Language language) : language_(language) {}

  template <class... Args>
  std::string operator()(const Message& message, const Args&... args) const {
    return fmt::format(fmt::runtime(text(message)), args...);
  }
  std::string_view text(const Message& message) const {
    return language_ == Language::kPortuguese ? message.portuguese : message.english;
  }

 private:
  Language language_;
};

}  // namespace smmhost
