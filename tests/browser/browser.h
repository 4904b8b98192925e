// A real browser, driven over the WebDriver protocol (W3C): Debian's chromedriver and Chromium as processes of their
// own, headless, without any connection but to loopback. Not thread-safe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/temporary_folder.h"

namespace smmhost::browser {

class Browser {
 public:
  // `language` is what the browser tells pages ("en-US", "pt-BR"). Throws std::runtime_error, naming the Debian
  // package, where the programs are missing.
  explicit Browser(const std::string& language);
  ~Browser();  // ends both processes and removes their folder
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  void open(const std::string& url);
  // Runs the body of a JavaScript function in the page; its return value. Throws where the script throws.
  nlohmann::json run(const std::string& script, const nlohmann::json& arguments = nlohmann::json::array());
  // The text a person would see.
  std::string text();
  // Clicks the first visible button, link or table row whose text is `label`, as a mouse would. Waits for it.
  void click(const std::string& label);
  // Types into the first visible input with this accessible label, replacing what is there.
  void type(const std::string& label, const std::string& text);
  void choose(const std::string& label, const std::string& option);
  void accept_dialog();
  // Waits until the visible text contains `wanted`; what is seen instead, or "" when it came.
  std::string wait_for(const std::string& wanted, std::chrono::seconds longest = std::chrono::seconds{20});
  // What the page wrote to the console as errors since the last call (uncaught exceptions too).
  nlohmann::json console_errors();
  void save_picture(const std::filesystem::path& png);
  void resize(int width, int height);

 private:
  nlohmann::json command(const std::string& method, const std::string& path, const nlohmann::json& body = nullptr);
  std::string element(const std::string& kind, const std::string& label);
  void start_driver();
  void start_session(const std::string& language);

  const tests::TemporaryFolder temporary_;
  const std::filesystem::path folder_ = temporary_.path();
  pid_t driver_ = -1;
  std::string address_;  // of the driver
  std::string session_;  // its path
};

}  // namespace smmhost::browser
