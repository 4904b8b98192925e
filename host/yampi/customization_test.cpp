#include "host/yampi/customization.h"

#include <gtest/gtest.h>

#include "core/text/instagram_target.h"

namespace smmhost {
namespace {

CustomizationReading reading_of(const std::string& customizations) {
  const JsonDocument document(R"({"customizations":)" + customizations + "}");
  EXPECT_TRUE(document.root()) << document.error();
  return document.root() ? read_customization(*document.root()) : CustomizationReading{};
}

std::string text_of_line(const std::string& customizations) {
  return reading_of(customizations).text;
}

TEST(Customization, TheOnlyAnswerCountsWhateverItsQuestion) {
  EXPECT_EQ(text_of_line(R"([{"value":" @user "}])"), " @user ") << "as typed";
  EXPECT_EQ(text_of_line(R"([{"name":"Seu nome aqui","value":"user"}])"), "user");
  EXPECT_EQ(text_of_line(R"([{"name":"x","value":null},{"value":" "},{"value":"@user"}])"), "@user");
  EXPECT_EQ(text_of_line(R"([{"selected_value":"@cart"}])"), "@cart");
  EXPECT_EQ(text_of_line(R"([{"value":"","selected_value":"@cart"}])"), "@cart");
  EXPECT_EQ(text_of_line(R"({"data":[{"value":["@a"]}]})"), "@a");
}

TEST(Customization, WithoutAnAnswerThereIsNone) {
  for (const char* none : {"[]", "null", "{}", R"([{"value":""}])", R"([{"name":"Instagram"}])", R"([[],7,"x"])"}) {
    EXPECT_EQ(text_of_line(none), "") << none;
    EXPECT_FALSE(reading_of(none).answered) << none;
  }
}

TEST(Customization, TheQuestionAboutTheProfileGoesBeforeTheOthers) {
  for (const char* question :
       {"Instagram", "Usuário do Instagram", "USUÁRIO", "usu\\u0061\\u0301rio", "Usuario", "Perfil", "profile",
        "Username", "Link da publicação", "Seu @", "Insta", "Qual o seu IG?", "Arroba"}) {
    const std::string named = R"({"name":")" + std::string(question) + R"(","value":"@maria"})";
    EXPECT_EQ(text_of_line(R"([{"name":"Cor","value":"azul"},)" + named + "]"), "@maria") << question;
    EXPECT_EQ(text_of_line("[" + named + R"(,{"value":"obrigada"}])"), "@maria") << question;
  }
}

TEST(Customization, WordsThatOnlyContainTheShortOnesAreOtherQuestions) {
  for (const char* question : {"Endereço de instalação", "Código", "Digite a mensagem"})
    EXPECT_TRUE(
        reading_of(R"([{"name":")" + std::string(question) + R"(","value":"azul"},{"value":"@maria"}])").several)
        << question;
}

TEST(Customization, AnUnansweredQuestionAboutTheProfileIsNotAnsweredByAnother) {
  const CustomizationReading reading =
      reading_of(R"([{"name":"Usuário do Instagram","value":""},{"name":"Recado","value":"obrigada"}])");
  EXPECT_EQ(reading.text, "");
  EXPECT_FALSE(reading.several);
  EXPECT_TRUE(reading.answered);
}

TEST(Customization, AnswersThatPointAtTheSameAreOne) {
  const CustomizationReading reading = reading_of(
      R"([{"name":"Usuário","value":"@maria"},{"name":"Link do perfil","value":"https://www.instagram.com/Maria/"}])");
  EXPECT_EQ(reading.text, "@maria");
  EXPECT_FALSE(reading.several);
}

TEST(Customization, AnswersThatDifferAreNeverReadAsAName) {
  for (const char* several :
       {R"([{"value":"@maria"},{"value":"@joana"}])", R"([{"value":["@maria","@joana"]}])",
        R"([{"value":"maria?igsh=x"},{"value":"azul"}])", R"([{"value":"😀"},{"value":"@maria"}])",
        R"([{"value":"@maria"},{"value":"😀"}])",
        R"([{"name":"Instagram","value":"maria"},{"name":"@","value":"joana"}])",
        R"([{"value":"https://www.instagram.com/maria/"},{"value":"https://www.instagram.com/p/DOqjIRkAoz0/"}])"}) {
    const CustomizationReading reading = reading_of(several);
    EXPECT_TRUE(reading.several) << several;
    EXPECT_EQ(parse_instagram_target(reading.text).kind, TargetKind::kNotUnderstood) << reading.text;
  }
  EXPECT_EQ(text_of_line(R"([{"name":"A","value":"@maria"},{"value":"@joana"}])"),
            "several answers: A: @maria | @joana");
}

TEST(Customization, OfSeveralAboutTheProfileAllAreKeptAndTheOthersLeftOut) {
  EXPECT_EQ(
      text_of_line(R"([{"name":"Perfil","value":"a.b"},{"name":"Cor","value":"azul"},{"name":"Link","value":"c.d"}])"),
      "several answers: Perfil: a.b | Link: c.d");
}

}  // namespace
}  // namespace smmhost
