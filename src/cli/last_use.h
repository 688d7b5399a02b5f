// What a data folder says of itself before anything of it is opened for work: by which clock it was
// used, how far that clock had come, and which account and region it is about.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

namespace hikae::cli {

struct LastUse {
  bool is_known = false;  // of the clock: false in a new folder
  bool is_virtual = false;
  /// Where a virtual clock stood: what was stored at the end of a command, or, where that was
  /// killed, the newest instant that either database knows. Absent for a real clock.
  std::optional<WallTime> at;
  std::optional<Scope> scope;  // what the last applied hikae.yaml says
};

/// Creates the files, empty and mode 0600, where they are absent.
[[nodiscard]] Result<LastUse> last_use(const std::string& database_path,
                                       const std::string& sandbox_path);

}  // namespace hikae::cli
