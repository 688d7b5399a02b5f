// The key that secrets at rest are sealed with: 32 random bytes in a file of the data folder.
#pragma once

#include <string>

#include "base/secret_box.h"

namespace hikae::os {

/// Reads the key, or makes it where the file is absent (mode 0600; on disk, with its name, before
/// this returns). Error: `Io`, also where the file is no key: nothing is written over it.
[[nodiscard]] Result<SecretKey> keep_secret_key(const std::string& path);

}  // namespace hikae::os
