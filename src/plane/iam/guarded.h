// What of the tables guards a resource or describes it: resource policies, trust policies, tags.
// Internal to this folder.
#pragma once

#include "iam/calls.h"
#include "iam/evaluate.h"
#include "plane/iam/access.h"

namespace hikae::plane::access {

/// Adds the policy of a topic, a queue, a bucket or a function, and, where the action is sts's, the
/// role's trust policy. Error: a policy that cannot be read.
[[nodiscard]] Result<> add_resource_policy(const engine::Tables& tables,
                                           const hikae::iam::Need& need,
                                           hikae::iam::Policies& policies);

/// The role's trust policy, which must allow.
[[nodiscard]] Result<> add_trust_policy(const Value& role, hikae::iam::Policies& policies);

class TableFacts final : public hikae::iam::Facts {
 public:
  TableFacts(const Ground& ground, const Scope& scope) : ground_(ground), scope_(scope) {}
  [[nodiscard]] Object tags_of(std::string_view arn) const override;
  [[nodiscard]] std::string with_path(std::string arn) const override;
  /// Known only where the document is: check_passed() is asked there.
  [[nodiscard]] std::string assumed_by_run(const Value&) const override { return {}; }
  [[nodiscard]] std::string role_in_profile(std::string_view name) const override;

 private:
  const Ground& ground_;
  const Scope& scope_;
};

}  // namespace hikae::plane::access
