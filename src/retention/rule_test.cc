#include "retention/rule.h"

#include <gtest/gtest.h>

namespace hikae::retention {
namespace {

struct BadTag {
  std::string_view text, why;
};

class BadGenerations : public ::testing::TestWithParam<BadTag> {};

TEST_P(BadGenerations, AreRefusedWithTheReason) {
  const auto number = parse_generations(GetParam().text);
  ASSERT_FALSE(number.has_value());
  EXPECT_EQ(number.error().kind, ErrorKind::Invalid);
  EXPECT_NE(number.error().message.find(GetParam().why), std::string::npos)
      << number.error().message;
  EXPECT_NE(number.error().message.find("whole number from 1 to 10000"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Tags, BadGenerations,
    ::testing::Values(BadTag{"", "is empty"}, BadTag{"0", "would keep nothing"},
                      BadTag{"000", "would keep nothing"}, BadTag{"-1", "is negative"},
                      BadTag{"-", "is negative or no number"}, BadTag{"2.5", "no whole number"},
                      BadTag{"3.0", "no whole number"}, BadTag{"1e3", "no whole number"},
                      BadTag{"+3", "no whole number"}, BadTag{"0x10", "no whole number"},
                      BadTag{"three", "no whole number"}, BadTag{"３", "no whole number"},
                      BadTag{"三", "no whole number"}, BadTag{" 3", "has spaces around it"},
                      BadTag{"3 ", "has spaces around it"}, BadTag{"3\t", "no whole number"},
                      BadTag{"1 0", "no whole number"}, BadTag{"10001", "is too large"},
                      BadTag{"99999999999999999999", "is too large"},
                      BadTag{"1\",\"ServerName\":\"", "no whole number"},
                      BadTag{"000000000000000000000000000000000001", "is too long"}));

TEST(Generations, AreWholeNumbersUpToTenThousand) {
  EXPECT_EQ(parse_generations("1").value_or(0), 1);
  EXPECT_EQ(parse_generations("07").value_or(0), 7);
  EXPECT_EQ(parse_generations("10000").value_or(0), 10'000);
}

TEST(Generations, AHostileValueIsShownHarmlessAndShort) {
  const auto number = parse_generations(std::string(30, '\x1b'));
  ASSERT_FALSE(number.has_value());
  EXPECT_EQ(number.error().message.find('\x1b'), std::string::npos);
}

TEST(RuleReading, TakesANumberOrItsText) {
  EXPECT_EQ(read_rule(Value(3))->last, 3);
  EXPECT_EQ(read_rule(Value("3"))->last, 3);
  EXPECT_TRUE(read_rule(Value(nullptr))->empty());
  EXPECT_TRUE(read_rule(Value(""))->empty());
  EXPECT_FALSE(read_rule(Value(0)).has_value());
  EXPECT_FALSE(read_rule(Value(-1)).has_value());
  EXPECT_FALSE(read_rule(Value(2.5)).has_value());
  EXPECT_FALSE(read_rule(Value(10'001)).has_value());
  EXPECT_FALSE(read_rule(Value(true)).has_value());
  EXPECT_FALSE(read_rule(Value(Array{1})).has_value());
}

TEST(RuleReading, TakesAllPartsInBothSpellings) {
  const Rule wanted{.last = 3,
                    .within_days = 2,
                    .daily = 7,
                    .weekly = 4,
                    .monthly = 12,
                    .yearly = 2,
                    .utc_offset = minutes(540)};
  EXPECT_EQ(*read_rule(Object{{"Last", 3},
                              {"WithinDays", "2"},
                              {"Daily", 7},
                              {"Weekly", 4},
                              {"Monthly", 12},
                              {"Yearly", 2},
                              {"UtcOffsetMinutes", 540}}),
            wanted);
  EXPECT_EQ(*read_rule(Object{{"last", 3},
                              {"within_days", 2},
                              {"daily", 7},
                              {"weekly", 4},
                              {"monthly", 12},
                              {"yearly", 2},
                              {"utc_offset_minutes", 540}}),
            wanted);
  EXPECT_EQ(wanted.text(), "the newest 3, 2 days, 7 daily, 4 weekly, 12 monthly, 2 yearly");
}

TEST(RuleReading, NamesWhatIsWrong) {
  const auto unknown = read_rule(Object{{"Hourly", 3}});
  ASSERT_FALSE(unknown.has_value());
  EXPECT_NE(unknown.error().message.find("Hourly"), std::string::npos);
  const auto wrong = read_rule(Object{{"Daily", "x"}});
  ASSERT_FALSE(wrong.has_value());
  EXPECT_TRUE(wrong.error().message.starts_with("Daily: ")) << wrong.error().message;
  EXPECT_FALSE(read_rule(Object{{"UtcOffsetMinutes", 5000}}).has_value());
}

TEST(RuleChoice, TheTagGoesBeforeThePlan) {
  const auto choice = choose_rule("EC2BackupGen", "2", Rule{.last = 5, .daily = 7});
  EXPECT_EQ(choice.rule, (Rule{.last = 2, .daily = 7}));
  EXPECT_EQ(choice.warning, "");
  EXPECT_EQ(choice.source, "tag EC2BackupGen");
}

TEST(RuleChoice, WithoutATagThePlanHolds) {
  const auto choice = choose_rule("EC2BackupGen", std::nullopt, Rule{.last = 5});
  EXPECT_EQ(choice.rule, Rule{.last = 5});
  EXPECT_EQ(choice.warning, "");
}

TEST(RuleChoice, AnInvalidTagKeepsEverythingEvenWithAPlan) {
  const auto choice = choose_rule("EC2BackupGen", "0", Rule{.last = 5});
  EXPECT_FALSE(choice.rule.has_value());
  EXPECT_NE(choice.warning.find("EC2BackupGen is invalid"), std::string::npos);
  EXPECT_FALSE(choose_rule("EC2BackupGen", "", Rule{.last = 5}).rule.has_value());
}

TEST(RuleChoice, NeitherTagNorPlanKeepsEverythingAndSaysSo) {
  for (const auto& plan : {std::optional<Rule>(), std::optional<Rule>(Rule{})}) {
    const auto choice = choose_rule("EC2BackupGen", std::nullopt, plan);
    EXPECT_FALSE(choice.rule.has_value());
    EXPECT_NE(choice.warning.find("every backup is kept"), std::string::npos);
  }
}

TEST(RuleChoice, OfSeveralPlansTheTagOnlyAddsToWhatIsKept) {
  const Rule monthly{.last = 12, .weekly = 4};
  EXPECT_EQ(choose_rule("Gen", "3", monthly, Plans::Several).rule, monthly);
  EXPECT_EQ(choose_rule("Gen", "30", monthly, Plans::Several).rule,
            (Rule{.last = 30, .weekly = 4}));
  EXPECT_EQ(choose_rule("Gen", "3", std::nullopt, Plans::Several).rule, Rule{.last = 3});
  EXPECT_EQ(choose_rule("Gen", "3", monthly, Plans::One).rule, (Rule{.last = 3, .weekly = 4}));
}

}  // namespace
}  // namespace hikae::retention
