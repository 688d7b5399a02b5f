// A function's variables as its configuration: how hikae's functions are told what stands in for
// members that their events lack.
#pragma once

#include <string>
#include <string_view>

#include "base/value.h"

namespace hikae::upkeep {

/// Adds a variable under its own name and as a member: TAG_KEY and HIKAE_TAG_KEY also as TagKey. A
/// member that is there already is replaced only by the variable with the prefix.
void add_setting(Object& config, std::string_view variable, std::string_view value);

}  // namespace hikae::upkeep
