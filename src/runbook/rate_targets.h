// Which targets a rate-controlled execution has (docs/reference/ssm-automation.md 7.2).
#pragma once

#include <string>
#include <vector>

#include "base/machine.h"
#include "runbook/document.h"

namespace hikae::runbook {

/// Targets [{Key, Values}]: one entry of ParameterValues, InstanceIds or AWS::EC2::Instance (with
/// the value *), or up to five of tag:KEY and tag-key, which must all hold. Error InvalidTarget.
[[nodiscard]] Result<> check_targets(const Array& targets);

/// Whether the values stand in the request itself.
[[nodiscard]] bool names_its_values(const Array& targets);
/// Then these, each once, in their order.
[[nodiscard]] std::vector<std::string> named_values(const Array& targets);

/// Else: ec2:DescribeInstances of one page. Terminated instances are left out.
[[nodiscard]] Call targets_call(const Array& targets, std::string_view page,
                                std::string_view caller);
/// The ids of a page that meet all of the targets: EC2's filters know wildcards, targets do not.
[[nodiscard]] std::vector<std::string> targets_in(const Array& targets, const Value& answer);

}  // namespace hikae::runbook
