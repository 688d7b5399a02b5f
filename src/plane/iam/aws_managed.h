// Policies that AWS manages: those that hikae's own roles and the usual templates attach.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hikae::plane::iam {

inline constexpr std::string_view kAwsManaged = "arn:aws:iam::aws:policy/";

struct ManagedPolicy {
  std::string_view path;      // "/service-role/"
  std::string_view name;      // "AmazonSSMMaintenanceWindowRole"
  std::string_view version;   // the one whose effect `document` has
  std::string_view document;  // JSON; empty: hikae does not hold its text
  [[nodiscard]] std::string arn() const;
};

/// Ordered by ARN (docs/reference/schedules-events-sns-lambda-cfn.md 6).
[[nodiscard]] const std::vector<ManagedPolicy>& managed_policies();
/// nullptr where `arn` is none of them.
[[nodiscard]] const ManagedPolicy* managed_policy(std::string_view arn);
/// Whether the ARN has the form of a policy that AWS manages; it can be attached then.
[[nodiscard]] bool is_aws_managed(std::string_view arn);

}  // namespace hikae::plane::iam
