#include "iam/policy.h"

#include "iam/testing_policies_test.h"

namespace hikae::iam {
namespace {

PolicyUse use_named(std::string_view name) {
  if (name == "trust") return PolicyUse::Trust;
  return name == "resource" ? PolicyUse::Resource : PolicyUse::Identity;
}

TEST(Policy, RefusesMalformedDocumentsInAwsWords) {
  const auto cases = test_data("malformed.json");
  ASSERT_TRUE(cases.is_array());
  for (const auto& test : cases.get_array()) {
    const auto policy = parse_policy(text_at(test, "document"), use_named(text_at(test, "use")));
    ASSERT_FALSE(policy.has_value()) << text_at(test, "name");
    EXPECT_EQ(policy.error().code, "MalformedPolicyDocument");
    EXPECT_NE(policy.error().message.find(text_at(test, "words")), std::string::npos)
        << text_at(test, "name") << ": " << policy.error().message;
  }
}

TEST(Policy, ReadsAWholeStatement) {
  const auto policy =
      policy_from(R"({"Version":"2012-10-17","Id":"me","Statement":{"Sid":"A1","Effect":"Deny",)"
                  R"("NotAction":["ec2:*"],"NotResource":"arn:aws:s3:::b","Condition":)"
                  R"({"ForAllValues:StringNotLikeIfExists":{"aws:TagKeys":["a","b"]}}}})");
  EXPECT_EQ(policy.version, PolicyVersion::Of2012);
  EXPECT_EQ(policy.id, "me");
  ASSERT_EQ(policy.statements.size(), 1U);
  const auto& statement = policy.statements[0];
  EXPECT_EQ(statement.sid, "A1");
  EXPECT_EQ(statement.effect, Effect::Deny);
  EXPECT_EQ(statement.actions.polarity, Polarity::IsNot);
  EXPECT_EQ(statement.resources->patterns, std::vector<std::string>{"arn:aws:s3:::b"});
  const auto& condition = statement.conditions.at(0);
  EXPECT_EQ(condition.operand, Operand::TextLike);
  EXPECT_EQ(condition.polarity, Polarity::IsNot);
  EXPECT_EQ(condition.quantifier, Quantifier::ForAll);
  EXPECT_TRUE(condition.if_exists);
  EXPECT_EQ(condition.values.size(), 2U);
}

TEST(Policy, WithoutAVersionIsThatOf2008) {
  EXPECT_EQ(policy_from(R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})").version,
            PolicyVersion::Of2008);
}

TEST(Policy, CountsNoWhiteSpace) { EXPECT_EQ(size_of_policy("{ \n\t\"a\" : 1 }\r"), 7U); }

TEST(Policy, RefusesATextOfAnyLengthBeyondItsLimit) {
  EXPECT_FALSE(parse_policy(std::string(kPolicyTextMost + 1, ' '), PolicyUse::Identity));
}

}  // namespace
}  // namespace hikae::iam
