// Fn::Cidr: an address block cut into blocks of one size
// (docs/reference/schedules-events-sns-lambda-cfn.md 5).
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace hikae::stack {

/// The first `count` blocks of `block` ("10.0.0.0/16", "2001:db8::/48"), each with `bits` bits for
/// its addresses: 8 gives /24 of IPv4, 64 gives /64 of IPv6. Pure. Errors name what does not fit.
[[nodiscard]] Result<Array> cidr_blocks(std::string_view block, std::string_view count,
                                        std::string_view bits);

}  // namespace hikae::stack
