// What a RunInstances call asks for, checked.
#pragma once

#include <string>
#include <vector>

#include "sandbox/incoming.h"
#include "sandbox/tagging.h"

namespace hikae::sandbox {

struct LaunchOrder {
  Image image;
  bool is_image_new = false;  // assumed: nobody has used it here before
  std::int64_t count = 1;
  Instance machine;  // as each of them begins, without what tells them apart
  std::string address;
  std::string token;
  std::string hash;
  TagsByType tags;
};

[[nodiscard]] Result<LaunchOrder> read_launch(const Incoming& in);

/// The groups that ids (`SecurityGroupIds`, `Groups`) or names name. Errors:
/// `InvalidGroup.NotFound`.
[[nodiscard]] Result<std::vector<GroupRef>> read_groups(const Incoming& in, const Value& holder,
                                                        std::string_view ids,
                                                        std::string_view names);
/// Of a call, apart from what does not change what it means.
[[nodiscard]] std::string hash_of_call(const Value& input);
/// An instance profile's ARN, whether it was given by ARN or by name.
[[nodiscard]] std::string profile_arn(const Value& input, const Scope& scope);
/// Errors: `InvalidParameterValue`.
[[nodiscard]] Result<std::string> read_zone_name(const Incoming& in, std::string_view name);

}  // namespace hikae::sandbox
