#include "host/cli/demo_display.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/domain/money.h"
#include "host/cli/demo_text.h"
#include "host/cli/table.h"

namespace smmhost {
namespace {

constexpr int kBarWidth = 40;

std::string bar(int done, int all) {
  const int full = all == 0 ? 0 : done * kBarWidth / all;
  std::string text;
  for (int n = 0; n < kBarWidth; ++n) text += n < full ? "█" : "░";
  return text;
}

// "delivered (x)" and "held (no_funds)" are counted apart; a lost webhook's order has no state yet.
std::map<std::string, int> count_states(const DemoRun& run) {
  std::map<std::string, int> counts;
  for (const DemoStanding& standing : run.standings()) ++counts[standing.state.empty() ? "-" : standing.state];
  return counts;
}

}  // namespace

void DemoDisplay::erase_block() {
  if (drawn_lines_ > 0) out_ << "\x1b[" << drawn_lines_ << "A\x1b[J";
  drawn_lines_ = 0;
}

void DemoDisplay::news(const std::string& line) {
  erase_block();
  out_ << printable(line) << std::endl;
}

std::vector<std::string> DemoDisplay::block(const DemoRun& run, double seconds) const {
  const int all = static_cast<int>(run.orders().size());
  std::vector<std::string> lines{
      "", bar(run.as_expected(), all) + say_(demo_text::kProgress, seconds, run.as_expected(), all)};
  for (const auto& [state, count] : count_states(run)) lines.push_back(fmt::format("{:>5}  {}", count, state));
  return lines;
}

void DemoDisplay::progress(const DemoRun& run, double seconds) {
  if (is_terminal_) {
    erase_block();
    const auto lines = block(run, seconds);
    for (const std::string& line : lines) out_ << line << "\n";
    out_ << std::flush;
    drawn_lines_ = lines.size();
    return;
  }
  last_states_.resize(run.orders().size());
  for (std::size_t n = 0; n < last_states_.size(); ++n) {
    const std::string& state = run.standings()[n].state;
    if (state == last_states_[n]) continue;
    last_states_[n] = state;
    out_ << fmt::format("{:5.1f} s  {}  {}: {}", seconds, run.orders()[n].id, say_.text(run.orders()[n].shows), state)
         << std::endl;
  }
}

void DemoDisplay::result(const DemoRun& run, const std::vector<DemoBooks>& books) {
  erase_block();
  using namespace demo_text;
  const auto word = [this](const Message& message) { return std::string{say_.text(message)}; };
  Table table{{word(kColumnOrder), word(kColumnWhat), word(kColumnBecame), word(kColumnTold), word(kColumnCost),
               word(kColumnAsExpected)}};
  for (std::size_t n = 0; n < run.orders().size(); ++n) {
    const DemoStanding& standing = run.standings()[n];
    table.add({run.orders()[n].id == 0 ? "-" : std::to_string(run.orders()[n].id), word(run.orders()[n].shows),
               standing.state, standing.told, standing.cost, word(standing.as_expected ? kYes : kNo)});
  }
  out_ << "\n";
  table.print(out_);
  out_ << "\n";
  for (std::size_t n = 0; n < run.orders().size(); ++n) {
    const DemoStanding& standing = run.standings()[n];
    if (!standing.as_expected) out_ << say_(kExpectedGot, run.orders()[n].id, standing.expected, standing.got) << "\n";
  }
  for (const DemoBooks& one : books) {
    out_ << say_(kLedger, one.provider, decimal_text(one.spent_micros), one.currency, decimal_text(one.recorded_micros),
                 one.currency, decimal_text(one.left_micros), one.currency)
         << "\n";
  }
  if (!std::all_of(books.begin(), books.end(), [](const DemoBooks& one) { return one.agree(); }))
    out_ << word(kBooksDiffer) << "\n";
  out_ << std::flush;
}

}  // namespace smmhost
