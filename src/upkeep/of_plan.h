// Which images of an instance are one plan's to count and to delete (docs/decisions/0015).
//
// A server may be backed up by several plans: daily, of which three are kept, and monthly, of which
// twelve are. The image's tag hikae:plan says whose it is: each plan counts and deletes its own.
// An image without the tag is nobody's, and stays, unless no other plan has an image of the server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "retention/rule.h"
#include "upkeep/images.h"

namespace hikae::upkeep {

/// Why what bears this tag hikae:plan ("" is none) is not `plan`'s, for a person; empty where it
/// is.
[[nodiscard]] std::string why_of_another_plan(std::string_view tagged, std::string_view plan,
                                              retention::Plans plans);

/// Makes the images of `instance` that are not `plan`'s foreign. Answers whether other plans have
/// images of it too.
retention::Plans leave_to_other_plans(std::vector<FoundImage>& images, const InstanceId& instance,
                                      std::string_view plan);

}  // namespace hikae::upkeep
