// Which resources an operation's input names. Internal to this folder.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace hikae::iam {

/// `resources`: forms of ARNs without "arn:aws:", a space between two:
/// "ec2:R:A:instance/{InstanceIds}". R and A are region and account of the call; {Member} is the
/// input's text, or each text of its list, or "*" where the input has none; an ARN there stands for
/// the whole. {Member|slash}: without a leading '/'; {Member|last}: what follows the last '/'.
/// Empty: the action knows no resources. Each action needs each resource.
struct CallRow {
  std::string_view call;    // "lambda:Invoke"
  std::string_view action;  // "lambda:InvokeFunction"; empty: as the call
  std::string_view resources;
};

/// The rows of a call: none, where it has its own name and no resource.
[[nodiscard]] std::vector<const CallRow*> rows_of_call(std::string_view call);

/// A member of the input that hands a role to a service.
struct PassedRole {
  std::string_view call;
  std::string_view member;
  std::string_view to;
};
[[nodiscard]] std::optional<PassedRole> passed_role(std::string_view call);

}  // namespace hikae::iam
