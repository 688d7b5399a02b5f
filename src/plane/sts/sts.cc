#include "plane/sts/sts.h"

#include "plane/checks.h"
#include "plane/iam/policy_text.h"
#include "plane/iam/rows.h"
#include "plane/iam/sessions.h"
#include "plane/sts/keys.h"

namespace hikae::plane {
namespace sts {
namespace {

constexpr std::int64_t kLongestSession = 129'600;  // GetSessionToken's own: 36 hours

std::string own_arn(const Scope& scope) { return iam::iam_arn(scope, "user", "/", "hikae"); }

/// "AROA…:session" of a role that was taken, a user's own id; the name where neither is known here.
std::string user_id_of(const Ask& ask, std::string_view arn) {
  const auto parts = parts_of_arn(arn);
  const Scope account{str(parts.account), ""};
  if (parts.service == "sts" && parts.resource.starts_with("assumed-role/")) {
    const auto role_and_session = parts.resource.substr(13);
    const auto role_name = role_and_session.substr(0, role_and_session.find('/'));
    const auto* role = ask.turn.tables().get(account, iam::kRoleRows, role_name);
    return (role ? str(text_at(*role, "RoleId")) : str(role_name)) + ":" + str(name_in_arn(arn));
  }
  if (parts.resource == "root") return str(parts.account);
  const auto* user = ask.turn.tables().get(account, iam::kUserRows, name_in_arn(arn));
  return str(user ? text_at(*user, "UserId") : name_in_arn(arn));
}

Result<Value> who_asks(const Ask& ask) {
  const auto arn = ask.caller.empty() ? own_arn(ask.scope) : str(ask.caller);
  const auto account = parts_of_arn(arn).account;
  return Object{{"UserId", user_id_of(ask, arn)},
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

/// A temporary key in the name of `caller`, in the table; as the API shows it.
Result<Value> new_credentials(const Ask& ask, const SecretBox& box, std::string_view caller,
                              std::int64_t lasts) {
  auto key = new_access_key(ask.turn.entropy(), KeyKind::Temporary);
  key.account = str(parts_of_arn(caller).account);
  key.caller = str(caller);
  key.user_id = user_id_of(ask, caller);
  key.level = level_of_caller(ask.turn.tables(), ask.caller);
  key.expires = ask.turn.now() + seconds(lasts);
  TRY_DO(put_key(ask.turn, box, key));
  return Object{{"AccessKeyId", key.id},
                {"SecretAccessKey", key.secret},
                {"SessionToken", key.token},
                {"Expiration", iso(*key.expires)}};
}

Result<> check_session_name(std::string_view session) {
  if (session.size() >= 2 && is_name(session, "_+=,.@-", 64)) return {};
  return aws::aws_error("ValidationError", "RoleSessionName '" + str(session) +
                                               "' must be 2 to 64 letters, digits and any of "
                                               "_+=,.@-");
}

Result<> check_session_policies(const Ask& ask) {
  if (const auto text = text_at(ask.input, "Policy"); !text.empty()) {
    TRY_DO(check_policy(text, PolicyUse::Identity, "MalformedPolicyDocument"));
    if (hikae::iam::size_of_policy(text) > hikae::iam::kSessionPolicySize)
      return aws::aws_error("PackedPolicyTooLarge",
                            "Packed policy consumes more than 100% of its "
                            "allotment; a session's has 2048 characters");
  }
  if (list_at(ask.input, "PolicyArns").size() <= 10) return {};
  return aws::aws_error("ValidationError", "PolicyArns names more than 10 policies");
}

/// A session that is not narrowed leaves what narrows another of its name (iam/sessions.h).
void put_session_policies(const Ask& ask, const std::string& account, const std::string& session,
                          std::int64_t lasts) {
  if (!find(ask.input, "Policy") && list_at(ask.input, "PolicyArns").empty()) return;
  const Scope scope{account, ""};
  std::vector<std::string> gone;
  for (const auto& [arn, row] : ask.turn.tables().rows(scope, iam::kSessionRows))
    if (const auto end = parse_iso(text_at(row, "Expiration")); end && *end < ask.turn.now())
      gone.push_back(arn);
  for (const auto& arn : gone) ask.turn.tables().erase(scope, iam::kSessionRows, arn);
  ask.turn.tables().put(scope, iam::kSessionRows, session,
                        Object{{"Policy", text_at(ask.input, "Policy")},
                               {"PolicyArns", list_at(ask.input, "PolicyArns")},
                               {"Expiration", iso(ask.turn.now() + seconds(lasts))}});
}

Result<Value> assume_role(const Ask& ask, const SecretBox& box) {
  const auto session = text_at(ask.input, "RoleSessionName");
  TRY_DO(check_session_name(session));
  TRY_DO(check_session_policies(ask));
  const auto* role = TRY(role_at(ask, text_at(ask.input, "RoleArn")));
  const auto lasts = TRY(wanted_seconds(ask.input, *role));
  const auto account = str(parts_of_arn(text_at(*role, "Arn")).account);
  const auto taken = "arn:aws:sts::" + account + ":assumed-role/" +
                     str(text_at(*role, "RoleName")) + "/" + str(session);
  const auto role_session_id = str(text_at(*role, "RoleId")) + ":" + str(session);
  Object answer{{"Credentials", TRY(new_credentials(ask, box, taken, lasts))},
                {"AssumedRoleUser", Object{{"AssumedRoleId", role_session_id}, {"Arn", taken}}}};
  put_session_policies(ask, account, taken, lasts);
  if (const auto* source = find(ask.input, "SourceIdentity")) answer["SourceIdentity"] = *source;
  return answer;
}

Result<Value> session_token(const Ask& ask, const SecretBox& box) {
  const auto caller = ask.caller.empty() ? own_arn(ask.scope) : str(ask.caller);
  if (parts_of_arn(caller).service == "sts")
    return aws::aws_error("AccessDenied", "Cannot call GetSessionToken with session credentials");
  const auto lasts = int_at(ask.input, "DurationSeconds").value_or(43'200);
  if (lasts < 900 || lasts > kLongestSession)
    return aws::aws_error("ValidationError", "DurationSeconds " + std::to_string(lasts) +
                                                 " is not between 900 and 129600");
  return Object{{"Credentials", TRY(new_credentials(ask, box, caller, lasts))}};
}

Result<Value> whose_key(const Ask& ask) {
  const auto id = text_at(ask.input, "AccessKeyId");
  if (const auto* row = ask.turn.tables().get(Scope{}, kAccessKeyRows, id))
    return Object{{"Account", text_at(*row, "Account")}};
  return aws::aws_error("ValidationError", "there is no access key " + str(id));
}

}  // namespace
}  // namespace sts

Sts::Sts(engine::Kernel& kernel, const SecretBox& box) : Service("sts", kernel) {
  on("GetCallerIdentity", sts::who_asks);
  on("AssumeRole", [&box](const Ask& ask) { return sts::assume_role(ask, box); });
  on("GetSessionToken", [&box](const Ask& ask) { return sts::session_token(ask, box); });
  on("GetAccessKeyInfo", sts::whose_key);
}

}  // namespace hikae::plane
