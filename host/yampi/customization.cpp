#include "host/yampi/customization.h"

#include <algorithm>
#include <vector>

#include "core/text/customer_text.h"
#include "core/text/instagram_target.h"

namespace smmhost {
namespace {

struct Answer {
  std::string question;
  std::string text;
};

bool is_blank(const std::string& text) {
  return clean_customer_text(text).blank;
}

// An answer may be a list: a choice of several.
std::vector<std::string> texts_of(const std::optional<Json>& value) {
  if (!value) return {};
  simdjson::dom::array list;
  if (value->get(list) != simdjson::SUCCESS) return {text_of(value)};
  std::vector<std::string> texts;
  for (const Json item : list) texts.push_back(text_of(item));
  return texts;
}

// A question without an answer has one that is empty.
std::vector<Answer> answers_of(const Json& item) {
  std::vector<Answer> answers;
  for (const Json& customization : relation_list(item, "customizations")) {
    const std::string question = text_of(member(customization, "name"));
    const std::size_t before = answers.size();
    for (const char* key : {"value", "selected_value"}) {
      if (answers.size() > before) break;
      for (std::string& text : texts_of(member(customization, key)))
        if (!is_blank(text)) answers.push_back({question, std::move(text)});
    }
    if (answers.size() == before) answers.push_back({question, {}});
  }
  return answers;
}

// Lower case and without accents, composed or combining: "Usuário" and "USUARIO" are one word.
std::string folded(std::string_view text) {
  constexpr std::string_view kLetters = "aaaaaaaceeeeiiiidnooooo ouuuuyty";  // of U+00E0 to U+00FF
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    const bool combining = (byte == 0xCC && next >= 0x80) || (byte == 0xCD && next >= 0x80 && next <= 0xAF);
    if (byte == 0xC3 && next >= 0x80 && next <= 0xBF) plain += kLetters[next & 0x1FU];
    if (byte == 0xC3 || combining)
      ++i;
    else
      plain += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : text[i];
  }
  return plain;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool has_word(const std::string& text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_letter_or_digit(text[at - 1])) && (end == text.size() || !is_letter_or_digit(text[end])))
      return true;
  }
  return false;
}

bool asks_for_the_profile(const Answer& answer) {
  constexpr std::string_view kParts[] = {"instagram", "usuario", "perfil", "profile", "user", "link", "@", "arroba"};
  constexpr std::string_view kWords[] = {"insta", "ig"};
  const std::string question = folded(answer.question);
  return std::any_of(std::begin(kParts), std::end(kParts),
                     [&](std::string_view part) { return question.find(part) != std::string::npos; }) ||
         std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return has_word(question, word); });
}

bool agree(const std::vector<Answer>& answers) {
  return std::all_of(answers.begin(), answers.end(),
                     [&](const Answer& answer) { return points_at_the_same(answer.text, answers.front().text); });
}

// Blanks stand before every answer, so that no answer makes the whole a name or a link.
std::string all_of_them(const std::vector<Answer>& answers) {
  std::string all = "several answers:";
  for (std::size_t i = 0; i < answers.size(); ++i) {
    all += i == 0 ? " " : " | ";
    if (!answers[i].question.empty()) all += answers[i].question + ": ";
    all += answers[i].text;
  }
  return all;
}

}  // namespace

CustomizationReading read_customization(const Json& item) {
  CustomizationReading reading;
  std::vector<Answer> answers = answers_of(item);
  reading.answered = std::any_of(answers.begin(), answers.end(), [](const Answer& a) { return !a.text.empty(); });
  if (std::any_of(answers.begin(), answers.end(), asks_for_the_profile))
    std::erase_if(answers, [](const Answer& answer) { return !asks_for_the_profile(answer); });
  std::erase_if(answers, [](const Answer& answer) { return answer.text.empty(); });
  if (answers.empty()) return reading;
  reading.several = !agree(answers);
  reading.text = reading.several ? all_of_them(answers) : std::move(answers.front().text);
  return reading;
}

}  // namespace smmhost
