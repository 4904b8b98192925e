#include "host/yampi/webhook.h"

#include <gtest/gtest.h>

#include <set>

#include "host/yampi/test_support.h"

namespace smmhost {
namespace {

using nlohmann::json;
using yampi_test::sample;
using yampi_test::sample_json;

const OrderReading& order_of(const Webhook& webhook) {
  static const OrderReading nothing{};
  const auto* reading = std::get_if<OrderReading>(&webhook.content);
  const auto* failure = std::get_if<NotUnderstood>(&webhook.content);
  EXPECT_NE(reading, nullptr) << (failure ? failure->why : "ignored");
  return reading ? *reading : nothing;
}

std::string why_not(std::string_view body) {
  const Webhook webhook = parse_webhook(body);
  const auto* failure = std::get_if<NotUnderstood>(&webhook.content);
  return failure ? failure->why : "";
}

json& first_item(json& body) {
  return body["resource"]["items"]["data"][0];
}

TEST(Webhook, ReadsAPaidOrder) {
  const Webhook webhook = parse_webhook(sample("order_paid.json"));
  EXPECT_EQ(webhook.envelope.event, "order.paid");
  EXPECT_EQ(webhook.envelope.time, parse_iso8601("2026-01-15T13:20:31Z"));
  EXPECT_EQ(webhook.envelope.merchant_alias, "loja-teste");
  const ShopOrder& order = order_of(webhook).order;
  EXPECT_EQ(order.order_id, 170000001);
  EXPECT_EQ(order.number, "34724");
  EXPECT_EQ(order.status_alias, "paid");
  EXPECT_EQ(order.customer_name, "Cliente Teste");
  EXPECT_EQ(order.email, "cliente@example.com");
  EXPECT_EQ(order.phone_full_number, "11900000000");
  EXPECT_EQ(order.created_at, parse_iso8601("2026-01-15T13:20:08Z"));
  EXPECT_EQ(order.updated_at, parse_iso8601("2026-01-15T13:20:25Z"));
  ASSERT_EQ(order.lines.size(), 2U);
  EXPECT_EQ(order.lines[0].item_id, "230000001");
  EXPECT_EQ(order.lines[0].sku, "SEG-1000-BR");
  EXPECT_EQ(order.lines[0].quantity, 1);
  EXPECT_EQ(order.lines[0].customization, "@cliente.teste");
  EXPECT_EQ(order.lines[1].item_id, "230000002");
  EXPECT_EQ(order.lines[1].customization, "");
}

TEST(Webhook, ReadsTheOtherOrderEvents) {
  EXPECT_EQ(order_of(parse_webhook(sample("order_delivered.json"))).order.status_alias, "delivered");
  EXPECT_EQ(order_of(parse_webhook(sample("order_waiting_boleto.json"))).order.number, "739383970908649");
  const ShopOrder paid = order_of(parse_webhook(sample("order_created_paid.json"))).order;
  EXPECT_EQ(paid.status_alias, "paid");
  EXPECT_EQ(paid.updated_at, parse_iso8601("2022-05-19T20:59:51Z")) << "the envelope's time stands in";
}

TEST(Webhook, InvoicesAndOtherThingsAreIgnoredDespiteTheirPrefix) {
  for (const char* event :
       {"order.invoice.created", "order.invoice.updated", "cart.reminder", "customer.created",
        "customer.address.created", "product.updated", "transaction.payment.refused", "cashback.expiring"}) {
    json body = sample_json("order_paid.json");
    body["event"] = event;
    EXPECT_TRUE(std::holds_alternative<IgnoredEvent>(parse_webhook(body.dump()).content)) << event;
  }
}

TEST(Webhook, AnUnknownEventIsForAPerson) {
  EXPECT_EQ(why_not(R"({"event":"order.exploded","resource":{"id":1}})"), "The event \"order.exploded\" is not known.");
  EXPECT_NE(why_not(R"({"resource":{"id":1}})"), "");
  EXPECT_NE(why_not(R"({"event":7,"resource":{"id":1}})"), "");
  EXPECT_NE(why_not(R"({"event":"an event with blanks and cliente@example.com"})"), "");
}

TEST(Webhook, EmptyRelationsComeAsLists) {
  const Webhook webhook = parse_webhook(
      R"({"event":"order.paid","merchant":[],"resource":{"id":5,"status":{"data":{"alias":"paid"}},"customer":{"data":[]},
          "items":{"data":[]},"spreadsheet":{"data":[]},"updated_at":null,"number":null}})");
  const OrderReading& reading = order_of(webhook);
  EXPECT_EQ(reading.order.order_id, 5);
  EXPECT_EQ(reading.order.customer_name, "");
  EXPECT_TRUE(reading.order.lines.empty());
  EXPECT_EQ(reading.order.updated_at, std::nullopt);
}

TEST(Webhook, IdsAndQuantitiesMayBeText) {
  json body = sample_json("order_paid.json");
  body["resource"]["id"] = "170000001";
  first_item(body)["id"] = "230000001";
  first_item(body)["quantity"] = "3";
  body["resource"]["customer"]["data"]["phone"]["full_number"] = 11900000000;
  const ShopOrder order = order_of(parse_webhook(body.dump())).order;
  EXPECT_EQ(order.order_id, 170000001);
  EXPECT_EQ(order.lines[0].item_id, "230000001");
  EXPECT_EQ(order.lines[0].quantity, 3);
  EXPECT_EQ(order.phone_full_number, "11900000000");
}

TEST(Webhook, NullsAnywhereInTheCustomerDoNotMatter) {
  json body = sample_json("order_paid.json");
  for (auto& [key, value] : body["resource"]["customer"]["data"].items()) value = nullptr;
  EXPECT_EQ(order_of(parse_webhook(body.dump())).order.lines.size(), 2U);
  body["resource"]["customer"] = nullptr;
  EXPECT_EQ(order_of(parse_webhook(body.dump())).order.lines.size(), 2U);
}

TEST(Webhook, AnyFieldOfAnyShapeDoesNotBreakIt) {
  const json shapes[] = {nullptr,
                         true,
                         0,
                         -1,
                         1.5,
                         "text",
                         json::array(),
                         json::object(),
                         json::array({1, "a"}),
                         {{"data", json::array()}}};
  const json original = sample_json("order_paid.json");
  const auto pointers = original.flatten();
  std::set<std::string> parents;
  for (const auto& [path, value] : pointers.items()) {
    for (std::string p = path; !p.empty(); p.resize(p.rfind('/'))) parents.insert(p);
  }
  int parsed = 0;
  for (const std::string& path : parents) {
    for (int i = 0; i < 3; ++i) {
      json body = original;
      body[json::json_pointer(path)] = shapes[static_cast<std::size_t>(parsed) % std::size(shapes)];
      const std::string text = body.dump();
      EXPECT_FALSE(kept_payload(parse_webhook(text), text).empty());
      ++parsed;
    }
  }
  EXPECT_GT(parsed, 900);
}

TEST(Webhook, TheStatusIdStandsInForAMissingAlias) {
  EXPECT_EQ(order_of(parse_webhook(R"({"event":"order.paid","resource":{"id":5,"status_id":4,"status":{"data":[]}}})"))
                .order.status_alias,
            "paid");
  EXPECT_NE(why_not(R"({"event":"order.paid","resource":{"id":5}})"), "");
}

TEST(Webhook, AnOrderWithoutIdIsNotUnderstood) {
  for (const char* id :
       {"null", "0", "-5", "\"abc\"", "1.5", "[]", "{}", "99999999999999999999", "\"1234567890123456789\""}) {
    const std::string body =
        R"({"event":"order.paid","resource":{"status":{"data":{"alias":"paid"}},"id":)" + std::string(id) + "}}";
    EXPECT_NE(why_not(body), "") << id;
  }
}

TEST(Webhook, ALineWithoutIdIsReadAsOneAndNeverToldByItsPosition) {
  for (const json& id : {json(nullptr), json(0), json(-5), json("abc"), json(1.5)}) {
    json body = sample_json("order_paid.json");
    first_item(body)["id"] = id;
    const OrderReading reading = order_of(parse_webhook(body.dump()));
    ASSERT_EQ(reading.order.lines.size(), 2U) << id;
    EXPECT_EQ(reading.order.lines[0].item_id, "") << id;
    EXPECT_EQ(reading.order.lines[0].sku, "SEG-1000-BR");
    EXPECT_EQ(reading.order.lines[1].item_id, "230000002");
    ASSERT_EQ(reading.notes.size(), 1U);
    EXPECT_NE(reading.notes[0].find("SEG-1000-BR"), std::string::npos);
  }
}

TEST(Webhook, ALineWithoutAUsableQuantityIsReadAndNoted) {
  for (const json& quantity : {json(0), json(-1), json(nullptr), json("many"), json(1.5)}) {
    json body = sample_json("order_paid.json");
    first_item(body)["quantity"] = quantity;
    const OrderReading reading = order_of(parse_webhook(body.dump()));
    ASSERT_EQ(reading.order.lines.size(), 2U) << quantity;
    EXPECT_LE(reading.order.lines[0].quantity, 0) << quantity;
    EXPECT_EQ(reading.notes.size(), 1U) << quantity;
  }
}

TEST(Webhook, ARepeatedLineIsTakenOnce) {
  json body = sample_json("order_paid.json");
  body["resource"]["items"]["data"].push_back(first_item(body));
  const OrderReading reading = order_of(parse_webhook(body.dump()));
  EXPECT_EQ(reading.order.lines.size(), 2U);
  ASSERT_EQ(reading.notes.size(), 1U);
  EXPECT_NE(reading.notes[0].find("repeated"), std::string::npos);
}

TEST(Webhook, SeveralAnswersThatDifferAreKeptForAPerson) {
  json body = sample_json("order_paid.json");
  first_item(body)["customizations"] =
      json::parse(R"([{"name":"Nome","value":"maria"},{"name":"Cor","value":"azul"}])");
  const OrderReading reading = order_of(parse_webhook(body.dump()));
  EXPECT_EQ(reading.order.lines[0].customization, "several answers: Nome: maria | Cor: azul");
  ASSERT_EQ(reading.notes.size(), 1U);
  EXPECT_EQ(reading.notes[0].find("maria"), std::string::npos) << "a note names no customer";
}

TEST(Webhook, TheSpreadsheetDoesNotAnswerWhereTheLineHasAnswers) {
  json body = sample_json("order_paid.json");
  first_item(body)["customizations"] =
      json::parse(R"([{"name":"Usuário","value":""},{"name":"Observação","value":"obrigada"}])");
  body["resource"]["spreadsheet"]["data"][0]["customization"] = "obrigada";
  EXPECT_EQ(order_of(parse_webhook(body.dump())).order.lines[0].customization, "");
}

TEST(Webhook, TheSpreadsheetAnswersOnlyForASkuThatIsThereOnce) {
  json body = sample_json("order_paid.json");
  first_item(body)["customizations"] = json::array();
  const OrderReading once = order_of(parse_webhook(body.dump()));
  EXPECT_EQ(once.order.lines[0].customization, "@cliente.teste");
  EXPECT_EQ(once.order.lines[1].customization, "");
  ASSERT_EQ(once.notes.size(), 1U);

  json two_lines = body;
  two_lines["resource"]["items"]["data"][1]["item_sku"] = "SEG-1000-BR";
  EXPECT_EQ(order_of(parse_webhook(two_lines.dump())).order.lines[0].customization, "");

  json two_rows = body;
  json row = two_rows["resource"]["spreadsheet"]["data"][0];
  two_rows["resource"]["spreadsheet"]["data"].push_back(row);
  EXPECT_EQ(order_of(parse_webhook(two_rows.dump())).order.lines[0].customization, "");
}

TEST(Webhook, TheSkuOfTheRelationStandsIn) {
  json body = sample_json("order_paid.json");
  first_item(body)["item_sku"] = nullptr;
  EXPECT_EQ(order_of(parse_webhook(body.dump())).order.lines[0].sku, "SEG-1000-BR");
  first_item(body)["sku"] = json::object();
  const OrderReading reading = order_of(parse_webhook(body.dump()));
  EXPECT_EQ(reading.order.lines[0].sku, "") << "kept, so that it is held where a person sees it";
  EXPECT_EQ(reading.notes.size(), 1U);
}

TEST(Webhook, AListThatPhpWroteAsAnObjectIsAListStill) {
  json body = sample_json("order_paid.json");
  json items = body["resource"]["items"]["data"];
  body["resource"]["items"]["data"] = {{"0", items[0]}, {"2", items[1]}};
  EXPECT_EQ(order_of(parse_webhook(body.dump())).order.lines.size(), 2U);
}

TEST(Webhook, DatesMayBeTextObjectsOrNull) {
  json body = sample_json("order_paid.json");
  body["resource"]["updated_at"] = "2026-01-15 10:20:25";
  EXPECT_EQ(order_of(parse_webhook(body.dump())).order.updated_at, parse_iso8601("2026-01-15T13:20:25Z"));
  body["resource"]["updated_at"] =
      json::parse(R"({"date":"2026-01-15 13:20:25.000000","timezone_type":3,"timezone":"UTC"})");
  EXPECT_EQ(order_of(parse_webhook(body.dump())).order.updated_at, parse_iso8601("2026-01-15T13:20:25Z"));
  body["resource"]["updated_at"] =
      json::parse(R"({"date":"2026-01-15 10:20:25.000000","timezone_type":1,"timezone":"-03:00"})");
  EXPECT_EQ(order_of(parse_webhook(body.dump())).order.updated_at, parse_iso8601("2026-01-15T13:20:25Z"));
  body["resource"]["updated_at"] = nullptr;
  EXPECT_EQ(order_of(parse_webhook(body.dump())).order.updated_at, parse_iso8601("2026-01-15T13:20:31Z"));
}

TEST(Webhook, ANulInTextBecomesAVisibleCharacter) {
  json body = sample_json("order_paid.json");
  first_item(body)["customizations"][0]["value"] = std::string("us\0er", 5);
  EXPECT_EQ(order_of(parse_webhook(body.dump())).order.lines[0].customization, "us\uFFFDer");
}

TEST(Webhook, RepeatedKeysAreReadOnce) {
  const auto webhook =
      parse_webhook(R"({"event":"order.paid","event":"cart.reminder","resource":{"id":5,"id":6,"status_id":4}})");
  EXPECT_EQ(order_of(webhook).order.order_id, 5);
}

TEST(Webhook, HostileBodiesAreNotUnderstoodAndNothingBreaks) {
  const std::string deep(100'000, '[');
  const std::string deep_objects = [] {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += "{\"a\":";
    return text;
  }();
  const std::string digits(1'000'000, '9');
  for (const std::string& body :
       {std::string(), std::string(" "), std::string("\0", 1), std::string("not json"), std::string("[]"),
        std::string("null"), std::string("7"), std::string("\"text\""), std::string("{"), deep, deep_objects,
        deep + std::string(100'000, ']'), digits, R"({"event":"order.paid","resource":{"id":)" + digits + "}}",
        R"({"event":"order.paid","resource":{"id":5,"status_id":4,"x":)" + deep + std::string(100'000, ']') + "}}",
        std::string("{\"event\":\"order.paid\",\"x\":\"\xFF\xFE\"}"), std::string("{\"event\":\"\\ud800\"}"),
        std::string("\xEF\xBB\xBF[]")}) {
    const Webhook webhook = parse_webhook(body);
    EXPECT_TRUE(std::holds_alternative<NotUnderstood>(webhook.content)) << body.substr(0, 60);
    const std::string kept = kept_payload(webhook, body);
    EXPECT_LE(kept.size(), 2000U);
    EXPECT_TRUE(json::accept(kept)) << kept;
  }
}

TEST(Webhook, AnOddNumberCostsOnlyItsField) {
  for (const std::string& number :
       {std::string("99999999999999999999"), std::string("-123456789012345678901234567890"), std::string("1e999"),
        std::string("18446744073709551616"), std::string("1.7976931348623159e309"), std::string(5000, '9')}) {
    json body = sample_json("order_paid.json");
    body["resource"]["number"] = "NUMBER";
    body["resource"]["transactions"]["data"][0]["gateway_transaction_id"] = "NUMBER";
    first_item(body)["price"] = "NUMBER";
    body["resource"]["customer"]["data"]["name"] = "Ana \"123456789012345678901\" \\";
    std::string text = body.dump();
    for (std::size_t at = text.find("\"NUMBER\""); at != std::string::npos; at = text.find("\"NUMBER\""))
      text.replace(at, 8, number);
    simdjson::dom::parser strict;
    ASSERT_NE(strict.parse(text).error(), simdjson::SUCCESS) << number.substr(0, 40);
    const ShopOrder order = order_of(parse_webhook(text)).order;
    EXPECT_EQ(order.order_id, 170000001) << number.substr(0, 40);
    ASSERT_EQ(order.lines.size(), 2U);
    EXPECT_EQ(order.lines[0].customization, "@cliente.teste");
    EXPECT_EQ(order.customer_name, "Ana \"123456789012345678901\" \\") << "text is left as it is";
    EXPECT_EQ(order.updated_at, parse_iso8601("2026-01-15T13:20:25Z"));
  }
}

TEST(Webhook, AnOddNumberWhereAnIdOrAQuantityBelongsIsNone) {
  json body = sample_json("order_paid.json");
  first_item(body)["quantity"] = "NUMBER";
  std::string text = body.dump();
  text.replace(text.find("\"NUMBER\""), 8, "100000000000000000000");
  EXPECT_EQ(order_of(parse_webhook(text)).order.lines[0].quantity, 0);
}

TEST(Webhook, AMegabyteOfLinesIsRead) {
  json body = sample_json("order_paid.json");
  json items = json::array();
  for (int i = 0; i < 4000; ++i)
    items.push_back({{"id", 1000 + i},
                     {"item_sku", "SKU"},
                     {"quantity", 1},
                     {"customizations", json::array({{{"value", std::string(200, 'a')}}})}});
  body["resource"]["items"]["data"] = items;
  EXPECT_EQ(order_of(parse_webhook(body.dump())).order.lines.size(), 4000U);
}

// What is kept.

// Every text and number of 5.1's body that may not be kept.
std::set<std::string> sensitive_values() {
  return {"seguro.example.com",
          "REDACTED",
          "203.0.113.7",
          "00000000000",
          "CARTTOKENTESTE",
          "TOKENSKU01",
          "00020126",
          "Rua Exemplo",
          "01000000",
          "Centro",
          "São Paulo",
          "whatsapp",
          "pix.svg",
          "login_url",
          "token",
          "cpf",
          "170000000001",
          "content-statement",
          "reorder",
          "customerToken",
          "5511900000000",
          "58.03",
          "260000001",
          "shipping"};
}

TEST(KeptPayload, HoldsNothingSensitiveOfAFullOrder) {
  const std::string body = sample("order_paid.json");
  for (const std::string& value : sensitive_values())
    ASSERT_NE(body.find(value), std::string::npos) << value << ": not in the sample";
  const std::string kept = kept_payload(parse_webhook(body), body);
  for (const std::string& value : sensitive_values()) EXPECT_EQ(kept.find(value), std::string::npos) << value;
}

TEST(KeptPayload, HoldsOnlyTheListedKeys) {
  const std::string body = sample("order_paid.json");
  std::set<std::string> keys;
  const json flat = json::parse(kept_payload(parse_webhook(body), body)).flatten();
  for (const auto& [path, value] : flat.items()) keys.insert(path);
  EXPECT_EQ(keys, (std::set<std::string>{"/event", "/time", "/merchant/alias", "/resource/id", "/resource/number",
                                         "/resource/status/data/alias", "/resource/created_at", "/resource/updated_at",
                                         "/resource/customer/data/name", "/resource/customer/data/email",
                                         "/resource/customer/data/phone/full_number", "/resource/items/data/0/id",
                                         "/resource/items/data/0/item_sku", "/resource/items/data/0/quantity",
                                         "/resource/items/data/0/customizations/0/value", "/resource/items/data/1/id",
                                         "/resource/items/data/1/item_sku", "/resource/items/data/1/quantity",
                                         "/resource/items/data/1/customizations"}));
}

TEST(KeptPayload, HoldsNothingSensitiveOfABrokenOrder) {
  const std::string body = sample("order_paid.json");
  for (std::size_t cut = 0; cut < body.size(); cut += 97) {
    for (const std::string& broken : {body.substr(0, cut), body.substr(cut) + "}"}) {
      const std::string kept = kept_payload(parse_webhook(broken), broken);
      for (const char* value : {"203.0.113.7", "00000000000", "cliente@example.com", "00020126", "11900000000",
                                "5511900000000", "example.com/", "260000001"})
        EXPECT_EQ(kept.find(value), std::string::npos) << kept;
    }
  }
}

TEST(KeptPayload, OfOtherEventsIsASkeleton) {
  const std::string body =
      R"({"event":"customer.created","time":"2026-01-15 10:20:31","merchant":{"alias":"loja-teste"},"resource":{"id":9,"name":"Ana","cpf":"1"}})";
  EXPECT_EQ(
      kept_payload(parse_webhook(body), body),
      R"({"event":"customer.created","time":"2026-01-15T13:20:31.000Z","merchant":{"alias":"loja-teste"},"resource":{"id":9}})");
}

TEST(KeptPayload, OfWhatIsNoJsonIsAnExcerpt) {
  const std::string body = "a=1&email=cliente@example.com\r\n12345678909";
  const json kept = json::parse(kept_payload(parse_webhook(body), body));
  EXPECT_EQ(kept["excerpt"], "[...]  [...]");
}

TEST(KeptPayload, IsReadAgainToTheSameOrder) {
  json body = sample_json("order_paid.json");
  first_item(body)["customizations"] = json::array();  // answered by the spreadsheet, which is not kept
  body["resource"]["items"]["data"][1]["quantity"] = 0;
  body["resource"]["items"]["data"][1].erase("id");
  for (const std::string& text :
       {sample("order_paid.json"), sample("order_delivered.json"), sample("order_created_paid.json"),
        sample("order_waiting_boleto.json"), body.dump()}) {
    const Webhook first = parse_webhook(text);
    const std::string kept = kept_payload(first, text);
    const Webhook second = parse_webhook(kept);
    const OrderReading& a = order_of(first);
    const OrderReading& b = order_of(second);
    EXPECT_EQ(second.envelope.event, first.envelope.event);
    EXPECT_EQ(second.envelope.time, first.envelope.time);
    EXPECT_EQ(b.order.order_id, a.order.order_id);
    EXPECT_EQ(b.order.number, a.order.number);
    EXPECT_EQ(b.order.merchant_alias, a.order.merchant_alias);
    EXPECT_EQ(b.order.status_alias, a.order.status_alias);
    EXPECT_EQ(b.order.customer_name, a.order.customer_name);
    EXPECT_EQ(b.order.email, a.order.email);
    EXPECT_EQ(b.order.phone_full_number, a.order.phone_full_number);
    EXPECT_EQ(b.order.updated_at, a.order.updated_at);
    EXPECT_EQ(b.order.was_paid, a.order.was_paid && a.order.status_alias != "paid");
    ASSERT_EQ(b.order.lines.size(), a.order.lines.size());
    for (std::size_t i = 0; i < a.order.lines.size(); ++i) {
      EXPECT_EQ(b.order.lines[i].item_id, a.order.lines[i].item_id);
      EXPECT_EQ(b.order.lines[i].sku, a.order.lines[i].sku);
      EXPECT_EQ(b.order.lines[i].quantity, a.order.lines[i].quantity);
      EXPECT_EQ(b.order.lines[i].customization, a.order.lines[i].customization);
    }
    EXPECT_EQ(kept_payload(second, kept), kept);
  }
}

}  // namespace
}  // namespace smmhost
