// The list of zone names that tzdata itself states: the gate in front of every file name.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hikae::zone {

struct Names {
  std::set<std::string, std::less<>> all;
  std::string version;  // "2026f", or empty
};

/// Read once for each folder, then kept: from tzdata.zi, else from zone1970.tab and `backward`.
/// `Io` where the folder has none of them. Safe from any thread.
[[nodiscard]] Result<std::shared_ptr<const Names>> names_in(const std::string& folder);

/// Up to `count` names that a person may have meant, the best first.
[[nodiscard]] std::vector<std::string> close_names(const Names& names, std::string_view wanted,
                                                   std::size_t count);

}  // namespace hikae::zone
