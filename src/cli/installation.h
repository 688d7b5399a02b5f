// Which hikae a data folder is: the id that is written to its images, snapshots and to the servers
// that it has stopped (upkeep/tags.h). Two hikae in one account are told apart by it.
//
// It is drawn when the folder is first opened and stands in hikae.db and, for the day when that is
// lost, in the file `installation` beside it. hikae.db is right where both say something.
#pragma once

#include <string>
#include <string_view>

#include "base/ports.h"
#include "base/result.h"

namespace hikae::cli {

/// 1 to 64 letters, digits, dots and hyphens.
[[nodiscard]] bool is_installation(std::string_view text);
/// 16 hex digits.
[[nodiscard]] std::string new_installation(Entropy& entropy);
/// What the folder's file says; empty where it is absent. Errors: `Invalid` for one that is no id,
/// what keeps it from being read.
[[nodiscard]] Result<std::string> installation_in_file(const std::string& path);

}  // namespace hikae::cli
