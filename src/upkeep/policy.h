// The smallest IAM policy with which `cloud: aws` works, made from the table of calls (needs.h).
//
// What AWS's permissions can say is said: tags of images only when they are made, stops and starts
// only of the backup groups, deletions only of what bears hikae's tags. Describe* calls know no
// resources. Written by AWS's documentation; nobody has tried it against AWS.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/value.h"
#include "upkeep/needs.h"

namespace hikae::upkeep {

struct PolicyOrder {
  /// A group of instances: each tag's key with its values; all keys have to fit.
  using Group = std::vector<std::pair<std::string, std::vector<std::string>>>;
  std::string account;                 // empty: any
  std::string region;                  // empty: any
  std::vector<Group> groups;           // of the plans that choose by tags
  std::vector<std::string> instances;  // of those that name them
};

/// {"Version", "Statement": […]}. Without groups and instances: the article's group.
[[nodiscard]] Object smallest_policy(const PolicyOrder& order);

/// What EC2 does in the caller's name for encrypted disks: in the policy, and no call of hikae's.
[[nodiscard]] std::span<const std::string_view> actions_of_encrypted_disks();

}  // namespace hikae::upkeep
