// The log of changes as rows of the sandbox's file.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/world.h"

namespace hikae::sandbox {

[[nodiscard]] std::string save_change(const Change& change);
/// Rows come in the order of their numbers; `id` is the number.
[[nodiscard]] Result<> load_change(Region& region, std::string_view id, std::string_view body);

}  // namespace hikae::sandbox
