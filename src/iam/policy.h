// A policy document as AWS's grammar has it (2008-10-17 and 2012-10-17), read and checked once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace hikae::iam {

/// Where a policy hangs decides what its statements must name.
enum class PolicyUse {
  Identity,  // on a role or a user, or a session's: Resource, no Principal
  Trust,     // who may take a role: Principal, no Resource
  Resource,  // on a topic, a queue, a bucket, a function: Principal and Resource
};

// AWS's own quotas, in characters without white space.
inline constexpr std::size_t kManagedPolicySize = 6'144;
inline constexpr std::size_t kInlineUserPolicySize = 2'048;
inline constexpr std::size_t kTrustPolicySize = 2'048;
inline constexpr std::size_t kSessionPolicySize = 2'048;
/// No policy of any kind is longer at AWS (S3 takes 20 KB, SNS 30 KB).
inline constexpr std::size_t kPolicyTextMost = 131'072;

enum class Effect { Allow, Deny };
enum class Polarity { Is, IsNot };  // Action or NotAction
enum class PolicyVersion { Of2008, Of2012 };

/// Action, NotAction, Resource, NotResource.
struct Names {
  Polarity polarity = Polarity::Is;
  std::vector<std::string> patterns;
};

/// One of a principal's kinds: "AWS", "Service", "Federated", "CanonicalUser"; "*" is all of them.
struct PrincipalName {
  std::string kind;
  std::string name;
};
struct Principals {
  Polarity polarity = Polarity::Is;
  std::vector<PrincipalName> names;
};

enum class Quantifier { One, ForAll, ForAny };
enum class Comparison { Equals, Less, LessOrEqual, Greater, GreaterOrEqual };
enum class Operand {
  Text,
  TextOfEitherCase,
  TextLike,
  Number,
  Date,
  Bool,
  Binary,
  Address,
  Arn,
  Null
};

/// One key of one operator: "ForAllValues:StringNotEqualsIfExists".
struct Condition {
  Operand operand = Operand::Text;
  Comparison comparison = Comparison::Equals;
  Polarity polarity = Polarity::Is;
  Quantifier quantifier = Quantifier::One;
  bool if_exists = false;
  std::string key;
  std::vector<std::string> values;
};

struct Statement {
  std::string sid;
  Effect effect = Effect::Deny;
  Names actions;
  std::optional<Names> resources;        // absent in trust policies
  std::optional<Principals> principals;  // absent in identity policies
  std::vector<Condition> conditions;     // all of them must hold
};

struct Policy {
  PolicyVersion version = PolicyVersion::Of2008;
  std::string id;
  std::vector<Statement> statements;
};

/// Error: `Invalid` with `error_code` (IAM's is "MalformedPolicyDocument"), in AWS's words and with
/// the number of the statement.
[[nodiscard]] Result<Policy> parse_policy(std::string_view json_text, PolicyUse use,
                                          std::string_view error_code = "MalformedPolicyDocument");
[[nodiscard]] Result<Policy> read_policy(const Value& document, PolicyUse use,
                                         std::string_view error_code = "MalformedPolicyDocument");

/// As AWS counts a policy's characters: white space is none.
[[nodiscard]] std::size_t size_of_policy(std::string_view json_text);

}  // namespace hikae::iam
