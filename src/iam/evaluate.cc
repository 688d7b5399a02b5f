#include "iam/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/escape.h"
#include "iam/condition.h"
#include "iam/pattern.h"

namespace hikae::iam {
namespace {

bool names_action(const Names& names, std::string_view action) {
  const bool is_named = std::ranges::any_of(names.patterns, [&](const std::string& text) {
    return matches(*pattern_of(text, nullptr), action, LetterCase::Either);
  });
  return is_named == (names.polarity == Polarity::Is);
}

bool names_resource(const Names& names, std::string_view resource, const Context* variables) {
  const bool is_named = std::ranges::any_of(names.patterns, [&](const std::string& text) {
    const auto pattern = pattern_of(text, variables);
    return pattern && matches_resource(*pattern, resource);
  });
  return is_named == (names.polarity == Polarity::Is);
}

struct Found {
  Decision decision;
  Naming naming = Naming::None;
};

/// The first statement of that effect that means this principal most closely.
std::optional<Found> find_statement(const std::vector<NamedPolicy>& policies, PolicyKind kind,
                                    Effect effect, const Question& question) {
  std::optional<Found> best;
  for (const auto& [name, policy] : policies) {
    std::size_t number = 0;
    for (const auto& statement : policy.statements) {
      ++number;
      if (statement.effect != effect || !applies(statement, question, policy.version)) continue;
      const auto naming = statement.principals
                              ? naming_of(*statement.principals, question.principal)
                              : Naming::Itself;
      if (naming == Naming::None || (best && best->naming >= naming)) continue;
      const auto verdict = effect == Effect::Allow ? Verdict::Allowed : Verdict::ExplicitDeny;
      best = Found{{verdict, kind, name, statement.sid, number}, naming};
    }
  }
  return best;
}

std::optional<Decision> find_deny(const Question& question, const Policies& policies) {
  for (const auto& [kind, list] : {std::pair{PolicyKind::Identity, &policies.identity},
                                   std::pair{PolicyKind::Session, &policies.session},
                                   std::pair{PolicyKind::Resource, &policies.resource}})
    if (const auto found = find_statement(*list, kind, Effect::Deny, question))
      return found->decision;
  return std::nullopt;
}

Decision nobody(PolicyKind kind) { return {Verdict::ImplicitDeny, kind, {}, {}, 0}; }

/// Identity policies, narrowed by the session's.
Decision by_identity(const Question& question, const Policies& policies) {
  const auto found =
      find_statement(policies.identity, PolicyKind::Identity, Effect::Allow, question);
  if (!found) return nobody(PolicyKind::Identity);
  const bool is_narrowed = policies.has_session || !policies.session.empty();
  if (is_narrowed &&
      !find_statement(policies.session, PolicyKind::Session, Effect::Allow, question))
    return nobody(PolicyKind::Session);
  return found->decision;
}

bool is_across_accounts(const Question& question, const Policies& policies) {
  return !policies.resource_account.empty() && !question.principal.account.empty() &&
         policies.resource_account != question.principal.account;
}

/// The resource's own policy is enough: it names the principal, and nothing narrows the session.
bool is_enough(const Found& resource, const Question& question, const Policies& policies) {
  if (!question.principal.service.empty()) return true;
  if (is_across_accounts(question, policies) || resource.naming == Naming::Account) return false;
  if (resource.naming == Naming::Session) return true;
  const bool is_narrowed = policies.has_session || !policies.session.empty();
  return !is_narrowed ||
         find_statement(policies.session, PolicyKind::Session, Effect::Allow, question).has_value();
}

std::string_view kind_text(PolicyKind kind) {
  switch (kind) {
    case PolicyKind::Identity: return "identity-based";
    case PolicyKind::Session: return "session";
    case PolicyKind::Resource: return "resource-based";
  }
  return "";
}

}  // namespace

bool applies(const Statement& statement, const Question& question, PolicyVersion version) {
  const auto* variables = version == PolicyVersion::Of2012 ? &question.context : nullptr;
  if (!names_action(statement.actions, question.action)) return false;
  if (statement.resources && !names_resource(*statement.resources, question.resource, variables))
    return false;
  return std::ranges::all_of(statement.conditions, [&](const Condition& condition) {
    return holds(condition, question.context, version);
  });
}

Decision decide(const Question& question, const Policies& policies) {
  if (const auto deny = find_deny(question, policies)) return *deny;
  const auto resource =
      find_statement(policies.resource, PolicyKind::Resource, Effect::Allow, question);
  if (resource && is_enough(*resource, question, policies)) return resource->decision;
  const bool needs_resource =
      policies.resource_say == ResourceSay::Must || is_across_accounts(question, policies);
  if (!resource && (needs_resource || !question.principal.service.empty()))
    return nobody(PolicyKind::Resource);
  return by_identity(question, policies);
}

std::string denial_text(const Question& question, const Decision& decision) {
  const auto who =
      question.principal.service.empty() ? question.principal.arn : question.principal.service;
  auto text = fmt::format("User: {} is not authorized to perform: {}", printable(who),
                          printable(question.action));
  if (question.resource != "*") text += " on resource: " + printable(question.resource);
  const auto kind = kind_text(decision.kind);
  const auto* article = decision.kind == PolicyKind::Identity ? "an" : "a";
  if (decision.verdict == Verdict::ExplicitDeny)
    return text + fmt::format(" with an explicit deny in {} {} policy", article, kind);
  return text + fmt::format(" because no {} policy allows the {} action", kind,
                            printable(question.action));
}

}  // namespace hikae::iam
