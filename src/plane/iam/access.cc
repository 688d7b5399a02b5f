#include "plane/iam/access.h"

#include <algorithm>

#include "aws/errors.h"
#include "iam/calls.h"
#include "plane/iam/caller.h"
#include "plane/iam/guarded.h"
#include "plane/lambda/rows.h"
#include "plane/settings.h"

namespace hikae::plane::access {
namespace {

using hikae::iam::Need;
using hikae::iam::Question;

constexpr std::string_view kAssumeRole = "sts:AssumeRole";

/// Of one's own session: AWS asks nobody whether they may be asked.
constexpr std::string_view kFree[] = {"sts:GetCallerIdentity", "sts:GetSessionToken",
                                      "sts:GetAccessKeyInfo"};

std::string code_of(std::string_view service) {
  if (service == "ec2") return "UnauthorizedOperation";
  if (service == "sns") return "AuthorizationError";
  for (const std::string_view other : {"iam", "sts", "cloudformation", "s3", "sqs"})
    if (service == other) return "AccessDenied";
  return "AccessDeniedException";
}

std::unexpected<Error> refusal(std::string_view service, const std::string& words) {
  return fail(
      ErrorKind::Denied, code_of(service),
      service == "ec2" ? "You are not authorized to perform this operation. " + words : words);
}

void add_general_keys(hikae::iam::Context& context, const Ground& ground, const Scope& scope) {
  context.set("aws:RequestedRegion", scope.region);
  context.set("aws:CurrentTime", iso(ground.now));
  context.set("aws:EpochTime", std::to_string(unix_ms(ground.now) / 1000));
  context.set("aws:ViaAWSService", "false");
}

Result<> check_need(const Ground& ground, const Scope& scope, const Caller& caller,
                    std::string_view service, const Need& need) {
  Question question{caller.principal, need.action, need.resource, need.context};
  question.context.join(caller.context);
  add_general_keys(question.context, ground, scope);
  auto policies = caller.policies;
  TRY_DO(add_resource_policy(ground.tables, need, policies));
  const auto decision = hikae::iam::decide(question, policies);
  if (decision.is_allowed()) return {};
  return refusal(service, hikae::iam::denial_text(question, decision));
}

/// A service that calls in a role's name has taken it. Which one, and for what, is not known here:
/// runs and windows are ssm's, deliveries are those of events, stacks of cloudformation.
Result<> check_service_took(const Ground& ground, const Scope& scope, const std::string& role) {
  const auto source = [&](std::string_view service, std::string_view resource) {
    return "arn:aws:" + str(service) + ":" + scope.region + ":" + scope.account + ":" +
           str(resource);
  };
  auto taken = check_taken(ground, scope, role, "ssm.amazonaws.com",
                           source("ssm", "automation-execution/*"));
  if (taken) return taken;
  for (const auto& [service, resource] :
       {std::pair{"ssm", "maintenancewindow/*"}, std::pair{"events", "rule/*"},
        std::pair{"cloudformation", "stack/*"}})
    if (check_taken(ground, scope, role, str(service) + ".amazonaws.com",
                    source(service, resource)))
      return {};
  return taken;
}

/// hikae's own services are no business of policies: machines ask them in a role's name, and then
/// ask others in that name. The door is for whoever is not bound, but for what steps of runs ask.
Result<> check_inside(const Ground& ground, const aws::Request& request) {
  for (const std::string_view open : {"hikae-script", "hikae-webhook", "hikae-stack"})
    if (request.service == open) return {};
  const auto caller = TRY(caller_of(ground.tables, request.caller));
  if (!caller || caller->is_service) return {};
  return refusal(request.service, "User: " + request.caller + " is not authorized to perform: " +
                                      request.service + ":" + request.operation +
                                      " because it is bound by IAM policies, which know no such "
                                      "action; use a key of `hikae key`");
}

}  // namespace

bool is_enforced(const engine::Tables& tables) {
  const auto* row = setting_row(tables, kIamSetting);
  return row && is_true_at(*row, "Enforce");
}

Result<> check_call(const Ground& ground, const aws::Request& request) {
  if (request.service.starts_with("hikae")) return check_inside(ground, request);
  const auto call = request.service + ":" + request.operation;
  if (std::ranges::find(kFree, call) != std::end(kFree)) return {};
  auto caller = TRY(caller_of(ground.tables, request.caller));
  if (!caller && call != kAssumeRole) return {};
  if (!caller) caller = account_caller(request.scope.account, request.caller);
  if (caller->is_service) TRY_DO(check_service_took(ground, request.scope, request.caller));
  const TableFacts facts(ground, request.scope);
  for (const auto& need : hikae::iam::needs_of(request.scope, request.service, request.operation,
                                               request.input, facts))
    TRY_DO(check_need(ground, request.scope, *caller, request.service, need));
  return {};
}

Result<> check_taken(const Ground& ground, const Scope& scope, std::string_view role_arn,
                     std::string_view service, std::string_view source_arn) {
  const auto* role = role_row(ground.tables, scope.account, role_arn);
  if (!role)
    return aws::aws_error("AccessDenied", str(service) + " cannot assume " + str(role_arn) +
                                              ": there is no such role");
  Question question{{"", "", "", str(service)}, str(kAssumeRole), str(role_arn), {}};
  question.context.set("aws:SourceAccount", scope.account);
  question.context.set("aws:SourceArn", str(source_arn));
  question.context.set("aws:PrincipalIsAWSService", "true");
  add_general_keys(question.context, ground, scope);
  hikae::iam::Policies policies;
  TRY_DO(add_trust_policy(*role, policies));
  const auto decision = hikae::iam::decide(question, policies);
  if (decision.is_allowed()) return {};
  return aws::aws_error("AccessDenied", hikae::iam::denial_text(question, decision));
}

Result<> check_passed(const Ground& ground, const Scope& scope, std::string_view caller_arn,
                      std::string_view role_arn, std::string_view service) {
  const auto caller = TRY(caller_of(ground.tables, caller_arn));
  if (!caller) return {};
  Need need{"iam:PassRole", str(role_arn), {}};
  need.context.set("iam:PassedToService", str(service));
  return check_need(ground, scope, *caller, "ssm", need);
}

Result<std::string> caller_of_function(const engine::Tables& tables, WallTime now,
                                       const Scope& scope, std::string_view name) {
  if (!is_enforced(tables)) return std::string();
  const auto* row = tables.get(scope, lambda::kFunctionRows, name);
  const auto role = row ? text_at(object_at(*row, "Configuration"), "Role") : std::string_view();
  if (role.empty()) return std::string();
  const MachineTags none;
  TRY_DO(check_taken({tables, now, none}, scope, role, "lambda.amazonaws.com",
                     lambda::function_arn(scope, name)));
  const auto role_name = role.substr(role.rfind('/') + 1);
  return "arn:aws:sts::" + scope.account + ":assumed-role/" + str(role_name) + "/" + str(name);
}

}  // namespace hikae::plane::access
