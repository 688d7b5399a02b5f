// Which machines a request is about, for fault rules that name one.
#pragma once

#include <vector>

#include "sandbox/fault_desk.h"
#include "sandbox/world.h"

namespace hikae::sandbox {

/// The machines that the input names itself, or through an image or a snapshot of theirs, by an id
/// member or by a filter. The views live as long as the region's rows.
[[nodiscard]] std::vector<Subject> subjects_of(const Region& region, const Value& input);

}  // namespace hikae::sandbox
