// Whether a call is allowed: an explicit Deny wins, then an Allow, and what nobody allows is
// denied.
//
// In the principal's own account an identity policy or a resource policy is enough; across accounts
// both must allow. A session's policies only narrow. A role's trust policy, and whatever else
// guards its resource alone (`ResourceSay::Must`), must allow by itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "iam/context.h"
#include "iam/policy.h"
#include "iam/principal.h"

namespace hikae::iam {

/// What is asked.
struct Question {
  Principal principal;
  std::string action;    // "ec2:StopInstances"
  std::string resource;  // an ARN; "*" where the action knows none
  Context context;
};

enum class PolicyKind { Identity, Session, Resource };

struct NamedPolicy {
  std::string name;  // for messages: "hikae-backup"
  Policy policy;
};

enum class ResourceSay {
  May,   // one of two ways to be allowed, within one account
  Must,  // without it nobody is allowed: trust policies
};

struct Policies {
  std::vector<NamedPolicy> identity{};
  std::vector<NamedPolicy> session{};  // empty: the session is not narrowed
  std::vector<NamedPolicy> resource{};
  ResourceSay resource_say = ResourceSay::May;
  bool has_session = false;        // narrowed, possibly to nothing
  std::string resource_account{};  // empty: the principal's own
};

enum class Verdict { Allowed, ExplicitDeny, ImplicitDeny };

/// The statement that decided; of an implicit deny: the kind of policy that should have allowed.
struct Decision {
  Verdict verdict = Verdict::ImplicitDeny;
  PolicyKind kind = PolicyKind::Identity;
  std::string policy;
  std::string sid;
  std::size_t statement = 0;  // from 1; 0: none

  [[nodiscard]] bool is_allowed() const { return verdict == Verdict::Allowed; }
};

[[nodiscard]] Decision decide(const Question& question, const Policies& policies);

/// Whether a statement speaks of the call: action, resource and conditions. Its Principal is left
/// aside.
[[nodiscard]] bool applies(const Statement& statement, const Question& question,
                           PolicyVersion version);

/// In AWS's words: "User: ARN is not authorized to perform: ACTION on resource: ARN because no
/// identity-based policy allows the ACTION action".
[[nodiscard]] std::string denial_text(const Question& question, const Decision& decision);

}  // namespace hikae::iam
