// A jailed plugin: what it can do to the host, which is to cost it one call.
#include "sdk/runner/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <thread>

namespace smm::runner {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

// What came of one call: the fault, or the answer in words.
struct Came {
  std::string fault;
  std::string words;
  std::uint32_t times = 0;
};

std::string words_of(const Answer& answer) {
  if (answer.request != nullptr) return "request " + std::string(text_of(answer.request->url));
  if (answer.failure != nullptr) return "failure " + std::string(text_of(answer.failure->message));
  if (answer.kind == AnswerKind::kDone) return "done";
  return "nothing";
}

class Jailed : public ::testing::Test {
 protected:
  static std::variant<std::unique_ptr<Process>, Fault> start(const Options& options, const std::string& plugin) {
    const int file = ::open((std::string(UNRULY_FOLDER) + "/" + plugin + ".so").c_str(), O_RDONLY | O_CLOEXEC);
    EXPECT_GE(file, 0);
    auto started = Process::start(options, file);
    ::close(file);
    return started;
  }

  std::optional<Fault> open(const std::string& url = "https://panel.example/api",
                            const std::string& plugin = "unruly") {
    auto started = start(options_, plugin);
    if (auto* fault = std::get_if<Fault>(&started)) return std::move(*fault);
    process_ = std::move(std::get<0>(started));
    const smm_pair value{lend("url"), lend(url)};
    smm_config config{};
    config.struct_size = sizeof config;
    config.values = &value;
    config.value_count = 1;
    auto opened =
        process_->open("test", config, [&](std::uint32_t, std::string_view line) { log_.emplace_back(line); });
    if (auto* fault = std::get_if<Fault>(&opened)) return std::move(*fault);
    opened_ = std::move(std::get<Opened>(opened));
    return std::nullopt;
  }

  Came place(const std::string& link, bool answered = false) {
    if (!process_) {
      const auto fault = open();
      if (fault) return {fault->what, "", 0};
    }
    const auto came = ask(link, answered);
    if (const auto* fault = std::get_if<Fault>(&came)) return {fault->what, "", 0};
    const Answer& answer = *std::get<const Answer*>(came);
    return {"", words_of(answer), answer.times};
  }

  std::variant<const Answer*, Fault> ask(const std::string& link, bool answered = false) {
    smm_place_input input{};
    input.struct_size = sizeof input;
    input.service_id = lend("1");
    input.link = lend(link);
    input.quantity = 100;
    smm_event event{};
    event.struct_size = sizeof event;
    event.kind = SMM_EVENT_RESPONSE;
    event.http_status = 200;
    smm_call call{};
    call.struct_size = sizeof call;
    call.operation = SMM_PROVIDER_PLACE;
    call.input = &input;
    call.history = &event;
    call.history_count = answered ? 1 : 0;
    return process_->call(SMM_PROVIDER_ID, call,
                          [&](std::uint32_t, std::string_view line) { log_.emplace_back(line); });
  }

  Options options_{.program = RUNNER};
  std::unique_ptr<Process> process_;
  Opened opened_;
  std::vector<std::string> log_;
};

TEST_F(Jailed, APluginAnswersAsItWouldInTheHost) {
  EXPECT_EQ(place("x").words, "request https://panel.example/api");
  EXPECT_EQ(place("x", true).words, "done");
  EXPECT_EQ(place("never").words, "nothing");
  EXPECT_EQ(place("twice").times, 2U);
  EXPECT_EQ(process_->loaded().id, "unruly");
  ASSERT_EQ(opened_.interfaces.size(), 1U);
  EXPECT_EQ(opened_.interfaces[0].id, SMM_PROVIDER_ID);
}

TEST_F(Jailed, ThePostureIsTold) {
  ASSERT_FALSE(open());
  // What a kernel without these has is said too; every machine the tests run on has resource limits.
  EXPECT_THAT(process_->loaded().posture, HasSubstr("system calls filtered"));
  EXPECT_THAT(process_->loaded().posture, HasSubstr("files closed"));
  EXPECT_THAT(process_->loaded().posture, Not(HasSubstr("resources limited NOT")));
}

TEST_F(Jailed, ThePluginSeesNothingOfTheHost) {
  const int left_open = ::open("/dev/null", O_RDONLY);  // not close-on-exec
  ::setenv("SMM_CANARY", "1", 1);
  ASSERT_FALSE(open());
  ASSERT_EQ(log_.size(), 1U);
  EXPECT_THAT(log_[0], HasSubstr("no environment, files open: "));
  EXPECT_THAT(log_[0], Not(HasSubstr("an environment")));
  if (process_->loaded().posture.find("files closed NOT") == std::string::npos) {
    EXPECT_THAT(log_[0], HasSubstr("passwd closed"));
  }
  EXPECT_EQ(place("open").words, "failure closed");
  ::close(left_open);
}

class CostsOneCall : public Jailed, public ::testing::WithParamInterface<std::pair<const char*, const char*>> {};

TEST_P(CostsOneCall, AndTheHostSaysWhy) {
  const auto& [behaviour, why] = GetParam();
  EXPECT_THAT(place(behaviour).fault, HasSubstr(why));
  EXPECT_FALSE(process_->is_alive());
  EXPECT_THAT(place("x").fault, HasSubstr(why));  // this process is no more, and says the same
  process_.reset();
  EXPECT_EQ(place("x").words, "request https://panel.example/api");
}

INSTANTIATE_TEST_SUITE_P(Faults, CostsOneCall,
                         ::testing::Values(std::pair("crash", "signal 11"), std::pair("abort", "signal 6"),
                                           std::pair("exit", "exit code 0"), std::pair("throw", "signal 6"),
                                           std::pair("garbage", "more than a host takes")));

TEST_F(Jailed, ForbiddenCallsEndThePlugin) {
  ASSERT_FALSE(open());
  if (process_->loaded().posture.find("filtered NOT") != std::string::npos) GTEST_SKIP() << "no seccomp here";
  for (const char* call : {"socket", "fork", "exec", "thread"}) {
    EXPECT_THAT(place(call).fault, HasSubstr("made a system call that plugins may not make")) << call;
    process_.reset();
  }
}

TEST_F(Jailed, TheKernelIsNotMadeToSendItsSignals) {
  const auto ended = open("", "signals_while_loading");
  if (!ended) {
    EXPECT_THAT(process_->loaded().posture, HasSubstr("filtered NOT"));
    GTEST_SKIP() << "no seccomp here";
  }
  EXPECT_THAT(ended->what, HasSubstr("made a system call that plugins may not make"));
}

TEST_F(Jailed, ASpinIsEnded) {
  options_.call_cpu = 200ms;
  EXPECT_THAT(place("spin").fault, HasSubstr("computed for more than 0.2 s"));
}

TEST_F(Jailed, AProcessThatIsStoppedIsEndedWhenItsTimeIsUp) {
  options_.call_patience = 300ms;
  ASSERT_FALSE(open());
  ::kill(process_->pid(), SIGSTOP);
  EXPECT_THAT(place("x").fault, HasSubstr("gave no answer in 0.3 s"));
}

TEST_F(Jailed, MemoryIsLimited) {
  options_.program = PLAIN_RUNNER;  // a sanitizer's allocator knows no limit of address space
  options_.memory_bytes = std::uint64_t{96} << 20;
  ASSERT_FALSE(open("https://panel.example/api", "unruly_plain"));
  EXPECT_EQ(place("memory").words, "failure no more memory");
  EXPECT_EQ(place("x").words, "request https://panel.example/api");
  EXPECT_THAT(place("memory_uncaught").fault, HasSubstr("signal 6"));
}

TEST_F(Jailed, LogLinesAreCounted) {
  ASSERT_FALSE(open());
  log_.clear();
  EXPECT_EQ(place("log").words, "request https://panel.example/api");
  EXPECT_LE(log_.size(), 20U);
}

TEST_F(Jailed, AnEndWhileNothingIsAskedIsNoticed) {
  ASSERT_FALSE(open());
  EXPECT_TRUE(process_->is_alive());
  ::kill(process_->pid(), SIGKILL);
  for (int i = 0; i < 500 && process_->is_alive(); ++i) std::this_thread::sleep_for(10ms);
  EXPECT_FALSE(process_->is_alive());
  EXPECT_THAT(process_->gone(), HasSubstr("signal 9"));
}

TEST_F(Jailed, RefusalsAndCrashesWhileOpeningAreToldApart) {
  ASSERT_FALSE(open("https://refuse.example/"));
  EXPECT_EQ(opened_.code, SMM_CONFIG);
  ASSERT_EQ(opened_.complaints.size(), 1U);
  EXPECT_EQ(opened_.complaints[0].second, "does not look like a panel");
  EXPECT_THAT(open("https://crash_open.example/")->what, HasSubstr("signal 6"));
}

TEST_F(Jailed, ACrashWhileLoadingIsNoRefusal) {
  const auto crash = open("", "crashes_while_loading");
  ASSERT_TRUE(crash);
  EXPECT_FALSE(crash->refused);
  EXPECT_THAT(crash->what, HasSubstr("signal 11"));
  EXPECT_FALSE(crash->is_outside);
}

TEST_F(Jailed, ASpinWhileLoadingIsThePluginsAndALoadedMachineIsNot) {
  options_.start_cpu = 200ms;
  const auto spun = open("", "spins_while_loading");
  ASSERT_TRUE(spun);
  EXPECT_THAT(spun->what, HasSubstr("computed for more than 0.2 s"));
  EXPECT_FALSE(spun->is_outside);
  options_.start_cpu = 1h;
  options_.start_patience = 300ms;
  const auto late = open("", "spins_while_loading");
  ASSERT_TRUE(late);
  EXPECT_THAT(late->what, HasSubstr("gave no answer in 0.3 s"));
  EXPECT_TRUE(late->is_outside);
}

TEST_F(Jailed, AKilledProcessIsNotBlamedOnThePlugin) {
  ASSERT_FALSE(open());
  std::thread killer([pid = process_->pid()] {
    std::this_thread::sleep_for(100ms);
    ::kill(pid, SIGKILL);
  });
  const auto came = ask("wait");
  killer.join();
  ASSERT_TRUE(std::holds_alternative<Fault>(came));
  EXPECT_THAT(std::get<Fault>(came).what, HasSubstr("signal 9"));
  EXPECT_TRUE(std::get<Fault>(came).is_outside);
}

TEST_F(Jailed, WithoutFileNumbersNothingIsStartedAndNothingBlamed) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int plugin = ::open((std::string(UNRULY_FOLDER) + "/unruly.so").c_str(), O_RDONLY | O_CLOEXEC);
  rlimit few = before;
  few.rlim_cur = 10;  // enough for a socket pair, not for what the child is to have
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  auto started = Process::start(options_, plugin);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ::close(plugin);
  ASSERT_TRUE(std::holds_alternative<Fault>(started));
  EXPECT_TRUE(std::get<Fault>(started).refused) << std::get<Fault>(started).what;
}

TEST_F(Jailed, WhatIsNoPluginIsRefused) {
  const int file = ::open("/bin/true", O_RDONLY | O_CLOEXEC);
  auto started = Process::start(options_, file);
  ::close(file);
  ASSERT_TRUE(std::holds_alternative<Fault>(started));
  EXPECT_TRUE(std::get<Fault>(started).refused);
}

TEST_F(Jailed, ARunnerThatIsNoneIsSaid) {
  options_.program = "/nonexistent/runner";
  EXPECT_THAT(open()->what, HasSubstr("No such file"));
  options_.program = "/bin/true";
  EXPECT_THAT(open()->what, HasSubstr("ended its process"));
  options_.program = LIAR;
  EXPECT_THAT(open()->what, HasSubstr("more than a host takes"));
}

// The state letter of a process; 0 where there is none.
char state_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const auto end = text.rfind(')');
  return end == std::string::npos ? '\0' : text.at(end + 2);
}

class Orphan : public ::testing::TestWithParam<const char*> {};

TEST_P(Orphan, GoesWithItsHost) {
  const std::string command = std::string("exec ") + STUB_HOST + " " + RUNNER + " " + UNRULY_FOLDER + "/unruly.so " +
                              GetParam() + " & echo $!; wait";
  FILE* shell = ::popen(command.c_str(), "r");
  ASSERT_NE(shell, nullptr);
  int host = 0;
  int runner = 0;
  ASSERT_EQ(std::fscanf(shell, "%d %d", &host, &runner), 2);
  ASSERT_NE(state_of(runner), '\0');
  std::this_thread::sleep_for(50ms);  // into the call
  ::kill(host, SIGKILL);
  for (int i = 0; i < 500 && state_of(runner) != '\0' && state_of(runner) != 'Z'; ++i)
    std::this_thread::sleep_for(10ms);
  EXPECT_THAT(state_of(runner), AnyOf('\0', 'Z'));
  ::pclose(shell);
}

INSTANTIATE_TEST_SUITE_P(Hosts, Orphan, ::testing::Values("idle", "spin"));

}  // namespace
}  // namespace smm::runner
