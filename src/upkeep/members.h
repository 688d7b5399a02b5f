// The members of a backup group: the instances that carry its tag.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "upkeep/calls.h"

namespace hikae::upkeep {

/// As in DescribeInstances, all pages, without those that are terminated or about to be. Errors:
/// the listing's.
void list_members(const Context& context, const std::string& tag_key, const std::string& tag_value,
                  std::move_only_function<void(Result<Array>)> done);

/// EC2's word for what it does: "running"; empty where it is not told.
[[nodiscard]] std::string_view state_of(const Value& instance);

}  // namespace hikae::upkeep
