// The cast of `hikae demo`: servers, plans, the user's own steps, and what goes wrong.
#pragma once

#include <string_view>

#include "base/time.h"
#include "base/value.h"

namespace hikae::sim {

/// The fleet as sandbox::Sandbox::load_fleet takes it. With `instances` > 0 not the cast but so
/// many servers of which every third is stopped, each with three generations.
[[nodiscard]] Value demo_fleet(std::int64_t instances);
/// hikae.yaml of the demo.
[[nodiscard]] std::string_view demo_config();
/// A template with the documents that the plans name as before, check and after.
[[nodiscard]] std::string_view demo_hooks();
/// Rules as sandbox::read_faults takes them; none for a measured fleet.
[[nodiscard]] Value demo_faults(std::int64_t instances);
/// 03:15 in Tokyo, on 2 May 2026: before the agent check.
[[nodiscard]] WallTime demo_begin();
/// When the windows of the night open.
[[nodiscard]] WallTime demo_window();

}  // namespace hikae::sim
