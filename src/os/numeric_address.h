// "127.0.0.1:4780" or "[::1]:4780" as the kernel wants it.
#pragma once

#include <sys/socket.h>

#include <string>

#include "base/result.h"

namespace hikae::os {

struct NumericAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// Error `Invalid` where it is no numeric address with a port.
[[nodiscard]] Result<NumericAddress> read_numeric_address(const std::string& text);

}  // namespace hikae::os
