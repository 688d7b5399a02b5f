// Who may do what with a bucket, as far as S3 checks it when it is put: the policy and the ACL.
// Both are kept and given back; what they allow and forbid has no effect yet.
#include <algorithm>

#include "plane/iam/policy_text.h"
#include "plane/s3/s3.h"
#include "plane/s3/settings.h"
#include "text/json.h"

namespace hikae::plane {
namespace s3 {
namespace {

constexpr std::size_t kPolicyBytes = 20 * 1024;  // S3's own
constexpr std::string_view kEverybody = "http://acs.amazonaws.com/groups/global/AllUsers";
constexpr std::string_view kEveryAccount =
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
constexpr std::string_view kLogWriters = "http://acs.amazonaws.com/groups/s3/LogDelivery";

/// A member that is one value or a list of them.
Array one_or_many(const Value& statement, std::string_view member) {
  const auto* value = find(statement, member);
  if (!value) return {};
  return value->is_array() ? value->get_array() : Array{*value};
}

Array statements_of(const Value& policy) { return one_or_many(policy, "Statement"); }

bool names_everybody(const Value& statement) {
  const auto* principal = find(statement, "Principal");
  if (!principal) return false;
  if (text_of(*principal) == "*") return true;
  const auto aws = one_or_many(*principal, "AWS");
  return std::ranges::any_of(aws, [](const Value& one) { return text_of(one) == "*"; });
}

bool is_public(const Value& policy) {
  const auto statements = statements_of(policy);
  return std::ranges::any_of(statements, [](const Value& statement) {
    return text_at(statement, "Effect") == "Allow" && names_everybody(statement) &&
           !find(statement, "Condition");
  });
}

bool speaks_of(const Value& policy, std::string_view bucket) {
  const auto arn = "arn:aws:s3:::" + str(bucket);
  for (const auto& statement : statements_of(policy))
    for (const auto& resource : one_or_many(statement, "Resource"))
      if (text_of(resource) != arn && !text_of(resource).starts_with(arn + "/")) return false;
  return true;
}

bool blocks(const Value& bucket, std::string_view what) {
  const auto* block = setting_of(bucket, "PublicAccessBlock");
  return block && is_true_at(*block, what);
}

Result<Value> put_policy(const Asked& asked) {
  const auto* bucket = TRY(bucket_of(asked));
  const auto text = text_at(asked.input, "Policy");
  if (text.size() > kPolicyBytes)
    return aws::aws_error("MalformedPolicy", "Policy exceeds the maximum allowed document size");
  TRY_DO(check_policy(text, PolicyUse::Resource, "MalformedPolicy"));
  const auto policy = TRY(text::parse_json(text));
  if (!speaks_of(policy, text_at(*bucket, "Name")))
    return aws::aws_error("MalformedPolicy", "Policy has invalid resource");
  if (blocks(*bucket, "BlockPublicPolicy") && is_public(policy))
    return aws::aws_error("AccessDenied",
                          "Access Denied: public policies are prevented by the BlockPublicPolicy "
                          "setting",
                          403);
  keep_setting(asked, *bucket, "Policy", Value(text));
  return Object();
}

Result<std::string> policy_of(const Asked& asked) {
  const auto* policy = setting_of(*TRY(bucket_of(asked)), "Policy");
  if (policy) return str(text_of(*policy));
  return aws::aws_error("NoSuchBucketPolicy", "The bucket policy does not exist", 404);
}

Result<Value> get_policy(const Asked& asked) { return Object{{"Policy", TRY(policy_of(asked))}}; }

Result<Value> get_policy_status(const Asked& asked) {
  const auto policy = TRY(text::parse_json(TRY(policy_of(asked))));
  return Object{{"PolicyStatus", Object{{"IsPublic", is_public(policy)}}}};
}

Result<Value> delete_policy(const Asked& asked) {
  forget_setting(asked, *TRY(bucket_of(asked)), "Policy");
  return Object();
}

Object grant(Object grantee, std::string_view permission) {
  return {{"Grantee", std::move(grantee)}, {"Permission", permission}};
}

Object group_grant(std::string_view uri, std::string_view permission) {
  return grant({{"Type", "Group"}, {"URI", uri}}, permission);
}

/// What a canned ACL stands for.
Result<Array> canned_grants(const Asked& asked, std::string_view acl) {
  auto owner = owner_of(asked);
  owner["Type"] = "CanonicalUser";
  Array grants{grant(std::move(owner), "FULL_CONTROL")};
  if (acl == "private" || acl == "bucket-owner-full-control") return grants;
  if (acl == "public-read" || acl == "public-read-write")
    grants.push_back(group_grant(kEverybody, "READ"));
  if (acl == "public-read-write") grants.push_back(group_grant(kEverybody, "WRITE"));
  if (acl == "authenticated-read") grants.push_back(group_grant(kEveryAccount, "READ"));
  if (acl == "log-delivery-write")
    for (const auto* permission : {"WRITE", "READ_ACP"})
      grants.push_back(group_grant(kLogWriters, permission));
  if (grants.size() > 1) return grants;
  return aws::aws_error("InvalidArgument", "'" + str(acl) + "' is no canned ACL", 400);
}

Result<Array> wanted_grants(const Asked& asked) {
  for (const auto* header :
       {"GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP"})
    if (find(asked.input, header))
      return aws::aws_error("NotImplemented",
                            "hikae reads no grants from headers; use ACL or AccessControlPolicy",
                            501);
  const auto* policy = find(asked.input, "AccessControlPolicy");
  if (policy) return list_at(*policy, "Grants");
  return canned_grants(asked, text_at(asked.input, "ACL", "private"));
}

Result<Value> put_bucket_acl(const Asked& asked) {
  const auto* bucket = TRY(bucket_of(asked));
  const bool is_list = find(asked.input, "AccessControlPolicy");
  TRY_DO(check_canned_acl(*bucket, is_list ? "given-as-a-list" : text_at(asked.input, "ACL")));
  keep_setting(asked, *bucket, "Grants", TRY(wanted_grants(asked)));
  return Object();
}

Result<Value> get_bucket_acl(const Asked& asked) {
  const auto* bucket = TRY(bucket_of(asked));
  const auto* grants = setting_of(*bucket, "Grants");
  return Object{{"Owner", owner_of(asked)},
                {"Grants", grants ? *grants : Value(TRY(canned_grants(asked, "private")))}};
}

}  // namespace

Result<> check_canned_acl(const Value& bucket, std::string_view acl) {
  if (acl.empty() || acl == "private" || acl == "bucket-owner-full-control") return {};
  const auto* controls = setting_of(bucket, "OwnershipControls");
  const auto* rules = controls ? find(*controls, "Rules") : nullptr;
  if (rules && text_at(rules->as_array()[0], "ObjectOwnership") == "BucketOwnerEnforced")
    return aws::aws_error("AccessControlListNotSupported", "The bucket does not allow ACLs", 400);
  if (blocks(bucket, "BlockPublicAcls") && acl.starts_with("public-"))
    return aws::aws_error("AccessDenied", "Access Denied", 403);
  return {};
}

}  // namespace s3

void S3::add_bucket_acl() {
  on_s3("PutBucketPolicy", s3::put_policy);
  on_s3("GetBucketPolicy", s3::get_policy);
  on_s3("GetBucketPolicyStatus", s3::get_policy_status);
  on_s3("DeleteBucketPolicy", s3::delete_policy);
  on_s3("PutBucketAcl", s3::put_bucket_acl);
  on_s3("GetBucketAcl", s3::get_bucket_acl);
}

}  // namespace hikae::plane
