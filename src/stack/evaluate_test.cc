#include "stack/evaluate.h"

#include "stack/testing_template.h"

namespace hikae::stack {
namespace {

using testing::template_from;

Facts facts_for_evaluation() {
  Facts facts;
  facts.pseudo = pseudo_parameters("123456789012", "ap-northeast-1", "night", "stack-id");
  facts.parameters = Object{{"Stage", "prod"}, {"Names", Array{"a", "b"}}};
  facts.made["Topic"] = {"arn:aws:sns:x", Object{{"TopicName", "alerts"}, {"A.B", "dotted"}}};
  facts.conditions["Yes"] = true;
  facts.conditions["No"] = false;
  return facts;
}

std::string evaluated(std::string_view yaml) {
  const auto source = template_from("Mappings: {Sizes: {prod: {Count: 3}}}\nValue: " + str(yaml));
  const auto facts = facts_for_evaluation();
  auto value = Evaluator(source, facts).evaluate(*find(source.value, "Value"));
  if (!value) return "error: " + value.error().message;
  return *value ? text::to_json(**value) : "nothing";
}

TEST(Evaluate, RefGivesParametersPseudoParametersAndPhysicalIds) {
  EXPECT_EQ(evaluated("[!Ref Stage, !Ref AWS::Region, !Ref Topic, !Ref Names]"),
            R"(["prod","ap-northeast-1","arn:aws:sns:x",["a","b"]])");
}

TEST(Evaluate, GetAttTakesBothFormsAndDotsInTheAttribute) {
  EXPECT_EQ(evaluated("[!GetAtt Topic.TopicName, {Fn::GetAtt: [Topic, A.B]}]"),
            R"(["alerts","dotted"])");
}

TEST(Evaluate, SubPutsInNamesAttributesAndItsOwnMap) {
  EXPECT_EQ(evaluated(R"(!Sub "${Stage}/${Topic.TopicName}/${!Stage}/${AWS::AccountId}")"),
            R"("prod/alerts/${Stage}/123456789012")");
  EXPECT_EQ(evaluated(R"({Fn::Sub: ["${x}-${Stage}", {x: !Ref AWS::Region}]})"),
            R"("ap-northeast-1-prod")");
}

TEST(Evaluate, JoinSplitSelectAndBase64Nest) {
  EXPECT_EQ(evaluated(R"({Fn::Join: ["-", [1, true, {Ref: Stage}]]})"), R"("1-true-prod")");
  EXPECT_EQ(evaluated(R"({Fn::Select: [1, {Fn::Split: ["||", "key||version"]}]})"), R"("version")");
  EXPECT_EQ(evaluated(R"([{Fn::Base64: hikae}, {Fn::Base64: ab}, {Fn::Base64: abc}])"),
            R"(["aGlrYWU=","YWI=","YWJj"])");
}

TEST(Evaluate, CidrCutsABlockIntoBlocks) {
  EXPECT_EQ(evaluated("{Fn::Cidr: [10.1.2.3/16, 3, 8]}"),
            R"(["10.1.0.0/24","10.1.1.0/24","10.1.2.0/24"])");
  EXPECT_EQ(evaluated("{Fn::Select: [1, {Fn::Cidr: ['2001:db8::/48', '2', '64']}]}"),
            R"("2001:db8:0:1::/64")");
  EXPECT_EQ(evaluated("{Fn::Cidr: [10.0.0.0/24, 2, 7]}"), R"(["10.0.0.0/25","10.0.0.128/25"])");
  for (const auto* bad : {"[10.0.0.0/24, 3, 7]", "[10.0.0.0/24, 1, 9]", "[10.0.0/24, 1, 8]",
                          "[10.0.0.0/24, 257, 0]", "[10.0.0.0, 1, 8]", "[10.0.0.0/33, 1, 8]"})
    EXPECT_NE(evaluated("{Fn::Cidr: " + str(bad) + "}").find("error: Fn::Cidr"), std::string::npos)
        << bad;
}

TEST(Evaluate, FindInMapLooksTwoLevelsDeep) {
  EXPECT_EQ(evaluated("{Fn::FindInMap: [Sizes, !Ref Stage, Count]}"), "3");
  EXPECT_NE(evaluated("{Fn::FindInMap: [Sizes, dev, Count]}").find("Sizes.dev.Count"),
            std::string::npos);
}

TEST(Evaluate, IfChoosesAndNoValueLeavesTheMemberOut) {
  EXPECT_EQ(evaluated("{a: {Fn::If: [Yes, 1, 2]}, b: {Fn::If: [No, 1, !Ref AWS::NoValue]}}"),
            R"({"a":1})");
  EXPECT_EQ(evaluated("[1, !Ref AWS::NoValue, 2]"), "[1,2]");
}

TEST(Evaluate, ErrorsNameTheFunctionAndItsArgument) {
  EXPECT_NE(evaluated("!Ref Nope").find("Nope"), std::string::npos);
  EXPECT_NE(evaluated("{Fn::Select: [2, [a, b]]}").find("item 2 of a list of 2"),
            std::string::npos);
  EXPECT_NE(evaluated("{Fn::Join: [x]}").find("Fn::Join expects"), std::string::npos);
}

Result<Facts> decided(std::string_view conditions) {
  const auto source = template_from("Conditions:\n" + str(conditions));
  auto facts = facts_for_evaluation();
  facts.conditions.clear();
  TRY_DO(decide_conditions(source, facts));
  return facts;
}

TEST(Conditions, MayNameEachOtherInAnyOrder) {
  const auto facts = decided(
      "  A: {Fn::And: [{Condition: B}, {Fn::Not: [{Condition: C}]}]}\n"
      "  B: {Fn::Or: [{Fn::Equals: [1, '1']}, {Condition: C}]}\n"
      "  C: {Fn::Equals: [!Ref Stage, dev]}\n");
  ASSERT_TRUE(facts.has_value());
  EXPECT_TRUE(facts->conditions.at("A"));
  EXPECT_FALSE(facts->conditions.at("C"));
}

TEST(Conditions, ThatNameThemselvesAreRefused) {
  const auto facts = decided(
      "  A: {Fn::Not: [{Condition: B}]}\n"
      "  B: {Fn::Not: [{Condition: A}]}\n");
  ASSERT_FALSE(facts.has_value());
  EXPECT_NE(facts.error().message.find("depends on itself"), std::string::npos);
}

TEST(Rules, RefuseParametersWithTheirOwnDescription) {
  const auto source = template_from(
      "Rules: {Old: {Assertions: [{AssertDescription: too old, Assert: {Fn::Not: "
      "[{Fn::Contains: [['1', '2'], !Ref Version]}]}}]}}");
  auto facts = facts_for_evaluation();
  facts.parameters["Version"] = "2";
  EXPECT_NE(check_rules(source, facts).error().message.find("too old"), std::string::npos);
  facts.parameters["Version"] = "6";
  EXPECT_TRUE(check_rules(source, facts).has_value());
}

}  // namespace
}  // namespace hikae::stack
