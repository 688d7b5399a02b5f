// The form of IAM policy documents.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "stack/named_checks.h"

namespace hikae::stack {
namespace {

constexpr auto kStatementMembers =
    std::to_array<std::string_view>({"Sid", "Effect", "Principal", "NotPrincipal", "Action",
                                     "NotAction", "Resource", "NotResource", "Condition"});

bool is_text_or_texts(const Value& value) {
  const auto one = [](const Value& v) { return v.is_string() || !intrinsic_of(v).empty(); };
  if (const auto* list = value.if_array()) return !list->empty() && std::ranges::all_of(*list, one);
  return one(value);
}

bool is_action(std::string_view action) {
  if (action == "*") return true;
  const auto colon = action.find(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < action.size() &&
         action.find(' ') == std::string_view::npos;
}

class PolicyReader {
 public:
  PolicyReader(PolicyKind kind, Findings& findings) : kind_(kind), findings_(findings) {}

  void read(const Value& policy, const Where& where) {
    const auto* map = policy.if_object();
    if (!map) return findings_.error(where, "policy", "expected a policy document (a map)");
    if (const auto* version = find(*map, "Version")) read_version(*version, where.at("Version"));
    const auto* statements = find(*map, "Statement");
    if (!statements)
      return findings_.error(where.at("Statement"), "policy",
                             "Statement is required and missing: expected a list of statements");
    const auto at = where.at("Statement");
    if (const auto* list = statements->if_array())
      for (std::size_t i = 0; i < list->size(); ++i) read_statement((*list)[i], at.at(i));
    else
      read_statement(*statements, at);
  }

 private:
  void read_version(const Value& version, const Where& where) {
    const auto text = text_of(version);
    if (text != "2012-10-17" && text != "2008-10-17")
      findings_.error(where, "policy",
                      fmt::format("\"{}\" is no policy version: expected 2012-10-17", text));
  }

  void read_statement(const Value& statement, const Where& where) {
    if (!intrinsic_of(statement).empty()) return;
    const auto* map = statement.if_object();
    if (!map) return findings_.error(where, "policy", "expected a statement (a map)");
    for (const auto& member : *map) read_member_name(member.key(), where);
    const auto effect = text_at(*map, "Effect");
    if (effect != "Allow" && effect != "Deny")
      findings_.error(where.at("Effect"), "policy",
                      fmt::format("\"{}\" is no effect: expected Allow or Deny", effect));
    read_action(*map, where);
    read_principal(*map, where);
    read_resource(*map, where);
  }

  void read_member_name(std::string_view name, const Where& where) {
    if (std::ranges::find(kStatementMembers, name) != kStatementMembers.end()) return;
    findings_.error(
        where.at(name), "policy",
        fmt::format("a statement has no member {}{}", name,
                    did_you_mean(name, {kStatementMembers.begin(), kStatementMembers.end()})));
  }

  void read_action(const Object& statement, const Where& where) {
    const auto* action = find(statement, "Action");
    if (!action) action = find(statement, "NotAction");
    if (!action)
      return findings_.error(where.at("Action"), "policy",
                             "Action is required and missing: expected service:Operation");
    if (!is_text_or_texts(*action))
      return findings_.error(where.at("Action"), "policy",
                             "expected one or more service:Operation");
    const auto check = [&](const Value& one) {
      if (one.is_string() && !is_action(text_of(one)))
        findings_.error(
            where.at("Action"), "policy",
            fmt::format("\"{}\" is no action: expected service:Operation", text_of(one)));
    };
    if (const auto* list = action->if_array())
      std::ranges::for_each(*list, check);
    else
      check(*action);
  }

  void read_principal(const Object& statement, const Where& where) {
    const bool has = statement.contains("Principal") || statement.contains("NotPrincipal");
    if (kind_ == PolicyKind::Identity && has)
      findings_.error(where.at("Principal"), "policy",
                      "Principal has no place here: expected a policy of a role or user");
    if (kind_ != PolicyKind::Identity && !has)
      findings_.error(where.at("Principal"), "policy",
                      "Principal is required and missing: expected who is allowed, such as "
                      "{Service: ssm.amazonaws.com}");
    const auto* principal = find(statement, "Principal");
    if (principal && !principal->is_object() && text_of(*principal) != "*")
      findings_.error(where.at("Principal"), "policy", "expected a map, or \"*\"");
  }

  void read_resource(const Object& statement, const Where& where) {
    const bool has = statement.contains("Resource") || statement.contains("NotResource");
    if (kind_ == PolicyKind::Trust && has)
      findings_.error(where.at("Resource"), "policy",
                      "Resource has no place here: expected a trust policy");
    if (kind_ == PolicyKind::Identity && !has)
      findings_.error(where.at("Resource"), "policy",
                      "Resource is required and missing: expected ARNs, or \"*\"");
    const auto* resource = find(statement, "Resource");
    if (resource && !is_text_or_texts(*resource))
      findings_.error(where.at("Resource"), "policy", "expected one or more ARNs");
    const auto* condition = find(statement, "Condition");
    if (condition && !condition->is_object())
      findings_.error(where.at("Condition"), "policy", "expected a map of condition operators");
  }

  PolicyKind kind_;
  Findings& findings_;
};

}  // namespace

void check_policy(const Value& policy, PolicyKind kind, const Where& where, Findings& findings) {
  if (!intrinsic_of(policy).empty()) return;
  PolicyReader(kind, findings).read(policy, where);
}

}  // namespace hikae::stack
