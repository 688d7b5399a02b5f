#include "text/json.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <bit>
#include <cmath>
#include <limits>

#include "base/limits.h"

namespace hikae::text {
namespace {

std::string json_again(std::string_view text) { return to_json(parse_json(text).value()); }
std::string json_refusal(std::string_view text) {
  const auto value = parse_json(text);
  return value ? "accepted" : value.error().message;
}

TEST(Json, EveryKindOfValueIsWrittenAsItWasRead) {
  for (const auto* text :
       {"null", "true", "false", "0", "-1", "9223372036854775807", "18446744073709551615", "1.5",
        "1.0", "0.1", "\"\"", "[]", "{}", R"([1,"a",{"b":[null]}])", R"({"z":1,"a":2})"})
    EXPECT_EQ(json_again(text), text);
}

TEST(Json, DoublesPrintAsPeopleWriteThem) {
  EXPECT_EQ(to_json(1.0), "1.0");
  EXPECT_EQ(to_json(1583737233.748), "1583737233.748");
  EXPECT_EQ(to_json(1e300), "1e+300");
  EXPECT_EQ(to_json(-0.25), "-0.25");
}

TEST(Json, EveryFiniteDoubleSurvivesWritingAndReading) {
  rc::check([](std::uint64_t bits) {
    const auto number = std::bit_cast<double>(bits);
    RC_PRE(std::isfinite(number));
    const auto again = parse_json(to_json(number)).value();
    RC_ASSERT(std::bit_cast<std::uint64_t>(again.to_number<double>()) == bits ||
              again.to_number<double>() == number);
  });
}

TEST(Json, EscapesAreReadAndBecomeUtf8) {
  const auto value = parse_json(R"("\u3042\ud83d\ude00\n\/\u0000")").value();
  EXPECT_EQ(value.get_string(), std::string_view("\xE3\x81\x82\xF0\x9F\x98\x80\n/\0", 10));
}

TEST(Json, ErrorsSayLineAndColumnInCharacters) {
  EXPECT_EQ(json_refusal("{\"あ\": 1,\n  \"b\" 2}"),
            "line 2, column 7: '2' stands where ':' should be");
  EXPECT_EQ(json_refusal("[\"あい\", x]"), "line 1, column 8: 'x' stands where a value should be");
  EXPECT_EQ(json_refusal(""), "line 1, column 1: the text ends where a value should be");
}

TEST(Json, WhatIsNoJsonIsRefused) {
  for (const auto* text : {"{",
                           "[1,]",
                           "{\"a\":1,}",
                           "01",
                           "1.",
                           ".5",
                           "+1",
                           "1e",
                           "nul",
                           "tru",
                           "'a'",
                           "\"a",
                           "\"\\x\"",
                           "\"\t\"",
                           "\"\\ud800\"",
                           "\"\\ud800\\u0041\"",
                           "\"\xff\"",
                           "\"\xc0\x80\"",
                           "\"\xed\xa0\x80\"",
                           "[1] 2",
                           "{1:2}",
                           "{\"a\"}",
                           "NaN",
                           "1e999",
                           "/* */ 1",
                           "\xEF\xBB\xBF{}"})
    EXPECT_FALSE(parse_json(text)) << text;
}

TEST(Json, NumbersTooSmallForADoubleAreZero) { EXPECT_EQ(json_again("1e-999"), "0.0"); }

TEST(Json, DepthIsBoundedAndADepthOf64IsRead) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_TRUE(parse_json(nested(limits::kTextDepth)));
  const auto deep = parse_json(nested(limits::kTextDepth + 1));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().kind, ErrorKind::Limit);
  EXPECT_FALSE(parse_json(nested(1'000'000)));
}

TEST(Json, OfTwoEqualKeysTheLastWinsUnlessRefused) {
  const auto* text = R"({"a":1,"b":2,"a":3})";
  EXPECT_EQ(parse_json(text).value().at("a"), 3);
  const auto refused = parse_json(text, DuplicateKeys::Refuse);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "line 1, column 14: the key \"a\" stands twice in one map");
}

TEST(Json, EqualKeysWrittenDifferentlyAreEqual) {
  EXPECT_FALSE(parse_json(R"({"a":1,"\u0061":2})", DuplicateKeys::Refuse));
}

TEST(Json, CanonicalTextDoesNotDependOnTheOrderOfKeys) {
  EXPECT_EQ(to_canonical_json(parse_json(R"({"b":{"d":1,"c":2},"a":[{"y":1,"x":2}]})").value()),
            R"({"a":[{"x":2,"y":1}],"b":{"c":2,"d":1}})");
}

TEST(Json, PrettyTextHasTwoSpacesALevelAndClosesEmptyOnesAtOnce) {
  EXPECT_EQ(to_pretty_json(parse_json(R"({"a":[1,{}],"b":[]})").value()),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

}  // namespace
}  // namespace hikae::text
