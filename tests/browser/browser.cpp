// A real browser, driven over the WebDriver protocol.
#include "tests/browser/browser.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <Poco/Base64Decoder.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "examples/world/http_call.h"

namespace smmhost::browser {

namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;
constexpr const char* kDriver = "/usr/bin/chromedriver";
constexpr const char* kChromium = "/usr/bin/chromium";
constexpr const char* kElementKey = "element-6066-11e4-a52e-4f735466cecf";  // fixed by the WebDriver recommendation
constexpr std::chrono::seconds kStartLimit{30};
constexpr std::chrono::seconds kElementLimit{20};
constexpr std::chrono::milliseconds kLookAgain{50};

// What a person could click or fill in, by its text or accessible label; null where it is not there (yet).
constexpr const char* kFind = R"(
  const [kind, label] = arguments;
  const seen = node => node.getClientRects().length > 0;
  const name = node => (node.getAttribute('aria-label') || node.closest('label')?.textContent || '').trim();
  if (kind === 'click') {
    const text = node => node.textContent.trim();
    const all = [...document.querySelectorAll('button, a, summary, tr.open')].filter(seen);
    return all.find(n => text(n) === label) || all.find(n => n.tagName === 'TR' && text(n).includes(label)) || null;
  }
  return [...document.querySelectorAll('input, select, textarea')].filter(seen).find(n => name(n) === label) || null;
)";

std::string whole_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The port in chromedriver's "... was started successfully on port 12345."; "" while it is not there.
std::string port_in(const std::string& printed) {
  constexpr std::string_view kBefore = "successfully on port ";
  const std::size_t at = printed.find(kBefore);
  if (at == std::string::npos) return {};
  const std::size_t from = at + kBefore.size();
  const std::size_t to = printed.find_first_not_of("0123456789", from);
  return to == std::string::npos ? "" : printed.substr(from, to - from);
}

// Everything here is allowed between fork and exec.
[[noreturn]] void become_driver(const char* log) {
  setpgid(0, 0);  // its browsers end with it, as one group
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int file = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
  close_range(STDERR_FILENO + 1, ~0U, 0);
  execl(kDriver, "chromedriver", "--port=0", static_cast<char*>(nullptr));
  _exit(127);
}

}  // namespace

Browser::Browser(const std::string& language) {
  for (const char* program : {kDriver, kChromium}) {
    if (access(program, X_OK) != 0) {
      throw std::runtime_error(std::string(program) + " is missing: apt-get install chromium chromium-driver");
    }
  }
  start_driver();
  start_session(language);
}

Browser::~Browser() {
  if (!session_.empty()) {
    world::call("DELETE", address_ + session_, "", {}, std::chrono::seconds{5});
  }
  if (driver_ > 0) {
    kill(-driver_, SIGKILL);
    waitpid(driver_, nullptr, 0);
  }
}

void Browser::start_driver() {
  const std::filesystem::path log = folder_ / "chromedriver.log";
  driver_ = fork();
  if (driver_ < 0) throw std::runtime_error("fork failed");
  if (driver_ == 0) become_driver(log.c_str());
  for (const auto deadline = Clock::now() + kStartLimit; Clock::now() < deadline;
       std::this_thread::sleep_for(kLookAgain)) {
    const std::string port = port_in(whole_file(log));
    if (port.empty()) continue;
    address_ = "http://127.0.0.1:" + port;
    return;
  }
  throw std::runtime_error("chromedriver did not start: " + whole_file(log));
}

void Browser::start_session(const std::string& language) {
  const Json arguments = {"--headless",
                          "--no-sandbox",
                          "--disable-gpu",
                          "--disable-quic",
                          "--no-first-run",
                          "--disable-background-networking",
                          "--disable-component-update",
                          "--disable-sync",
                          "--disable-dev-shm-usage",
                          "--lang=" + language,
                          "--user-data-dir=" + (folder_ / "profile").string()};
  const Json options = {{"binary", kChromium}, {"args", arguments}, {"prefs", {{"intl.accept_languages", language}}}};
  const Json wanted = {{"browserName", "chrome"},
                       {"goog:chromeOptions", options},
                       {"goog:loggingPrefs", {{"browser", "SEVERE"}}},
                       {"unhandledPromptBehavior", "ignore"}};
  const Json answer = command("POST", "/session", {{"capabilities", {{"alwaysMatch", wanted}}}});
  session_ = "/session/" + answer.at("sessionId").get<std::string>();
}

Json Browser::command(const std::string& method, const std::string& path, const Json& body) {
  const auto answer = world::call(method, address_ + session_ + path, body.is_null() ? "" : body.dump(),
                                  {{"Content-Type", "application/json"}}, std::chrono::seconds{60});
  const Json read = Json::parse(answer.body, nullptr, false);
  if (answer.status != 200 || !read.is_object()) {
    throw std::runtime_error(method + " " + path + ": " + std::to_string(answer.status) + " " + answer.body);
  }
  return read.at("value");
}

void Browser::open(const std::string& url) {
  command("POST", "/url", {{"url", url}});
}

Json Browser::run(const std::string& script, const Json& arguments) {
  return command("POST", "/execute/sync", {{"script", script}, {"args", arguments}});
}

std::string Browser::text() {
  return run("return document.body.innerText").get<std::string>();
}

std::string Browser::element(const std::string& kind, const std::string& label) {
  for (const auto deadline = Clock::now() + kElementLimit; Clock::now() < deadline;
       std::this_thread::sleep_for(kLookAgain)) {
    const Json found = run(kFind, {kind, label});
    if (found.is_object()) return found.at(kElementKey).get<std::string>();
  }
  throw std::runtime_error("nothing to " + kind + " is called '" + label + "'. The page shows: " + text());
}

void Browser::click(const std::string& label) {
  command("POST", "/element/" + element("click", label) + "/click", Json::object());
}

void Browser::type(const std::string& label, const std::string& text) {
  const std::string path = "/element/" + element("fill", label);
  command("POST", path + "/clear", Json::object());
  command("POST", path + "/value", {{"text", text}});
}

void Browser::choose(const std::string& label, const std::string& option) {
  run("const [select, text] = arguments;"
      "select.value = [...select.options].find(o => o.textContent === text).value;"
      "select.dispatchEvent(new Event('change', {bubbles: true}));",
      {{{kElementKey, element("fill", label)}}, option});
}

void Browser::accept_dialog() {
  command("POST", "/alert/accept", Json::object());
}

std::string Browser::wait_for(const std::string& wanted, std::chrono::seconds longest) {
  std::string seen;
  for (const auto deadline = Clock::now() + longest; Clock::now() < deadline; std::this_thread::sleep_for(kLookAgain)) {
    seen = text();
    if (seen.find(wanted) != std::string::npos) return {};
  }
  return "never '" + wanted + "', but: " + seen;
}

Json Browser::console_errors() {
  return command("POST", "/se/log", {{"type", "browser"}});
}

void Browser::save_picture(const std::filesystem::path& png) {
  std::istringstream encoded(command("GET", "/screenshot").get<std::string>());
  Poco::Base64Decoder decoder(encoded);
  std::ofstream{png, std::ios::binary} << decoder.rdbuf();
}

void Browser::resize(int width, int height) {
  command("POST", "/window/rect", {{"width", width}, {"height", height}});
}

}  // namespace smmhost::browser
