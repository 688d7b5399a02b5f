#include "pattern/matcher.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/limits.h"
#include "text/json.h"

namespace hikae::pattern {
namespace {

std::vector<std::string> ids_of(Matcher& matcher, std::string_view event) {
  const auto matched = matcher.match_text(event);
  EXPECT_TRUE(matched) << matched.error().text();
  if (!matched) return {};
  return {matched->begin(), matched->end()};
}

Pattern pattern_of(std::string_view text) {
  auto pattern = Pattern::parse(text);
  EXPECT_TRUE(pattern) << pattern.error().text();
  return pattern.value();
}

using Ids = std::vector<std::string>;

TEST(Matcher, NamesEachRuleOnceAndInOrderHoweverManyAlternativesMatch) {
  Matcher matcher;
  matcher.add("z", pattern_of(R"({"$or":[{"a":["x"]},{"b":["y"]}]})"));
  matcher.add("m", pattern_of(R"({"a":["x"]})"));
  EXPECT_EQ(ids_of(matcher, R"({"a":"x","b":"y"})"), (Ids{"m", "z"}));
}

TEST(Matcher, AReplacedRuleAnswersByItsNewPatternOnly) {
  Matcher matcher;
  matcher.add("r", pattern_of(R"({"a":["x"]})"));
  matcher.add("r", pattern_of(R"({"a":["y"]})"));
  EXPECT_EQ(ids_of(matcher, R"({"a":"x"})"), Ids{});
  EXPECT_EQ(ids_of(matcher, R"({"a":"y"})"), Ids{"r"});
  EXPECT_EQ(matcher.size(), 1U);
}

TEST(Matcher, ARemovedRuleIsSilentAlsoAfterTheIndexWasBuiltAnew) {
  Matcher matcher;
  for (int i = 0; i < 300; ++i)
    matcher.add("r" + std::to_string(i), pattern_of(R"({"a":["x"],"b":[{"exists":true}]})"));
  for (int i = 1; i < 300; ++i) matcher.remove("r" + std::to_string(i));
  EXPECT_EQ(ids_of(matcher, R"({"a":"x","b":1})"), Ids{"r0"});
  matcher.remove("r0");
  matcher.remove("never there");
  EXPECT_EQ(ids_of(matcher, R"({"a":"x","b":1})"), Ids{});
}

TEST(Matcher, TenThousandAnythingButRulesOnOneFieldLoseOnlyTheOneExcluded) {
  Matcher matcher;
  for (int i = 0; i < 10'000; ++i)
    matcher.add("r" + std::to_string(i),
                pattern_of(R"({"a":[{"anything-but":"v)" + std::to_string(i) + R"("}]})"));
  const auto ids = ids_of(matcher, R"({"a":"v77"})");
  EXPECT_EQ(ids.size(), 9'999U);
  EXPECT_EQ(std::ranges::count(ids, "r77"), 0);
  EXPECT_TRUE(ids_of(matcher, R"({"b":"v77"})").empty());
}

TEST(Matcher, ManyAnythingButOnOneLeafAcceptWhatOneOfThemLetsPass) {
  Matcher matcher;
  matcher.add("r", pattern_of(R"({"a":[{"anything-but":"x"},{"anything-but":["x","y"]}]})"));
  EXPECT_EQ(ids_of(matcher, R"({"a":"x"})"), Ids{});
  EXPECT_EQ(ids_of(matcher, R"({"a":"y"})"), Ids{"r"});
  EXPECT_EQ(ids_of(matcher, R"({"a":["x","x"]})"), Ids{});
  EXPECT_EQ(ids_of(matcher, R"({"a":["x","z"]})"), Ids{"r"});
}

TEST(Matcher, ListsThatMeetInOneElementMustAgreeAndOthersNeedNot) {
  Matcher matcher;
  matcher.add("same", pattern_of(R"({"a":{"x":["1"],"y":["2"]}})"));
  matcher.add("apart", pattern_of(R"({"a":{"x":["1"]},"b":{"y":["2"]}})"));
  const auto* event = R"({"a":[{"x":"1","y":"0"},{"x":"0","y":"2"}],"b":[{"y":"0"},{"y":"2"}]})";
  EXPECT_EQ(ids_of(matcher, event), Ids{"apart"});
}

TEST(Matcher, LongListsAreMatchedInTimeThatGrowsWithTheirLengthOnly) {
  std::string list;
  for (int i = 0; i < 4'000; ++i)
    list += (i ? "," : "") + std::string(R"({"x":"1","y":")") + std::to_string(i) + "\"}";
  Matcher matcher;
  matcher.add("r", pattern_of(R"({"a":{"x":["1"],"y":["3999"]},"b":{"x":["1"],"y":["no"]}})"));
  matcher.add("s", pattern_of(R"({"a":{"x":["1"],"y":["3999"]},"b":{"x":["1"],"y":["7"]}})"));
  EXPECT_EQ(ids_of(matcher, R"({"a":[)" + list + R"(],"b":[)" + list + "]}"), Ids{"s"});
}

TEST(Matcher, RefusesAnEventThatIsNoMapNoJsonOrTooLong) {
  Matcher matcher;
  EXPECT_EQ(matcher.match_text("[]").error().kind, ErrorKind::Invalid);
  EXPECT_EQ(matcher.match_text("{").error().kind, ErrorKind::Invalid);
  const auto long_text = "{\"a\":\"" + std::string(limits::kEventBytes, 'x') + "\"}";
  EXPECT_EQ(matcher.match_text(long_text).error().kind, ErrorKind::Limit);
}

TEST(Matcher, WildcardsOfOneEndingDoNotHideEachOther) {
  Matcher matcher;
  matcher.add("jar", pattern_of(R"({"a":[{"wildcard":"*.jar"}]})"));
  matcher.add("bin", pattern_of(R"({"a":[{"wildcard":"/bin/*.jar"}]})"));
  matcher.add("inner", pattern_of(R"({"a":[{"wildcard":"*ar*"}]})"));
  matcher.add("whole", pattern_of(R"({"a":[{"wildcard":"jar"}]})"));
  EXPECT_EQ(ids_of(matcher, R"({"a":"/bin/x.jar"})"), (Ids{"bin", "inner", "jar"}));
  EXPECT_EQ(ids_of(matcher, R"({"a":"jar"})"), (Ids{"inner", "whole"}));
}

TEST(Matcher, AWildcardOverALongRepetitiveValueIsNotQuadratic) {
  Matcher matcher;
  matcher.add("r", pattern_of(R"({"a":[{"wildcard":"*)" + std::string(2'000, 'a') + R"(b*"}]})"));
  EXPECT_TRUE(ids_of(matcher, R"({"a":")" + std::string(200'000, 'a') + "\"}").empty());
}

TEST(Matcher, CaseIsFoldedLetterByLetterOfThePattern) {
  Matcher matcher;
  matcher.add("whole", pattern_of(R"({"a":[{"equals-ignore-case":"straße"}]})"));
  matcher.add("end", pattern_of(R"({"a":[{"suffix":{"equals-ignore-case":"ße"}}]})"));
  matcher.add("greek", pattern_of(R"({"a":[{"prefix":{"equals-ignore-case":"ΑΘ"}}]})"));
  EXPECT_EQ(ids_of(matcher, R"({"a":"STRASSE"})"), (Ids{"end", "whole"}));
  EXPECT_EQ(ids_of(matcher, R"({"a":"strasse"})"), Ids{});
  EXPECT_EQ(ids_of(matcher, R"({"a":"αθήνα"})"), Ids{"greek"});
}

TEST(Matcher, BlocksFollowTheHexadecimalTextOfAddresses) {
  Matcher matcher;
  matcher.add("all4", pattern_of(R"({"a":[{"cidr":"0.0.0.0/0"}]})"));
  matcher.add("all6", pattern_of(R"({"a":[{"cidr":"::/0"}]})"));
  matcher.add("net", pattern_of(R"({"a":[{"cidr":"10.0.0.0/24"}]})"));
  EXPECT_EQ(ids_of(matcher, R"({"a":"10.0.0.255"})"), (Ids{"all4", "all6", "net"}));
  EXPECT_EQ(ids_of(matcher, R"({"a":"0.0.0.0"})"), Ids{"all4"});
  EXPECT_EQ(ids_of(matcher, R"({"a":"::ffff:a00:1"})"), (Ids{"all4", "all6", "net"}));
  EXPECT_EQ(ids_of(matcher, R"({"a":"10.0.0.256"})"), Ids{});
  EXPECT_EQ(ids_of(matcher, R"({"a":"010.0.0.1"})"), (Ids{"all4", "all6", "net"}));
}

TEST(TestPattern, SaysWhetherOnePatternMatchesOneEvent) {
  EXPECT_TRUE(test_pattern(R"({"a":[1]})", R"({"a":1.0})").value());
  EXPECT_FALSE(test_pattern(R"({"a":[1]})", R"({"a":2})").value());
  EXPECT_EQ(test_pattern("{}", "{}").error().code, "InvalidEventPatternException");
  EXPECT_EQ(test_pattern(R"({"a":[1]})", "7").error().code, "");
}

struct BadPattern {
  const char* text;
  const char* part;  // of the message
};

class PatternErrors : public testing::TestWithParam<BadPattern> {};

TEST_P(PatternErrors, NameThePlaceAndTheWayOut) {
  const auto pattern = Pattern::parse(GetParam().text);
  ASSERT_FALSE(pattern);
  EXPECT_NE(pattern.error().message.find(GetParam().part), std::string::npos)
      << pattern.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    All, PatternErrors,
    testing::Values(
        BadPattern{R"({"detail":{"a":"x"}})", "detail.a: a string stands where a list"},
        BadPattern{R"({"detail":{"a":[]}})", "detail.a: an empty list"},
        BadPattern{R"({"detail":{}})", "detail: an empty map"},
        BadPattern{"[]", "the pattern: must be a map of fields, not a list"},
        BadPattern{R"({"a":[{"regex":"x"}]})", "a: unknown operator \"regex\"; known are prefix"},
        BadPattern{R"({"a":[{"prefix":"x","suffix":"y"}]})", "a map with 2 operators"},
        BadPattern{R"({"a":[{"prefix":["x"]}]})", "a: \"prefix\" needs a string"},
        BadPattern{R"({"a":[{"anything-but":["x",1]}]})", "not a mix"},
        BadPattern{R"({"a":[{"anything-but":{"numeric":["=",1]}}]})", "not \"numeric\""},
        BadPattern{R"({"a":[{"numeric":[">",5,"<",5]}]})", "less than its upper end"},
        BadPattern{R"({"a":[{"numeric":["<",5,">",1]}]})", "lower end first"},
        BadPattern{R"({"a":[{"numeric":[">"]}]})", "2 or 4 terms"},
        BadPattern{R"({"a":[{"numeric":["=",1,"<",5]}]})", "lower end first"},
        BadPattern{R"({"a":[{"cidr":"10.0.0.0/32"}]})", "from 0 to 31"},
        BadPattern{R"({"a":[{"wildcard":"a\\x"}]})", "only \\* and \\\\ are escapes"},
        BadPattern{R"({"a":[{"exists":"true"}]})", "without quotes"},
        BadPattern{R"({"d":{"$or":[{"a":["x"]}]}})", "d.$or: needs a list of at least two"},
        BadPattern{R"({"$or":[{"a":["x"]},{"b":{"numeric":["y"]}}]})", "operator's name"},
        BadPattern{"{\"a\":[\"x\"]", "the pattern is no JSON: line 1"},
        BadPattern{"{\"a\":[[\"x\"]]}", "a: a list inside the list"}));

TEST(PatternLimits, MoreThanAThousandCombinationsAreRefused) {
  std::string text = "{";
  for (int i = 0; i < 10; ++i)
    text += fmt::format(R"({}"f{}":{{"$or":[{{"a":["x"]}},{{"b":["y"]}}]}})", i ? "," : "", i);
  const auto pattern = Pattern::parse(text + "}");
  ASSERT_FALSE(pattern);
  EXPECT_EQ(pattern.error().kind, ErrorKind::Limit);
  EXPECT_NE(pattern.error().message.find("1000 combinations"), std::string::npos);
}

TEST(PatternLimits, LengthCountsCharactersNotBytes) {
  std::string three_bytes_each;
  for (int i = 0; i < 4'000; ++i) three_bytes_each += "本";
  EXPECT_TRUE(Pattern::parse("{\"a\":[\"" + three_bytes_each + "\"]}"));
  EXPECT_FALSE(Pattern::parse("{\"a\":[\"" + std::string(4'096, 'x') + "\"]}"));
}

}  // namespace
}  // namespace hikae::pattern
