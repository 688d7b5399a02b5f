// The text of the resource table; private to resource_types.cc.
#pragma once

#include <string_view>

namespace hikae::stack {

extern const std::string_view kResourceTable;

}  // namespace hikae::stack
