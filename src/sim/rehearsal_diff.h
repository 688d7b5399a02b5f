// Two lists side by side, where the expected one may leave gaps.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace hikae::sim::rehearsal {

/// What was expected: a line, or a gap that any number of lines may fill.
struct DiffLine {
  bool is_gap = false;
  std::string text;
};

struct Diff {
  bool is_same = true;
  std::vector<std::string> lines;  // "  same", "- expected", "+ was there", "  ... (12)"
};

/// The way with the fewest lines that differ; of several the one that keeps the expected first.
/// `fits(i, j)`: whether the i-th expected line stands for the j-th that was there.
[[nodiscard]] Diff diff_of(const std::vector<DiffLine>& expected,
                           const std::vector<std::string>& actual,
                           const std::function<bool(std::size_t, std::size_t)>& fits);

}  // namespace hikae::sim::rehearsal
