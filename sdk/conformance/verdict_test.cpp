// What a case's process tells, and what it does not live to tell; the reports made of it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <set>
#include <sstream>

#include "sdk/conformance/case_process.h"
#include "sdk/conformance/report.h"

namespace smm::conformance {
namespace {

using std::chrono::milliseconds;

Outcome run(const std::function<void(Verdict&)>& body, int limit_ms = 20'000) {
  return run_in_child(body, {milliseconds(limit_ms)});
}

TEST(case_process, a_body_that_says_nothing_has_passed) {
  EXPECT_EQ(run([](Verdict&) {}).status, Status::kPass);
}

TEST(case_process, a_failure_outweighs_a_skip_and_a_skip_a_warning) {
  const Outcome failed = run([](Verdict& verdict) {
    verdict.warn("w");
    verdict.skip("s");
    verdict.fail("f");
  });
  EXPECT_EQ(failed.status, Status::kFail);
  EXPECT_EQ(failed.message, "f");
  EXPECT_EQ(run([](Verdict& verdict) {
              verdict.warn("w");
              verdict.skip("s");
            }).status,
            Status::kSkipped);
}

TEST(case_process, an_exception_is_a_failure) {
  const Outcome outcome = run([](Verdict&) { throw std::runtime_error("what"); });
  EXPECT_EQ(outcome.status, Status::kFail);
  EXPECT_EQ(outcome.message, "what");
}

TEST(case_process, a_crash_names_the_signal_and_the_step) {
  const Outcome outcome = run([](Verdict& verdict) {
    verdict.at("the step");
    ::raise(SIGKILL);
  });
  EXPECT_EQ(outcome.status, Status::kCrashed);
  EXPECT_NE(outcome.message.find("Killed"), std::string::npos) << outcome.message;
  EXPECT_NE(outcome.message.find("the step"), std::string::npos) << outcome.message;
}

TEST(case_process, ending_the_process_is_a_crash_even_with_exit_code_0) {
  const Outcome outcome = run([](Verdict&) { ::_exit(0); });
  EXPECT_EQ(outcome.status, Status::kCrashed);
  EXPECT_NE(outcome.message.find("exit code 0"), std::string::npos) << outcome.message;
}

TEST(case_process, a_body_without_an_end_is_killed) {
  const Outcome outcome = run(
      [](Verdict&) {
        for (volatile bool on = true; on;) {
        }
      },
      200);
  EXPECT_EQ(outcome.status, Status::kCrashed);
  EXPECT_NE(outcome.message.find("did not end within 200 ms"), std::string::npos) << outcome.message;
}

TEST(case_process, a_crash_after_the_end_is_a_crash) {
  const Outcome outcome = run([](Verdict& verdict) {
    verdict.end();
    ::raise(SIGSEGV);
  });
  EXPECT_EQ(outcome.status, Status::kCrashed);
}

TEST(case_process, what_it_started_is_killed_wherever_it_hides) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const Outcome outcome = run([&](Verdict&) {
    if (::fork() != 0) return;
    ::setsid();
    if (::fork() != 0) ::_exit(0);
    for (;;) ::pause();
  });
  EXPECT_EQ(outcome.status, Status::kFail);
  EXPECT_NE(outcome.message.find("left processes behind"), std::string::npos) << outcome.message;
  EXPECT_LT(outcome.milliseconds, 10'000);
  // Nobody holds the other end any more.
  ::close(ends[1]);
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), 0);
  ::close(ends[0]);
}

TEST(case_process, another_cannot_report_in_its_place) {
  std::set<int> ours;
  for (int i = 0; i < 256; ++i) {
    if (::fcntl(i, F_GETFD) != -1) ours.insert(i);
  }
  for (const std::string text : {"[\"end\",\"\"]\n", "[1,2]\n{}\n[[\n\xff\n"}) {
    const Outcome outcome = run([&](Verdict&) {
      for (int i = 0; i < 256; ++i) {
        if (ours.count(i) == 0) static_cast<void>(!::write(i, text.data(), text.size()));
      }
    });
    EXPECT_EQ(outcome.status, Status::kFail) << text;
    EXPECT_NE(outcome.message.find("descriptor that it did not open"), std::string::npos) << outcome.message;
  }
}

TEST(case_process, printing_for_ever_is_stopped) {
  const Outcome outcome = run([](Verdict&) {
    for (;;) ::write(1, "spam", 4);
  });
  EXPECT_EQ(outcome.status, Status::kCrashed);
  EXPECT_NE(outcome.message.find("File size limit"), std::string::npos) << outcome.message;
}

TEST(case_process, taking_memory_for_ever_is_stopped) {
  const Outcome outcome = run_in_child(
      [](Verdict&) {
        std::vector<std::string> taken;
        for (;;) taken.emplace_back(1 << 20, 'x');
      },
      {milliseconds(20'000), 300});
  EXPECT_EQ(outcome.status, Status::kCrashed);
  EXPECT_NE(outcome.message.find("more than 300 MB"), std::string::npos) << outcome.message;
}

TEST(case_process, what_the_plugin_printed_last_is_shown_of_a_crash) {
  const Outcome outcome = run([](Verdict&) {
    ::write(2, "last words", 10);
    ::_exit(3);
  });
  EXPECT_NE(outcome.message.find("last words"), std::string::npos) << outcome.message;
}

std::vector<CaseResult> sample_results() {
  return {{"money", "never_twice", {Status::kFail, "a <b> & \"c\"\x01", 1234}},
          {"money", "other", {Status::kCrashed, "gone", 1}},
          {"fuzz", "answers", {Status::kSkipped, "excluded: why", 0}},
          {"fuzz", "inputs", {}}};
}

TEST(report, junit_escapes_and_counts) {
  Subject subject;
  subject.manifest = {{"id", "x"}};
  const std::string xml = junit_report(subject, sample_results());
  EXPECT_NE(xml.find("<testsuite name=\"money\" tests=\"2\" failures=\"1\" errors=\"1\" skipped=\"0\">"),
            std::string::npos)
      << xml;
  EXPECT_NE(xml.find("a &lt;b&gt; &amp; &quot;c&quot;?"), std::string::npos) << xml;
  EXPECT_NE(xml.find("time=\"1.234\""), std::string::npos) << xml;
}

TEST(report, junit_is_written_of_a_file_without_a_manifest_and_is_utf8) {
  for (const Json& manifest : {Json(), Json{{"id", 7}}, Json::object()}) {
    Subject subject;
    subject.manifest = manifest;
    const std::string xml = junit_report(subject, {{"money", "other", {Status::kCrashed, "\xff gone \xc3", 1}}});
    EXPECT_NE(xml.find("classname=\"plugin.money\""), std::string::npos) << xml;
    EXPECT_NE(xml.find("message=\"\xEF\xBF\xBD gone \xEF\xBF\xBD\""), std::string::npos) << xml;
  }
}

TEST(report, json_bears_every_case_and_the_reason_of_an_exclusion) {
  Subject subject;
  const Json report = Json::parse(json_report(subject, sample_results()));
  EXPECT_EQ(report.at("ok"), false);
  EXPECT_EQ(report.at("counts").at("crashed"), 1);
  EXPECT_EQ(report.at("cases").at(2).at("message"), "excluded: why");
}

TEST(report, text_says_at_the_end_whether_the_plugin_conforms) {
  std::ostringstream bad;
  print_summary(bad, sample_results());
  EXPECT_NE(bad.str().find("DOES NOT CONFORM: 1 fail, 1 crashed, 1 skipped, 1 pass"), std::string::npos) << bad.str();
}

}  // namespace
}  // namespace smm::conformance
