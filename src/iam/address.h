// Addresses of IpAddress conditions.
#pragma once

#include <string_view>

namespace hikae::iam {

/// `network`: "203.0.113.0/24", "2001:db8::/32", or one address. False where either is none, or
/// where one is of version 4 and the other of 6.
[[nodiscard]] bool is_in_network(std::string_view address, std::string_view network);

}  // namespace hikae::iam
