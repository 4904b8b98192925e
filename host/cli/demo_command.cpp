#include "host/cli/demo_command.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "host/app/logging.h"
#include "host/app/service.h"
#include "host/cli/demo_display.h"
#include "host/cli/demo_run.h"
#include "host/cli/demo_text.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLongestRun{50};
constexpr std::chrono::milliseconds kBetweenLooks{150};
constexpr std::chrono::seconds kQuietAtTheEnd{1};  // what goes on after the last order must not change anything
constexpr double kWorldSpeed = 300;                // eleven minutes at a panel take two seconds

// Everything that waits for minutes or hours in production waits for a second here.
constexpr const char* kFastClock = R"(
[profiles]
recheck = 1s
cache = 1s

[fulfilment]
held_recheck = 1s
track_first = 500ms
track_longest = 1s
backoff_first = 200ms
backoff_longest = 1s
busy_link_wait = 1s

[jobs]
check_profiles = every 1s
process_payments = every 1s
track_placements = every 1s
update_delivered = every 2s
reconcile_shop = every 3s
check_providers = every 2s
)";

// A folder that goes away with the demo, unless it is needed to look at.
class WorkFolder {
 public:
  WorkFolder() {
    std::string pattern = (fs::temp_directory_path() / "smmhost-demo-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw CommandFailed("mkdtemp: " + pattern);
    path_ = pattern;
  }
  ~WorkFolder() {
    std::error_code ignored;
    if (!keep_) fs::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  const fs::path& path() const { return path_; }
  void keep() { keep_ = true; }

 private:
  fs::path path_;
  bool keep_ = false;
};

world::WorldOptions fast_world() {
  world::WorldOptions options;
  options.clock_speed = kWorldSpeed;
  options.shop.writes_per_minute = 600;
  options.shop.reads_per_minute = 6000;
  return options;
}

Config demo_config(Session& session, world::World& world, const fs::path& folder) {
  const fs::path file = folder / "demo.ini";
  std::ofstream{file} << world.ini(
      {.database = (folder / "demo.db").string(), .call_timeout = "2s", .more = kFastClock});
  session.config_path = file.string();
  return load_config_or_fail(session);
}

class Demo {
 public:
  explicit Demo(Session& session)
      : session_(session),
        world_(fast_world()),
        display_(session.out, session.say, isatty(STDOUT_FILENO) == 1),
        config_(demo_config(session, world_, folder_.path())) {}

  int run(bool keep) {
    start_logging("info", LogFormat::kText,
                  std::make_shared<spdlog::sinks::basic_file_sink_mt>((folder_.path() / "smmhost.log").string()));
    const std::string token = config_.admin_token.reveal();
    Service service{std::move(config_)};
    service.start();
    DemoRun run(world_, service.address(), token, session_.say,
                [this](const std::string& line) { display_.news(line); });
    std::vector<DemoOrder> orders = set_up_demo(world_);
    display_.news(session_.say(demo_text::kIntro, SMMHOST_VERSION, orders.size()));
    display_.news(session_.say(demo_text::kHostRuns, service.address()));
    run.begin(std::move(orders));
    watch(run);
    const auto books = run.books();
    service.stop();
    return judge(run, books, keep);
  }

 private:
  double seconds() const { return std::chrono::duration<double>(SteadyClock::now() - began_).count(); }

  void watch(DemoRun& run) {
    SteadyClock::time_point good_since{};
    while (SteadyClock::now() - began_ < kLongestRun) {
      run.step();
      display_.progress(run, seconds());
      const bool good = run.all_as_expected() && books_agree(run.books());
      if (!good) good_since = {};
      if (good && good_since == SteadyClock::time_point{}) good_since = SteadyClock::now();
      if (good && SteadyClock::now() - good_since >= kQuietAtTheEnd) return;
      std::this_thread::sleep_for(kBetweenLooks);
    }
  }

  static bool books_agree(const std::vector<DemoBooks>& books) {
    return std::all_of(books.begin(), books.end(), [](const DemoBooks& one) { return one.agree(); });
  }

  int judge(const DemoRun& run, const std::vector<DemoBooks>& books, bool keep) {
    display_.result(run, books);
    const std::size_t all = run.orders().size();
    const bool good = run.all_as_expected() && books_agree(books);
    if (good) session_.out << session_.say(demo_text::kGood, all, seconds()) << "\n";
    if (!good)
      session_.err << session_.say(demo_text::kBad, all - static_cast<std::size_t>(run.as_expected()), all,
                                   folder_.path().string())
                   << "\n";
    if (good && keep) session_.out << session_.say(demo_text::kKept, folder_.path().string()) << "\n";
    if (!good || keep) folder_.keep();
    return good ? kExitOk : kExitFailed;
  }

  Session& session_;
  const SteadyClock::time_point began_ = SteadyClock::now();
  WorkFolder folder_;
  world::World world_;
  DemoDisplay display_;
  Config config_;
};

}  // namespace

void add_demo_command(CLI::App& app, Session& session) {
  CLI::App* command = add_command(app, session, "demo", demo_text::kAbout);
  const auto keep = std::make_shared<bool>(false);
  command->add_flag("--keep", *keep, std::string{session.say.text(demo_text::kKeepHelp)});
  command->callback([&session, keep] {
    session.action = [&session, keep] {
      try {
        return Demo(session).run(*keep);
      } catch (const CannotStart& error) {
        throw CommandFailed(error.what());
      }
    };
  });
}

}  // namespace smmhost
