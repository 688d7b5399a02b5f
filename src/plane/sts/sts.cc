#include "plane/sts/sts.h"

#include "plane/checks.h"
#include "plane/iam/rows.h"

namespace hikae::plane {
namespace sts {
namespace {

Result<Value> who_asks(const Ask& ask) {
  const auto arn =
      ask.caller.empty() ? iam::iam_arn(ask.scope, "user", "/", "hikae") : str(ask.caller);
  const auto account = parts_of_arn(arn).account;
  return Object{{"UserId", name_in_arn(arn)},
                {"Account", account.empty() ? std::string_view(ask.scope.account) : account},
                {"Arn", arn}};
}

/// As AWS answers it: whether the role is absent or not allowed is not told apart by the code.
std::unexpected<Error> not_allowed(std::string_view arn) {
  return aws::aws_error("AccessDenied", "Not authorized to perform: sts:AssumeRole on resource: " +
                                            str(arn) + " (there is no such role)");
}

Result<const Value*> role_at(const Ask& ask, std::string_view arn) {
  const auto parts = parts_of_arn(arn);
  if (parts.service != "iam" || !parts.resource.starts_with("role/"))
    return aws::aws_error("ValidationError", str(arn) + " is no ARN of a role");
  const auto* role =
      ask.turn.tables().get({str(parts.account), ""}, iam::kRoleRows, name_in_arn(arn));
  if (!role || text_at(*role, "Arn") != arn) return not_allowed(arn);
  return role;
}

Result<std::int64_t> wanted_seconds(const Value& input, const Value& role) {
  const auto wanted = int_at(input, "DurationSeconds").value_or(3600);
  const auto most = int_at(role, "MaxSessionDuration").value_or(3600);
  if (wanted >= 900 && wanted <= most) return wanted;
  return aws::aws_error("ValidationError", "DurationSeconds " + std::to_string(wanted) +
                                               " is not between 900 and the role's " +
                                               std::to_string(most));
}

Object new_credentials(const Ask& ask, std::int64_t lasts) {
  auto& entropy = ask.turn.entropy();
  return Object{{"AccessKeyId", new_key(entropy, "ASIA", 20)},
                {"SecretAccessKey", random_hex(entropy, 40)},
                {"SessionToken", random_hex(entropy, 128)},
                {"Expiration", iso(ask.turn.now() + seconds(lasts))}};
}

Result<Value> assume_role(const Ask& ask) {
  const auto session = text_at(ask.input, "RoleSessionName");
  if (session.size() < 2 || !is_name(session, "_+=,.@-", 64))
    return aws::aws_error("ValidationError", "RoleSessionName '" + str(session) +
                                                 "' must be 2 to 64 letters, digits and any of "
                                                 "_+=,.@-");
  const auto* role = TRY(role_at(ask, text_at(ask.input, "RoleArn")));
  const auto lasts = TRY(wanted_seconds(ask.input, *role));
  const auto arn = parts_of_arn(text_at(*role, "Arn"));
  const auto taken = "arn:aws:sts::" + str(arn.account) + ":assumed-role/" +
                     str(text_at(*role, "RoleName")) + "/" + str(session);
  return Object{{"Credentials", new_credentials(ask, lasts)},
                {"AssumedRoleUser",
                 Object{{"AssumedRoleId", str(text_at(*role, "RoleId")) + ":" + str(session)},
                        {"Arn", taken}}}};
}

}  // namespace
}  // namespace sts

Sts::Sts(engine::Kernel& kernel) : Service("sts", kernel) {
  on("GetCallerIdentity", sts::who_asks);
  on("AssumeRole", sts::assume_role);
}

}  // namespace hikae::plane
