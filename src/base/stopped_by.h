// The tag that a run writes to an instance before it stops it, and that goes when nothing is owed
// any more: the second copy of a power obligation, for the day when hikae's database is lost
// (docs/reference/reliability.md S1). Its value, as people see it in the console:
//
//   hikae:stopped-by = 2f0c7c52-… 2026-05-01T18:30:00Z 5d41402abc4b2a76
//
// the topmost run, the moment of the stop, and which hikae it was (absent where that has no id).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace hikae {

inline constexpr std::string_view kStoppedByTag = "hikae:stopped-by";

struct StoppedBy {
  std::string run;
  WallTime at{};
  std::string installation{};
};

[[nodiscard]] std::string to_tag_value(const StoppedBy& stopped);
/// nullopt: no value that hikae would have written.
[[nodiscard]] std::optional<StoppedBy> read_stopped_by(std::string_view tag_value);

}  // namespace hikae
