#include "runbook/branch.h"

#include <gtest/gtest.h>

#include "text/json.h"

namespace hikae::runbook {
namespace {

class BranchNames final : public References {
 public:
  Object values;
  Result<std::optional<Value>> value_of(std::string_view reference) const override {
    const auto* value = find(values, reference);
    return value ? std::optional<Value>(*value) : std::nullopt;
  }
};

// Whether the one choice `condition` (JSON without braces) holds, with {{ v }} as the variable.
bool choice_holds(const Value& variable, const std::string& condition) {
  BranchNames names;
  if (!variable.is_null()) names.values["v"] = variable;
  const auto inputs =
      text::parse_json(R"({"Choices":[{"NextStep":"Yes",)" + condition + R"(}],"Default":"No"})");
  const auto chosen = choose_branch(inputs.value().as_object(), names);
  return chosen.value() == "Yes";
}

bool compares(const Value& variable, const std::string& comparison) {
  return choice_holds(variable, R"("Variable":"{{ v }}",)" + comparison);
}

TEST(Branch, StringEqualsKnowsCase) {
  EXPECT_TRUE(compares("true", R"("StringEquals":"true")"));
  EXPECT_FALSE(compares("True", R"("StringEquals":"true")"));
}

TEST(Branch, StringEqualsComparesTextsOfAnyType) {
  EXPECT_TRUE(compares("true", R"("StringEquals":true)"));
  EXPECT_TRUE(compares(true, R"("StringEquals":"true")"));
}

TEST(Branch, EqualsIgnoreCase) { EXPECT_TRUE(compares("TrUe", R"("EqualsIgnoreCase":"true")")); }

TEST(Branch, StartsWithEndsWithContains) {
  EXPECT_TRUE(compares("backup-web", R"("StartsWith":"backup")"));
  EXPECT_FALSE(compares("web-backup", R"("StartsWith":"backup")"));
  EXPECT_TRUE(compares("web-backup", R"("EndsWith":"backup")"));
  EXPECT_TRUE(compares("a-backup-b", R"("Contains":"backup")"));
}

TEST(Branch, ContainsOnAListIsMembership) {
  EXPECT_TRUE(compares(Array{"a", "b"}, R"("Contains":"b")"));
  EXPECT_FALSE(compares(Array{"ab"}, R"("Contains":"b")"));
}

TEST(Branch, NumbersCompareByValueAlsoFromTexts) {
  EXPECT_TRUE(compares(10, R"("NumericEquals":"10.0")"));
  EXPECT_TRUE(compares("10", R"("NumericGreater":9)"));
  EXPECT_TRUE(compares(9, R"("NumericLesser":10)"));
  EXPECT_TRUE(compares(9, R"("NumericGreaterOrEquals":9)"));
  EXPECT_TRUE(compares(9, R"("NumericLesserOrEquals":9)"));
  EXPECT_FALSE(compares(9, R"("NumericLesserOrEquals":8)"));
}

TEST(Branch, ASideThatIsNoNumberIsFalseNotAnError) {
  EXPECT_FALSE(compares("many", R"("NumericGreater":1)"));
  EXPECT_FALSE(compares("many", R"("NumericLesserOrEquals":1)"));
  EXPECT_FALSE(compares("", R"("NumericEquals":0)"));
}

TEST(Branch, BooleanEqualsTakesTextsToo) {
  EXPECT_TRUE(compares(true, R"("BooleanEquals":true)"));
  EXPECT_TRUE(compares("True", R"("BooleanEquals":true)"));
  EXPECT_FALSE(compares("yes", R"("BooleanEquals":true)"));
}

TEST(Branch, AndOrNotNest) {
  const std::string is_a = R"({"Variable":"{{ v }}","StringEquals":"a"})";
  const std::string is_b = R"({"Variable":"{{ v }}","StringEquals":"b"})";
  EXPECT_TRUE(choice_holds("a", R"("Or":[)" + is_b + "," + is_a + "]"));
  EXPECT_FALSE(choice_holds("a", R"("And":[)" + is_a + "," + is_b + "]"));
  EXPECT_TRUE(choice_holds("a", R"("And":[)" + is_a + R"(,{"Not":)" + is_b + "}]"));
}

TEST(Branch, AMissingVariableIsFalseAndTrueUnderNot) {
  EXPECT_FALSE(compares(nullptr, R"("StringEquals":"a")"));
  EXPECT_TRUE(choice_holds(nullptr, R"("Not":{"Variable":"{{ v }}","StringEquals":"a"})"));
}

TEST(Branch, TheRightHandSideMayBeAReference) {
  EXPECT_TRUE(choice_holds("a", R"("Variable":"{{ v }}","StringEquals":"{{ v }}")"));
}

TEST(Branch, TheFirstChoiceThatHoldsWins) {
  const auto inputs =
      text::parse_json(R"({"Choices":[{"NextStep":"One","Variable":"x","StringEquals":"y"},)"
                       R"({"NextStep":"Two","Variable":"x","StringEquals":"x"},)"
                       R"({"NextStep":"Three","Variable":"x","StringEquals":"x"}]})");
  EXPECT_EQ(choose_branch(inputs->as_object(), BranchNames{}).value(), "Two");
}

TEST(Branch, NothingHoldsAndNoDefaultChoosesNothing) {
  const auto inputs =
      text::parse_json(R"({"Choices":[{"NextStep":"One","Variable":"x","StringEquals":"y"}]})");
  EXPECT_EQ(choose_branch(inputs->as_object(), BranchNames{}).value(), std::nullopt);
}

TEST(Branch, AnUnknownOperatorIsAnError) {
  const auto inputs =
      text::parse_json(R"({"Choices":[{"NextStep":"One","Variable":"x","GreaterThan":"y"}]})");
  const auto chosen = choose_branch(inputs->as_object(), BranchNames{});
  ASSERT_FALSE(chosen.has_value());
  EXPECT_EQ(chosen.error().message, "the choice on x has no known operator");
}

}  // namespace
}  // namespace hikae::runbook
