#include "pattern/letter_case.h"

#include <cstdint>

#include "pattern/case_table.h"

namespace hikae::pattern {
Cases cases_of(char32_t point) {
  for (std::size_t i = 0; i < kCaseSpecialCount; ++i)
    if (kCaseSpecials[i].point == point) return {kCaseSpecials[i].lower, kCaseSpecials[i].upper};
  const auto number = static_cast<std::uint32_t>(point);
  for (std::size_t i = 0; i < kCaseRunCount; ++i) {
    const auto& run = kCaseRuns[i];
    if (number < run.first) continue;
    if (number > run.last || (number - run.first) % run.step != 0) continue;
    const auto moved = [&](std::int32_t by) {
      return std::u32string(1, static_cast<char32_t>(static_cast<std::int64_t>(number) + by));
    };
    return {moved(run.lower), moved(run.upper)};
  }
  return {std::u32string(1, point), std::u32string(1, point)};
}

}  // namespace hikae::pattern
