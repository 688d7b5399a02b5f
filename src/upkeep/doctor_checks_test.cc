#include "upkeep/doctor_checks.h"

#include "aws/errors.h"
#include "upkeep/doctor.h"
#include "upkeep/policy.h"
#include "upkeep/small_cloud.h"

namespace hikae::upkeep {
namespace {

using testing::SmallCloud;

Value quota_answer(double value) { return Object{{"Quota", Object{{"Value", value}}}}; }

TEST(ImageQuota, IsAFailureWhereTonightsImagesDoNotFit) {
  EXPECT_EQ(check_image_quota(8, 2, quota_answer(10)).grade, Grade::Warning);
  EXPECT_EQ(check_image_quota(5, 2, quota_answer(10)).grade, Grade::Good);
  const auto over = check_image_quota(9, 2, quota_answer(10));
  EXPECT_EQ(over.grade, Grade::Failure);
  EXPECT_NE(over.detail.find("9 of 10 images, and tonight makes 2 more"), std::string::npos)
      << over.detail;
}

TEST(ImageQuota, ThatCannotBeReadIsAWSsUsualOneAndSaysSo) {
  const auto check =
      check_image_quota(60'000, 1, fail(ErrorKind::Denied, "AccessDenied", "not allowed"));
  EXPECT_EQ(check.grade, Grade::Failure);
  EXPECT_NE(check.detail.find("could not be read"), std::string::npos);
}

TEST(ImageQuota, IsNoneInTheEmbeddedCloud) {
  EXPECT_EQ(check_image_quota(60'000, 1, fail(ErrorKind::Unsupported, "nobody answers")).grade,
            Grade::Good);
}

TEST(Topics, AnUnconfirmedSubscriptionIsNamed) {
  const auto checks = check_topic(
      "t",
      Array{Object{{"SubscriptionArn", "arn:aws:sns:r:1:t:x"}, {"Endpoint", "a@example.com"}},
            Object{{"SubscriptionArn", "PendingConfirmation"}, {"Endpoint", "b@example.com"}}});
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_EQ(checks[0].grade, Grade::Warning);
  EXPECT_NE(checks[0].detail.find("b@example.com has not confirmed"), std::string::npos);
}

TEST(Topics, WithoutASubscriberNobodyIsTold) {
  const auto checks = check_topic("t", {});
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_EQ(checks[0].detail, "nobody is told of what goes wrong");
}

Value key_metadata(std::string_view state, std::string_view manager) {
  return Object{{"KeyMetadata", Object{{"KeyState", state}, {"KeyManager", manager}}}};
}

TEST(KeysOfDisks, OneThatIsDisabledIsAFailureAndAWSsOwnNeedsNoGrant) {
  EXPECT_EQ(check_key("i-1", "k", key_metadata("PendingDeletion", "CUSTOMER")).grade,
            Grade::Failure);
  EXPECT_EQ(check_key("i-1", "k", key_metadata("Enabled", "AWS")).grade, Grade::Good);
}

TEST(KeysOfDisks, WhatDryRunDoesNotAskIsSaidToBeInferred) {
  for (const auto& check :
       {check_key("i-1", "k", key_metadata("Enabled", "CUSTOMER")),
        check_key("i-1", "k", std::nullopt),
        check_key("i-1", "k", fail(ErrorKind::Denied, "AccessDeniedException", "no"))}) {
    EXPECT_EQ(check.grade, Grade::Inferred);
    EXPECT_NE(check.detail.find("inferred"), std::string::npos) << check.detail;
  }
}

TEST(Profiles, WithoutAPingThePoliciesDecide) {
  const Value instance =
      Object{{"InstanceId", "i-1"},
             {"State", Object{{"Name", "running"}}},
             {"IamInstanceProfile", Object{{"Arn", "arn:aws:iam::1:instance-profile/web"}}}};
  const auto grade = [&](const std::optional<std::vector<std::string>>& policies) {
    return check_profile(instance, nullptr, policies, {}).grade;
  };
  EXPECT_EQ(grade(std::nullopt), Grade::Inferred);
  EXPECT_EQ(grade(std::vector<std::string>{}), Grade::Warning);
  EXPECT_EQ(grade(std::vector<std::string>{"AmazonS3ReadOnlyAccess"}), Grade::Warning);
  EXPECT_EQ(grade(std::vector<std::string>{"AmazonSSMManagedInstanceCore"}), Grade::Inferred);
}

TEST(Agents, AMissingOneFailsOnlyWhereThePlanAsksForIt) {
  const Value instance = Object{{"InstanceId", "i-1"}, {"State", Object{{"Name", "running"}}}};
  DoctorOrder order;
  EXPECT_EQ(check_agent(instance, nullptr, order).grade, Grade::Warning);
  order.needs_agent = true;
  EXPECT_EQ(check_agent(instance, nullptr, order).grade, Grade::Failure);
}

class DoctorTest : public testing::UpkeepTest {
 protected:
  std::vector<Check> examine() {
    DoctorOrder order;
    order.window = "nightly";
    order.instances = Object{
        {"Filters", Array{Object{{"Name", "tag:BackupGroup"}, {"Values", Array{kGroupValue}}}}}};
    std::optional<std::vector<Check>> found;
    examine_plan(context, order, [&](std::vector<Check> checks) { found = std::move(checks); });
    time.run_while_busy([&] { return found.has_value(); }, time.now() + hours(1));
    return found.value_or(std::vector<Check>{});
  }
  void healthy(const std::string& id) {
    cloud.add_instance(id, "web", "running",
                       {SmallCloud::tag(kStopTag, "true"), SmallCloud::tag(kGenerationTag, "2")});
    cloud.add_agent(id, "Online");
  }
};

TEST_F(DoctorTest, ChangesNothing) {
  healthy("i-1");
  cloud.add_image("ami-1", "i-1", "2026-02-27");
  (void)examine();
  EXPECT_EQ(cloud.image_ids(), "ami-1");
  for (const auto& input : cloud.tried) EXPECT_TRUE(is_true_at(input, "DryRun"));
  EXPECT_FALSE(cloud.tried.empty());
}

TEST_F(DoctorTest, AGroupWithoutAMemberIsAFailure) {
  const auto checks = examine();
  const auto group = std::ranges::find(checks, "group", &Check::what);
  ASSERT_NE(group, checks.end());
  EXPECT_EQ(group->grade, Grade::Failure);
}

TEST_F(DoctorTest, AnImageOfSomebodyElseIsNamed) {
  healthy("i-1");
  cloud.article = true;
  cloud.add_image("ami-9", "i-1", "2026-02-28");
  const auto checks = examine();
  const auto twice = std::ranges::find(checks, "backed up twice", &Check::what);
  ASSERT_NE(twice, checks.end());
  EXPECT_NE(twice->detail.find("ami-9"), std::string::npos);
}

std::string all_actions(const Object& policy) {
  std::string all;
  for (const auto& statement : list_at(policy, "Statement")) {
    const auto* action = find(statement, "Action");
    if (const auto one = text_of(*action); !one.empty()) all += str(one) + " ";
    for (const auto& one : list_at(statement, "Action")) all += str(text_of(one)) + " ";
  }
  return all;
}

TEST(SmallestPolicy, GrantsEachNeededCallAndNothingThatChangesWithoutALimit) {
  const auto policy = smallest_policy({});
  const auto all = all_actions(policy);
  for (const auto& call : needed_calls()) {
    const auto action = str(policy_prefix(call.service)) + ":" + str(call.operation);
    EXPECT_NE(all.find(action + " "), std::string::npos) << action;
  }
  for (const auto& statement : list_at(policy, "Statement")) {
    if (text_at(statement, "Resource") == "*") {
      for (const auto& action : list_at(statement, "Action"))
        EXPECT_TRUE(text_of(action).find(":Describe") != std::string_view::npos ||
                    text_of(action).find(":Get") != std::string_view::npos ||
                    text_of(action).find(":List") != std::string_view::npos)
            << text_of(action);
      continue;
    }
    EXPECT_TRUE(find(statement, "Condition")) << text_at(statement, "Sid");
  }
}

TEST(SmallestPolicy, NamesGroupsAndInstancesOfThePlans) {
  PolicyOrder order;
  order.account = "111122223333";
  order.region = "cn-north-1";
  order.groups = {{{"Team", {"a", "b"}}}};
  order.instances = {"i-7"};
  const Value policy = smallest_policy(order);
  std::size_t stops = 0;
  for (const auto& statement : list_at(policy, "Statement")) {
    if (text_at(statement, "Action") != "ec2:StopInstances") continue;
    ++stops;
    if (const auto* tags = find_path(statement, {"Condition", "StringEquals"}))
      EXPECT_EQ(list_at(*tags, "aws:ResourceTag/Team").size(), 2U);
    else
      EXPECT_EQ(text_of(list_at(statement, "Resource").at(0)),
                "arn:aws-cn:ec2:cn-north-1:111122223333:instance/i-7");
  }
  EXPECT_EQ(stops, 2U);
}

}  // namespace
}  // namespace hikae::upkeep
