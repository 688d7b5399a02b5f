#include "iam/evaluate.h"

#include "iam/testing_policies_test.h"

namespace hikae::iam {
namespace {

std::vector<NamedPolicy> policies_in(const Value& test, std::string_view member, PolicyUse use) {
  std::vector<NamedPolicy> out;
  for (const auto& document : list_at(test, member)) {
    auto policy = read_policy(document, use);
    EXPECT_TRUE(policy.has_value()) << text_at(test, "name");
    if (policy) out.push_back({str(member), *std::move(policy)});
  }
  return out;
}

Question question_in(const Value& test) {
  auto question = stop_question();
  question.action = text_at(test, "action");
  question.resource = text_at(test, "resource");
  if (const auto service = text_at(test, "service"); !service.empty())
    question.principal = {"", "", "", str(service)};
  for (const auto& [key, value] : object_at(test, "context")) {
    if (!value.is_array()) question.context.set(key, str(text_of(value)));
    for (const auto& one : list_at(object_at(test, "context"), key))
      question.context.add(key, str(text_of(one)));
  }
  return question;
}

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Allowed: return "allowed";
    case Verdict::ExplicitDeny: return "explicit deny";
    case Verdict::ImplicitDeny: return "implicit deny";
  }
  return "";
}

Decision decision_in(const Value& test) {
  Policies policies;
  policies.identity = policies_in(test, "identity", PolicyUse::Identity);
  policies.session = policies_in(test, "session", PolicyUse::Identity);
  policies.resource = policies_in(test, "resource_policies", PolicyUse::Resource);
  if (find(test, "trust")) {
    policies.resource = policies_in(test, "trust", PolicyUse::Trust);
    policies.resource_say = ResourceSay::Must;
  }
  policies.resource_account = text_at(test, "resource_account");
  return decide(question_in(test), policies);
}

TEST(Evaluate, DecidesEveryCaseOfTheTable) {
  const auto cases = test_data("decisions.json");
  ASSERT_TRUE(cases.is_array());
  EXPECT_GT(cases.get_array().size(), 140U);
  for (const auto& test : cases.get_array()) {
    const auto decision = decision_in(test);
    EXPECT_EQ(word_of(decision.verdict), text_at(test, "expect")) << text_at(test, "name");
    if (find(test, "sid")) {
      EXPECT_EQ(decision.sid, text_at(test, "sid")) << text_at(test, "name");
    }
  }
}

constexpr std::string_view kDenyStops =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},)"
    R"({"Sid":"NoStops","Effect":"Deny","Action":"ec2:Stop*","Resource":"*"}]})";

TEST(Evaluate, SaysWhichStatementDecided) {
  const auto decision = decide(stop_question(), {.identity = {{"mine", policy_from(kDenyStops)}}});
  EXPECT_EQ(decision.policy, "mine");
  EXPECT_EQ(decision.sid, "NoStops");
  EXPECT_EQ(decision.statement, 2U);
}

TEST(Evaluate, RefusesInAwsWordsWhereNothingAllows) {
  const auto question = stop_question();
  EXPECT_EQ(denial_text(question, decide(question, {})),
            "User: arn:aws:sts::123456789012:assumed-role/R/s is not authorized to perform: "
            "ec2:StopInstances on resource: arn:aws:ec2:ap-northeast-1:123456789012:instance/i-1 "
            "because no identity-based policy allows the ec2:StopInstances action");
}

TEST(Evaluate, RefusesInAwsWordsWhereAStatementForbids) {
  const auto question = stop_question();
  const auto text =
      denial_text(question, decide(question, {.identity = {{"", policy_from(kDenyStops)}}}));
  EXPECT_TRUE(text.ends_with("with an explicit deny in an identity-based policy")) << text;
}

TEST(Evaluate, LeavesAnActionsMissingResourceOut) {
  auto question = stop_question();
  question.action = "ec2:DescribeInstances";
  question.resource = "*";
  EXPECT_EQ(denial_text(question, decide(question, {})),
            "User: arn:aws:sts::123456789012:assumed-role/R/s is not authorized to perform: "
            "ec2:DescribeInstances because no identity-based policy allows the "
            "ec2:DescribeInstances action");
}

TEST(Evaluate, ASessionThatIsNarrowedToNothingMayNothing) {
  Policies policies;
  policies.identity = {
      {"", policy_from(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*",)"
                       R"("Resource":"*"}})")}};
  policies.has_session = true;
  EXPECT_FALSE(decide(stop_question(), policies).is_allowed());
}

}  // namespace
}  // namespace hikae::iam
