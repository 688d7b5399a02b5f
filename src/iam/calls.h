// What a call is about, as IAM sees it: which actions on which resources it needs, and the
// condition keys that come with them.
//
// Most calls need one action, named as the operation is; the table in call_table.cc holds their
// resources and the exceptions. A call that makes something with tags needs the right to tag as
// well, and one that gives a role to a service needs iam:PassRole.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/value.h"
#include "iam/context.h"

namespace hikae::iam {

/// One thing that must be allowed.
struct Need {
  std::string action;    // "ec2:StopInstances"
  std::string resource;  // an ARN, or "*" where the action knows none; a part that the call leaves
                         // open is "*" ("arn:aws:ec2:…:image/*" of an image not made yet)
  Context context;
};

/// What the input does not say. The defaults know nothing.
class Facts {
 public:
  virtual ~Facts() = default;
  /// {key: value}
  [[nodiscard]] virtual Object tags_of(std::string_view arn) const;
  /// A role's or user's ARN with its path, of one without.
  [[nodiscard]] virtual std::string with_path(std::string arn) const { return arn; }
  /// The role that a run of ssm:StartAutomationExecution takes; empty: none.
  [[nodiscard]] virtual std::string assumed_by_run(const Value& input) const;
  /// The ARN of the role in an instance profile; empty: none.
  [[nodiscard]] virtual std::string role_in_profile(std::string_view name) const;
};

/// All of it must be allowed, in this order. Never empty. `service` and `operation` as the model
/// spells them ("ec2", "CreateImage"), `input` fits the model.
[[nodiscard]] std::vector<Need> needs_of(const Scope& scope, std::string_view service,
                                         std::string_view operation, const Value& input,
                                         const Facts& facts);

/// "states" of "stepfunctions": the service as actions name it.
[[nodiscard]] std::string_view vendor_of(std::string_view service);

}  // namespace hikae::iam
