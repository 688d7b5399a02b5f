// What people want kept of an instance, and which images count, by arithmetic of the simulator's
// own: shared by the checkers that judge deletions (S6, S8).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/court.h"

namespace hikae::sim {

/// How many generations a value of the generation tag asks for; "" is no tag: the plan's number.
/// nullopt: everything is kept.
[[nodiscard]] std::optional<int> generations_kept(std::string_view tag, const Facts& facts);
/// Whether the image bears hikae:consistency=unknown.
[[nodiscard]] bool is_marked_doubtful(const World& world, const std::string& image);

}  // namespace hikae::sim
