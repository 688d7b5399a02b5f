#include "plane/iam/iam.h"

#include "plane/iam/policy_text.h"
#include "plane/sts/keys.h"
#include "plane/testing_kernel_test.h"

namespace hikae::plane {
namespace {

constexpr std::string_view kTrust =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
    R"("Principal":{"Service":"ssm.amazonaws.com"},"Action":"sts:AssumeRole"}]})";
constexpr std::string_view kAllowsAll =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}})";

struct IamDesk : TestKernel {
  Iam service{*kernel, secrets};
  Value add_role(std::string_view name) {
    return ok(service, "CreateRole",
              Object{{"RoleName", name}, {"AssumeRolePolicyDocument", kTrust}});
  }
  void add_inline(std::string_view name) {
    ok(service, "PutRolePolicy",
       Object{{"RoleName", "r"}, {"PolicyName", name}, {"PolicyDocument", kAllowsAll}});
  }
};

TEST(Iam, ARoleIsGlobalWithinItsAccount) {
  IamDesk desk;
  const auto made = desk.add_role("r");
  EXPECT_EQ(text_at(*find(made, "Role"), "Arn"), "arn:aws:iam::123456789012:role/r");
  desk.scope.region = "us-east-1";
  EXPECT_EQ(desk.ok(desk.service, "GetRole", Object{{"RoleName", "r"}}), made);
}

TEST(Iam, ARoleIdHasTheFormOfAws) {
  IamDesk desk;
  const auto id = str(text_at(*find(desk.add_role("r"), "Role"), "RoleId"));
  EXPECT_TRUE(id.starts_with("AROA"));
  EXPECT_EQ(id.size(), 21u);
}

TEST(Iam, TheTrustPolicyComesOutPercentEncoded) {
  IamDesk desk;
  const auto role = desk.add_role("r");
  EXPECT_TRUE(text_at(*find(role, "Role"), "AssumeRolePolicyDocument")
                  .starts_with("%7B%22Version%22%3A%222012-10-17%22"));
}

TEST(Iam, ASecondRoleOfThatNameIsRefused) {
  IamDesk desk;
  desk.add_role("r");
  EXPECT_EQ(desk.refused(desk.service, "CreateRole",
                         Object{{"RoleName", "r"}, {"AssumeRolePolicyDocument", kTrust}}),
            "EntityAlreadyExists");
}

TEST(Iam, AnAbsentRoleIsNoSuchEntity) {
  IamDesk desk;
  for (const auto operation :
       {"GetRole", "DeleteRole", "ListRolePolicies", "ListAttachedRolePolicies"})
    EXPECT_EQ(desk.refused(desk.service, operation, Object{{"RoleName", "x"}}), "NoSuchEntity");
}

TEST(Iam, ABrokenTrustPolicyIsRefusedAndNothingIsStored) {
  IamDesk desk;
  EXPECT_EQ(desk.refused(desk.service, "CreateRole",
                         Object{{"RoleName", "r"}, {"AssumeRolePolicyDocument", kAllowsAll}}),
            "MalformedPolicyDocument");
  EXPECT_TRUE(list_at(desk.ok(desk.service, "ListRoles", Object()), "Roles").empty());
}

TEST(Iam, RolesAreListedInPagesByName) {
  IamDesk desk;
  for (const auto name : {"c", "a", "b"}) desk.add_role(name);
  const auto first = desk.ok(desk.service, "ListRoles", Object{{"MaxItems", 2}});
  EXPECT_TRUE(is_true_at(first, "IsTruncated"));
  EXPECT_EQ(text_at(list_at(first, "Roles")[0], "RoleName"), "a");
  const auto rest =
      desk.ok(desk.service, "ListRoles", Object{{"Marker", text_at(first, "Marker")}});
  EXPECT_FALSE(is_true_at(rest, "IsTruncated"));
  EXPECT_EQ(text_at(list_at(rest, "Roles")[0], "RoleName"), "c");
}

TEST(Iam, ARoleWithPoliciesCannotBeDeleted) {
  IamDesk desk;
  desk.add_role("r");
  desk.add_inline("p");
  EXPECT_EQ(desk.refused(desk.service, "DeleteRole", Object{{"RoleName", "r"}}), "DeleteConflict");
  desk.ok(desk.service, "DeleteRolePolicy", Object{{"RoleName", "r"}, {"PolicyName", "p"}});
  desk.ok(desk.service, "DeleteRole", Object{{"RoleName", "r"}});
  EXPECT_EQ(desk.refused(desk.service, "GetRole", Object{{"RoleName", "r"}}), "NoSuchEntity");
}

TEST(Iam, TheTrustPolicyIsReplaced) {
  IamDesk desk;
  desk.add_role("r");
  desk.ok(desk.service, "UpdateAssumeRolePolicy",
          Object{{"RoleName", "r"}, {"PolicyDocument", kTrust}});
  EXPECT_EQ(desk.refused(desk.service, "UpdateAssumeRolePolicy",
                         Object{{"RoleName", "r"}, {"PolicyDocument", "{}"}}),
            "MalformedPolicyDocument");
}

TEST(Iam, InlinePoliciesArePutReadAndListed) {
  IamDesk desk;
  desk.add_role("r");
  desk.add_inline("b");
  desk.add_inline("a");
  const auto names = desk.ok(desk.service, "ListRolePolicies", Object{{"RoleName", "r"}});
  EXPECT_EQ(list_at(names, "PolicyNames"), (Array{"a", "b"}));
  const auto policy =
      desk.ok(desk.service, "GetRolePolicy", Object{{"RoleName", "r"}, {"PolicyName", "a"}});
  EXPECT_TRUE(text_at(policy, "PolicyDocument").starts_with("%7B"));
  EXPECT_EQ(
      desk.refused(desk.service, "GetRolePolicy", Object{{"RoleName", "r"}, {"PolicyName", "c"}}),
      "NoSuchEntity");
}

TEST(Iam, TheSizeOfInlinePoliciesIsBounded) {
  IamDesk desk;
  desk.add_role("r");
  const auto big = R"({"Statement":{"Effect":"Allow","Action":"ec2:)" + std::string(11'000, 'a') +
                   R"(","Resource":"*"}})";
  EXPECT_EQ(desk.refused(desk.service, "PutRolePolicy",
                         Object{{"RoleName", "r"}, {"PolicyName", "p"}, {"PolicyDocument", big}}),
            "LimitExceeded");
}

TEST(Iam, PoliciesOfAwsAreAttachedByTheirArn) {
  IamDesk desk;
  desk.add_role("r");
  const auto arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
  desk.ok(desk.service, "AttachRolePolicy", Object{{"RoleName", "r"}, {"PolicyArn", arn}});
  const auto listed = desk.ok(desk.service, "ListAttachedRolePolicies", Object{{"RoleName", "r"}});
  EXPECT_EQ(text_at(list_at(listed, "AttachedPolicies")[0], "PolicyName"),
            "AWSLambdaBasicExecutionRole");
  desk.ok(desk.service, "DetachRolePolicy", Object{{"RoleName", "r"}, {"PolicyArn", arn}});
  EXPECT_EQ(
      desk.refused(desk.service, "DetachRolePolicy", Object{{"RoleName", "r"}, {"PolicyArn", arn}}),
      "NoSuchEntity");
}

TEST(Iam, APolicyOfOnesOwnMustExistToBeAttachedAndBeFreeToBeDeleted) {
  IamDesk desk;
  desk.add_role("r");
  const Object attach{{"RoleName", "r"}, {"PolicyArn", "arn:aws:iam::123456789012:policy/p"}};
  EXPECT_EQ(desk.refused(desk.service, "AttachRolePolicy", attach), "NoSuchEntity");
  desk.ok(desk.service, "CreatePolicy",
          Object{{"PolicyName", "p"}, {"PolicyDocument", kAllowsAll}});
  desk.ok(desk.service, "AttachRolePolicy", attach);
  const Object policy{{"PolicyArn", attach.at("PolicyArn")}};
  EXPECT_EQ(*int_at(*find(desk.ok(desk.service, "GetPolicy", policy), "Policy"), "AttachmentCount"),
            1);
  EXPECT_EQ(desk.refused(desk.service, "DeletePolicy", policy), "DeleteConflict");
  desk.ok(desk.service, "DetachRolePolicy", attach);
  desk.ok(desk.service, "DeletePolicy", policy);
  EXPECT_EQ(desk.refused(desk.service, "GetPolicy", policy), "NoSuchEntity");
}

TEST(Iam, ARolesNameHasOnlyTheCharactersOfAws) {
  IamDesk desk;
  EXPECT_EQ(desk.refused(desk.service, "CreateRole",
                         Object{{"RoleName", "a role"}, {"AssumeRolePolicyDocument", kTrust}}),
            "ValidationError");
}

TEST(PolicyText, NamesTheStatementAndWhatItLacks) {
  const auto result =
      check_policy(R"({"Statement":[{"Effect":"allow"}]})", PolicyUse::Identity, "X");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "X");
  EXPECT_EQ(result.error().message, "Invalid effect: allow (statement 1)");
}

TEST(PolicyText, RefusesATextThatIsNoJsonAndAnUnknownVersion) {
  EXPECT_FALSE(check_policy("{", PolicyUse::Identity, "X"));
  EXPECT_FALSE(check_policy(R"({"Version":"2013-01-01","Statement":{}})", PolicyUse::Trust, "X"));
  EXPECT_FALSE(check_policy(R"({"Statement":[]})", PolicyUse::Trust, "X"));
}

struct PolicyDesk : IamDesk {
  std::string arn = "arn:aws:iam::123456789012:policy/p";
  PolicyDesk() {
    ok(service, "CreatePolicy", Object{{"PolicyName", "p"}, {"PolicyDocument", kAllowsAll}});
  }
  Object named(Object more = {}) {
    more["PolicyArn"] = arn;
    return more;
  }
};

TEST(IamPolicies, HaveVersionsOfWhichOneIsTheDefault) {
  PolicyDesk desk;
  const auto made = desk.ok(desk.service, "CreatePolicyVersion",
                            desk.named({{"PolicyDocument", kAllowsAll}, {"SetAsDefault", true}}));
  EXPECT_EQ(text_at(*find(made, "PolicyVersion"), "VersionId"), "v2");
  EXPECT_EQ(text_at(*find(desk.ok(desk.service, "GetPolicy", desk.named()), "Policy"),
                    "DefaultVersionId"),
            "v2");
  const auto listed = desk.ok(desk.service, "ListPolicyVersions", desk.named());
  EXPECT_TRUE(is_true_at(list_at(listed, "Versions")[0], "IsDefaultVersion"));
  EXPECT_EQ(desk.refused(desk.service, "DeletePolicyVersion", desk.named({{"VersionId", "v2"}})),
            "DeleteConflict");
  EXPECT_EQ(desk.refused(desk.service, "DeletePolicy", desk.named()), "DeleteConflict");
  desk.ok(desk.service, "SetDefaultPolicyVersion", desk.named({{"VersionId", "v1"}}));
  desk.ok(desk.service, "DeletePolicyVersion", desk.named({{"VersionId", "v2"}}));
  EXPECT_EQ(desk.refused(desk.service, "GetPolicyVersion", desk.named({{"VersionId", "v2"}})),
            "NoSuchEntity");
  desk.ok(desk.service, "DeletePolicy", desk.named());
}

TEST(IamPolicies, HaveFiveVersionsAtMostAndNumbersAreNotUsedTwice) {
  PolicyDesk desk;
  const auto add = desk.named({{"PolicyDocument", kAllowsAll}});
  for (int i = 0; i < 4; ++i) desk.ok(desk.service, "CreatePolicyVersion", add);
  EXPECT_EQ(desk.refused(desk.service, "CreatePolicyVersion", add), "LimitExceeded");
  desk.ok(desk.service, "DeletePolicyVersion", desk.named({{"VersionId", "v5"}}));
  const auto made = desk.ok(desk.service, "CreatePolicyVersion", add);
  EXPECT_EQ(text_at(*find(made, "PolicyVersion"), "VersionId"), "v6");
}

TEST(IamPolicies, OfAwsAreGotAttachedAndNotChanged) {
  PolicyDesk desk;
  desk.arn = "arn:aws:iam::aws:policy/service-role/AmazonSSMMaintenanceWindowRole";
  desk.add_role("r");
  desk.ok(desk.service, "AttachRolePolicy", desk.named({{"RoleName", "r"}}));
  const auto policy = *find(desk.ok(desk.service, "GetPolicy", desk.named()), "Policy");
  EXPECT_EQ(text_at(policy, "Path"), "/service-role/");
  EXPECT_EQ(text_at(policy, "PolicyName"), "AmazonSSMMaintenanceWindowRole");
  EXPECT_EQ(int_at(policy, "AttachmentCount"), 1);
  const auto version = desk.ok(desk.service, "GetPolicyVersion",
                               desk.named({{"VersionId", text_at(policy, "DefaultVersionId")}}));
  EXPECT_NE(text_at(*find(version, "PolicyVersion"), "Document").find("StartAutomationExecution"),
            std::string_view::npos);
  EXPECT_EQ(desk.refused(desk.service, "CreatePolicyVersion",
                         desk.named({{"PolicyDocument", kAllowsAll}})),
            "AccessDenied");
  EXPECT_EQ(text_at(list_at(desk.ok(desk.service, "ListEntitiesForPolicy", desk.named()),
                            "PolicyRoles")[0],
                    "RoleName"),
            "r");
}

TEST(IamPolicies, AreListedByScopePathAndAttachment) {
  PolicyDesk desk;
  const auto count = [&](Object input) {
    return list_at(desk.ok(desk.service, "ListPolicies", std::move(input)), "Policies").size();
  };
  EXPECT_EQ(count({{"Scope", "Local"}}), 1u);
  EXPECT_GT(count({{"Scope", "AWS"}}), 3u);
  EXPECT_EQ(count({}), count({{"Scope", "AWS"}}) + 1);
  EXPECT_EQ(count({{"Scope", "Local"}, {"OnlyAttached", true}}), 0u);
  EXPECT_EQ(count({{"Scope", "Local"}, {"PathPrefix", "/x/"}}), 0u);
}

TEST(IamProfiles, HoldOneRoleThatCannotGoBeforeThem) {
  IamDesk desk;
  desk.add_role("r");
  const Object both{{"InstanceProfileName", "p"}, {"RoleName", "r"}};
  const Object profile{{"InstanceProfileName", "p"}};
  desk.ok(desk.service, "CreateInstanceProfile", profile);
  desk.ok(desk.service, "AddRoleToInstanceProfile", both);
  EXPECT_EQ(desk.refused(desk.service, "AddRoleToInstanceProfile", both), "LimitExceeded");
  const auto shown = *find(desk.ok(desk.service, "GetInstanceProfile", profile), "InstanceProfile");
  EXPECT_EQ(text_at(shown, "Arn"), "arn:aws:iam::123456789012:instance-profile/p");
  EXPECT_EQ(text_at(list_at(shown, "Roles")[0], "RoleName"), "r");
  EXPECT_EQ(list_at(desk.ok(desk.service, "ListInstanceProfilesForRole", Object{{"RoleName", "r"}}),
                    "InstanceProfiles")
                .size(),
            1u);
  EXPECT_EQ(desk.refused(desk.service, "DeleteRole", Object{{"RoleName", "r"}}), "DeleteConflict");
  EXPECT_EQ(desk.refused(desk.service, "DeleteInstanceProfile", profile), "DeleteConflict");
  desk.ok(desk.service, "RemoveRoleFromInstanceProfile", both);
  desk.ok(desk.service, "DeleteInstanceProfile", profile);
  desk.ok(desk.service, "DeleteRole", Object{{"RoleName", "r"}});
}

TEST(IamUsers, HaveTwoKeysAtMostThatTheServerCanFind) {
  IamDesk desk;
  const Object user{{"UserName", "u"}};
  desk.ok(desk.service, "CreateUser", user);
  const auto made = *find(desk.ok(desk.service, "CreateAccessKey", user), "AccessKey");
  const auto id = str(text_at(made, "AccessKeyId"));
  const auto key = find_key(desk.kernel->tables(), desk.secrets, id);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->secret, text_at(made, "SecretAccessKey"));
  EXPECT_EQ(key->caller, "arn:aws:iam::123456789012:user/u");
  EXPECT_EQ(desk.refused(desk.service, "DeleteUser", user), "DeleteConflict");
  desk.ok(desk.service, "CreateAccessKey", user);
  EXPECT_EQ(desk.refused(desk.service, "CreateAccessKey", user), "LimitExceeded");
  const Object inactive{{"UserName", "u"}, {"AccessKeyId", id}, {"Status", "Inactive"}};
  desk.ok(desk.service, "UpdateAccessKey", inactive);
  const auto after = find_key(desk.kernel->tables(), desk.secrets, id);
  EXPECT_FALSE(check_usable(*after, "", desk.time.now()));
  desk.ok(desk.service, "DeleteAccessKey", Object{{"UserName", "u"}, {"AccessKeyId", id}});
  const auto left = desk.ok(desk.service, "ListAccessKeys", user);
  ASSERT_EQ(list_at(left, "AccessKeyMetadata").size(), 1u);
  EXPECT_FALSE(find(list_at(left, "AccessKeyMetadata")[0], "SecretAccessKey"));
}

TEST(IamUsers, CarryPoliciesAsRolesDo) {
  IamDesk desk;
  const Object user{{"UserName", "u"}};
  desk.ok(desk.service, "CreateUser", user);
  desk.ok(desk.service, "PutUserPolicy",
          Object{{"UserName", "u"}, {"PolicyName", "p"}, {"PolicyDocument", kAllowsAll}});
  EXPECT_EQ(list_at(desk.ok(desk.service, "ListUserPolicies", user), "PolicyNames").size(), 1u);
  EXPECT_EQ(desk.refused(desk.service, "DeleteUser", user), "DeleteConflict");
  desk.ok(desk.service, "DeleteUserPolicy", Object{{"UserName", "u"}, {"PolicyName", "p"}});
  desk.ok(desk.service, "DeleteUser", user);
  EXPECT_EQ(desk.refused(desk.service, "GetUser", user), "NoSuchEntity");
}

TEST(Iam, ARoleIsDescribedAndTaggedAnew) {
  IamDesk desk;
  desk.add_role("r");
  desk.ok(desk.service, "UpdateRole",
          Object{{"RoleName", "r"}, {"Description", "d"}, {"MaxSessionDuration", 7200}});
  desk.ok(desk.service, "TagRole",
          Object{{"RoleName", "r"}, {"Tags", json(R"([{"Key":"a","Value":"1"}])")}});
  const auto role = *find(desk.ok(desk.service, "GetRole", Object{{"RoleName", "r"}}), "Role");
  EXPECT_EQ(text_at(role, "Description"), "d");
  EXPECT_EQ(int_at(role, "MaxSessionDuration"), 7200);
  EXPECT_EQ(*find(role, "Tags"), json(R"([{"Key":"a","Value":"1"}])"));
  desk.ok(desk.service, "UntagRole", Object{{"RoleName", "r"}, {"TagKeys", Array{"a"}}});
  EXPECT_TRUE(
      list_at(desk.ok(desk.service, "ListRoleTags", Object{{"RoleName", "r"}}), "Tags").empty());
}

}  // namespace
}  // namespace hikae::plane
