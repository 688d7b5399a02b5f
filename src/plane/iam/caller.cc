#include "plane/iam/caller.h"

#include "plane/iam/aws_managed.h"
#include "plane/iam/rows.h"
#include "plane/iam/sessions.h"

namespace hikae::plane::access {
namespace {

constexpr std::string_view kAssumedRole = "assumed-role/";

/// The default version of a policy of the account's own.
std::string_view document_of(const Value& policy) {
  const auto wanted = text_at(policy, "DefaultVersionId");
  for (const auto& version : list_at(policy, "Versions"))
    if (text_at(version, "VersionId") == wanted) return text_at(version, "Document");
  return {};
}

Result<> add_policy(std::vector<hikae::iam::NamedPolicy>& out, std::string_view name,
                    std::string_view text) {
  auto policy = hikae::iam::parse_policy(text, hikae::iam::PolicyUse::Identity);
  if (!policy)
    return fail(
        ErrorKind::Denied, "AccessDenied",
        "the policy " + str(name) + " cannot be read, so it denies: " + policy.error().message);
  out.push_back({str(name), *std::move(policy)});
  return {};
}

/// A policy of AWS whose text hikae does not hold allows nothing.
Result<> add_attached(const engine::Tables& tables, std::string_view account, std::string_view arn,
                      std::vector<hikae::iam::NamedPolicy>& out) {
  if (const auto* managed = plane::iam::managed_policy(arn))
    return managed->document.empty() ? Result<>() : add_policy(out, arn, managed->document);
  const auto* row = tables.get({str(account), ""}, plane::iam::kPolicyRows, arn);
  return row ? add_policy(out, arn, document_of(*row)) : Result<>();
}

Result<> add_identity(const engine::Tables& tables, std::string_view account, const Value& entity,
                      std::vector<hikae::iam::NamedPolicy>& out) {
  for (const auto& [name, text] : object_at(entity, "Policies"))
    TRY_DO(add_policy(out, name, text_of(text)));
  for (const auto& [arn, name] : object_at(entity, "Attached"))
    TRY_DO(add_attached(tables, account, arn, out));
  return {};
}

/// Session policies of sts:AssumeRole.
Result<> add_session(const engine::Tables& tables, std::string_view account, std::string_view arn,
                     hikae::iam::Policies& policies) {
  const auto* row = tables.get({str(account), ""}, plane::iam::kSessionRows, arn);
  if (!row) return {};
  policies.has_session = true;
  if (const auto text = text_at(*row, "Policy"); !text.empty())
    TRY_DO(add_policy(policies.session, "session", text));
  for (const auto& attached : list_at(*row, "PolicyArns"))
    TRY_DO(add_attached(tables, account, text_at(attached, "arn"), policies.session));
  return {};
}

void add_principal_keys(Caller& caller, const Value* entity, std::string_view type) {
  auto& context = caller.context;
  const auto& principal = caller.principal;
  context.set("aws:PrincipalArn", principal.role_arn.empty() ? principal.arn : principal.role_arn);
  context.set("aws:PrincipalAccount", principal.account);
  context.set("aws:PrincipalType", str(type));
  context.set("aws:PrincipalIsAWSService", "false");
  if (!entity) return;
  for (const auto& [key, value] : object_at(*entity, "Tags"))
    context.set("aws:PrincipalTag/" + str(key), str(text_of(value)));
}

Result<Caller> role_caller(const engine::Tables& tables, std::string_view arn,
                           const ArnParts& parts, std::string_view role_name) {
  Caller caller;
  caller.is_service = parts.service == "iam";
  const auto* role = tables.get({str(parts.account), ""}, plane::iam::kRoleRows, role_name);
  caller.principal.arn = arn;
  caller.principal.account = parts.account;
  caller.principal.role_arn =
      role ? str(text_at(*role, "Arn"))
           : "arn:aws:iam::" + str(parts.account) + ":role/" + str(role_name);
  add_principal_keys(caller, role, "AssumedRole");
  if (!role) return caller;
  caller.context.set("aws:userid", str(text_at(*role, "RoleId")) + ":" + str(name_in_arn(arn)));
  TRY_DO(add_identity(tables, parts.account, *role, caller.policies.identity));
  TRY_DO(add_session(tables, parts.account, arn, caller.policies));
  return caller;
}

Result<Caller> user_caller(const engine::Tables& tables, std::string_view arn,
                           const ArnParts& parts, const Value& user) {
  Caller caller;
  caller.principal.arn = arn;
  caller.principal.account = parts.account;
  add_principal_keys(caller, &user, "User");
  caller.context.set("aws:username", str(text_at(user, "UserName")));
  caller.context.set("aws:userid", str(text_at(user, "UserId")));
  TRY_DO(add_identity(tables, parts.account, user, caller.policies.identity));
  return caller;
}

}  // namespace

const Value* role_row(const engine::Tables& tables, std::string_view account,
                      std::string_view arn) {
  const auto parts = parts_of_arn(arn);
  if (parts.service != "iam" || !parts.resource.starts_with("role/")) return nullptr;
  if (!account.empty() && parts.account != account) return nullptr;
  return tables.get({str(parts.account), ""}, plane::iam::kRoleRows,
                    parts.resource.substr(parts.resource.rfind('/') + 1));
}

Result<std::optional<Caller>> caller_of(const engine::Tables& tables, std::string_view arn) {
  const auto parts = parts_of_arn(arn);
  if (parts.service == "sts" && parts.resource.starts_with(kAssumedRole)) {
    const auto rest = parts.resource.substr(kAssumedRole.size());
    return TRY(role_caller(tables, arn, parts, rest.substr(0, rest.find('/'))));
  }
  const auto name = parts.resource.substr(parts.resource.rfind('/') + 1);
  if (parts.service == "iam" && parts.resource.starts_with("role/"))
    return TRY(role_caller(tables, arn, parts, name));
  if (parts.service != "iam" || !parts.resource.starts_with("user/")) return std::nullopt;
  const auto* user = tables.get({str(parts.account), ""}, plane::iam::kUserRows, name);
  if (!user || text_at(*user, "Arn") != arn) return std::nullopt;
  return TRY(user_caller(tables, arn, parts, *user));
}

Caller account_caller(std::string_view account, std::string_view arn) {
  Caller caller;
  caller.principal.arn = arn.empty() ? "arn:aws:iam::" + str(account) + ":root" : str(arn);
  caller.principal.account = account;
  add_principal_keys(caller, nullptr, "Account");
  auto all = hikae::iam::parse_policy(
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
      hikae::iam::PolicyUse::Identity);
  if (all) caller.policies.identity.push_back({"account", *std::move(all)});
  return caller;
}

}  // namespace hikae::plane::access
