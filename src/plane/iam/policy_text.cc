#include "plane/iam/policy_text.h"

#include <string>

#include "base/value.h"
#include "text/json.h"

namespace hikae::plane {
namespace {

/// What is wrong with one statement; empty: nothing.
std::string fault_of_statement(const Value& statement, PolicyUse use) {
  if (!statement.is_object()) return "is no object";
  const auto effect = text_at(statement, "Effect");
  if (effect != "Allow" && effect != "Deny") return "needs an Effect: \"Allow\" or \"Deny\"";
  if (!find(statement, "Action") && !find(statement, "NotAction")) return "needs an Action";
  const bool names_who = find(statement, "Principal") || find(statement, "NotPrincipal");
  const bool names_what = find(statement, "Resource") || find(statement, "NotResource");
  if (use == PolicyUse::Identity && names_who) return "may not name a Principal on a role's policy";
  if (use != PolicyUse::Identity && !names_who) return "needs a Principal";
  if (use == PolicyUse::Trust && names_what) return "may not name a Resource in a trust policy";
  if (use != PolicyUse::Trust && !names_what) return "needs a Resource";
  return {};
}

std::string fault_of_policy(const Value& policy, PolicyUse use) {
  if (!policy.is_object()) return "a policy is a JSON object";
  const auto version = text_at(policy, "Version", "2008-10-17");
  if (version != "2012-10-17" && version != "2008-10-17")
    return "Version is \"" + str(version) + "\"; write \"2012-10-17\"";
  const auto* given = find(policy, "Statement");
  if (!given) return "it has no Statement";
  const auto statements = given->is_array() ? given->get_array() : Array{*given};
  if (statements.empty()) return "its list of statements is empty";
  std::size_t number = 0;
  for (const auto& statement : statements) {
    ++number;
    if (auto fault = fault_of_statement(statement, use); !fault.empty())
      return "statement " + std::to_string(number) + " " + fault;
  }
  return {};
}

}  // namespace

Result<> check_policy(std::string_view json_text, PolicyUse use, std::string_view error_code) {
  const auto policy = text::parse_json(json_text);
  const auto fault = policy ? fault_of_policy(*policy, use) : policy.error().message;
  if (fault.empty()) return {};
  return fail(ErrorKind::Invalid, str(error_code), "The policy cannot be used: " + fault);
}

}  // namespace hikae::plane
