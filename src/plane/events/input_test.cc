#include "plane/events/input.h"

#include <gtest/gtest.h>

#include "plane/events/template_text.h"
#include "text/json.h"

namespace hikae::plane::events {
namespace {

const Value& sample_event() {
  static const auto kEvent =
      text::parse_json(R"({"version":"0","id":"e1","detail-type":"T","source":"s",)"
                       R"("resources":["arn:1","arn:2"],"detail":{"instance-id":"i-1",)"
                       R"("n":3,"ok":true,"who":{"a":1},"quoted":"say \"hi\""}})")
          .value();
  return kEvent;
}

Value transformer(std::string_view text, Object paths = {}) {
  return Object{
      {"Id", "t"},
      {"InputTransformer", Object{{"InputPathsMap", std::move(paths)}, {"InputTemplate", text}}}};
}

std::string rendered(const Value& target) {
  EXPECT_TRUE(check_input(target)) << check_input(target).error().text();
  return input_of(target, sample_event(), {"arn:rule", "r", wall_ms(0)});
}

std::string filled(std::string_view text, Object paths = {}) {
  return rendered(transformer(text, std::move(paths)));
}

std::string refusal(const Value& target) {
  const auto result = check_input(target);
  EXPECT_FALSE(result);
  if (result) return "";
  EXPECT_EQ(result.error().code, "ValidationException");
  return result.error().message;
}

TEST(TargetInput, IsTheWholeEventByDefault) {
  EXPECT_EQ(rendered(Object{{"Id", "t"}}), text::to_json(sample_event()));
}

TEST(TargetInput, IsAConstantWordForWord) {
  EXPECT_EQ(rendered(Object{{"Id", "t"}, {"Input", R"({ "gen": "3" })"}}), R"({ "gen": "3" })");
}

TEST(TargetInput, IsThePartAtAPath) {
  EXPECT_EQ(rendered(Object{{"Id", "t"}, {"InputPath", "$.detail.who"}}), R"({"a":1})");
  EXPECT_EQ(rendered(Object{{"Id", "t"}, {"InputPath", "$.detail.none"}}), "{}");
}

TEST(InputTemplate, AValueBringsItsOwnQuotes) {
  EXPECT_EQ(
      filled(R"({"id": <id>, "n": <n>, "ok": <ok>, "who": <who>})", {{"id", "$.detail.instance-id"},
                                                                     {"n", "$.detail.n"},
                                                                     {"ok", "$.detail.ok"},
                                                                     {"who", "$.detail.who"}}),
      R"({"id": "i-1", "n": 3, "ok": true, "who": {"a":1}})");
}

TEST(InputTemplate, InsideOfAStringAValueIsBareAndNotEscaped) {
  EXPECT_EQ(filled(R"("<id> says <q>: <n> of <who>")", {{"id", "$.detail.instance-id"},
                                                        {"q", "$.detail.quoted"},
                                                        {"n", "$.detail.n"},
                                                        {"who", "$.detail.who"}}),
            R"("i-1 says say "hi": 3 of {"a":1}")");
}

TEST(InputTemplate, AnElementOfAListIsReached) {
  EXPECT_EQ(filled("<r>", {{"r", "$.resources[1]"}}), R"("arn:2")");
}

TEST(InputTemplate, APathThatFindsNothingLeavesNothing) {
  EXPECT_EQ(filled(R"("state: <s>.")", {{"s", "$.detail.none"}}), R"("state: .")");
}

TEST(InputTemplate, ReservedNamesNeedNoPath) {
  EXPECT_EQ(filled(R"("<aws.events.rule-name> <aws.events.rule-arn>")"), R"("r arn:rule")");
  EXPECT_EQ(filled("<aws.events.event.ingestion-time>"), R"("1970-01-01T00:00:00Z")");
  EXPECT_EQ(filled("<aws.events.event.json>"), text::to_json(sample_event()));
  EXPECT_EQ(filled("<aws.events.event>"),
            R"({"version":"0","id":"e1","detail-type":"T","source":"s",)"
            R"("resources":["arn:1","arn:2"]})");
}

TEST(InputTemplate, AnEscapedQuoteDoesNotEndItsString) {
  EXPECT_EQ(filled(R"({"a": "\"<id>"})", {{"id", "$.id"}}), R"({"a": "\"e1"})");
}

TEST(InputTemplate, ABracketThatNamesNothingIsText) {
  EXPECT_EQ(filled(R"("1 < 2 and <b c> stays")"), R"("1 < 2 and <b c> stays")");
}

TEST(InputTemplate, AnUnknownNameIsRefused) {
  EXPECT_NE(refusal(transformer("<who>")).find("<who> is not a name of InputPathsMap"),
            std::string::npos);
}

TEST(InputTemplate, TheWholeEventCannotStandInsideOfAString) {
  EXPECT_NE(refusal(transformer(R"("<aws.events.event.json>")")).find("inside of a string"),
            std::string::npos);
}

TEST(InputTemplate, AnObjectMustBeWellFormed) {
  EXPECT_NE(refusal(transformer(R"({"a": <aws.events.rule-arn>)")), "");
  EXPECT_NE(refusal(transformer("[1,]")), "");
}

TEST(InputTemplate, PathsAndTheirNamesAreChecked) {
  EXPECT_NE(refusal(transformer("x", {{"a", "detail"}})), "");
  EXPECT_NE(refusal(transformer("x", {{"aws.a", "$.detail"}})), "");
  EXPECT_NE(refusal(transformer("x", {{"a b", "$.detail"}})), "");
  EXPECT_NE(refusal(transformer("")), "");
  EXPECT_NE(refusal(transformer(std::string(8193, 'x'))), "");
}

TEST(InputTemplate, IsCutIntoTextValuesAndParts) {
  const auto parts = parts_of_template(R"(a<b>"c<d>")");
  ASSERT_EQ(parts.size(), 5u);
  EXPECT_EQ(parts[1].kind, TemplatePart::Kind::Value);
  EXPECT_EQ(parts[1].text, "b");
  EXPECT_EQ(parts[3].kind, TemplatePart::Kind::InString);
  EXPECT_EQ(parts[4].text, "\"");
}

}  // namespace
}  // namespace hikae::plane::events
