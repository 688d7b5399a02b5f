// A function's code out of its zip archive into a folder. Nothing in an archive is trusted.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace hikae::os {

struct UnzipLimits {
  std::size_t bytes = std::size_t{250} << 20;  // of all files together; Lambda's own
  std::size_t files = 10'000;
  std::size_t depth = 32;  // folders in a path
};

/// Unpacks into the folder, which is ours alone and empty. What is executable in the archive is so
/// afterwards; all is readable by everybody and writable by us. Refused, before anything is
/// written: paths that lead out of the folder, links, special files, names that come twice, more
/// than the limits (as the archive says; while unpacking as it is).
/// Errors: `Invalid`, `Limit`, `Io`.
[[nodiscard]] Result<> unzip(std::string_view archive, int folder, const UnzipLimits& limits = {});

}  // namespace hikae::os
