#include "sim/rehearsal_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace hikae::sim::rehearsal {
namespace {

constexpr std::size_t kCellsMost = 4'000'000;

enum class Way : std::uint8_t { End, Same, Missing, Extra, GapEnds, GapTakes };

/// cost(i, j): how many lines differ between what is expected from i on and what was there from j.
class DiffTable {
 public:
  DiffTable(const std::vector<DiffLine>& expected, const std::vector<std::string>& actual,
            const std::function<bool(std::size_t, std::size_t)>& fits)
      : expected_(expected),
        actual_(actual),
        width_(actual.size() + 1),
        ways_((expected.size() + 1) * width_, Way::End) {
    std::vector<std::uint32_t> below, here;
    for (auto i = expected.size() + 1; i-- > 0;) {
      here.assign(width_, 0);
      for (auto j = width_; j-- > 0;) fill(i, j, below, here, fits);
      below = here;
    }
    cost_ = here.front();
  }

  [[nodiscard]] Diff walk() const {
    Diff diff{cost_ == 0, {}};
    std::size_t taken = 0;
    for (std::size_t i = 0, j = 0;;) {
      switch (ways_[i * width_ + j]) {
        case Way::End: return diff;
        case Way::Same: diff.lines.push_back("  " + actual_[j++]), ++i; break;
        case Way::Missing: diff.lines.push_back("- " + expected_[i++].text); break;
        case Way::Extra: diff.lines.push_back("+ " + actual_[j++]); break;
        case Way::GapTakes: ++taken, ++j; break;
        case Way::GapEnds:
          diff.lines.push_back(taken == 0 ? "  ..." : fmt::format("  ... ({})", taken));
          taken = 0, ++i;
          break;
      }
    }
  }

 private:
  using Costs = std::vector<std::uint32_t>;

  void fill(std::size_t i, std::size_t j, const Costs& below, Costs& here,
            const std::function<bool(std::size_t, std::size_t)>& fits) {
    const bool has_expected = i < expected_.size(), has_actual = j < actual_.size();
    auto least = std::numeric_limits<std::uint32_t>::max();
    auto way = Way::End;
    const auto offer = [&](Way offered, std::uint32_t cost) {
      if (cost < least) least = cost, way = offered;
    };
    if (has_expected && expected_[i].is_gap) {
      offer(Way::GapEnds, below[j]);
      if (has_actual) offer(Way::GapTakes, here[j + 1]);
    } else {
      if (has_expected && has_actual && fits(i, j)) offer(Way::Same, below[j + 1]);
      if (has_expected) offer(Way::Missing, below[j] + 1);
      if (has_actual) offer(Way::Extra, here[j + 1] + 1);
    }
    here[j] = way == Way::End ? 0 : least;
    ways_[i * width_ + j] = way;
  }

  const std::vector<DiffLine>& expected_;
  const std::vector<std::string>& actual_;
  std::size_t width_;
  std::vector<Way> ways_;
  std::uint32_t cost_ = 0;
};

/// Too long to be laid side by side: one below the other.
Diff one_below_the_other(const std::vector<DiffLine>& expected,
                         const std::vector<std::string>& actual) {
  Diff diff{false, {}};
  for (const auto& line : expected) diff.lines.push_back("- " + line.text);
  for (const auto& line : actual) diff.lines.push_back("+ " + line);
  return diff;
}

}  // namespace

Diff diff_of(const std::vector<DiffLine>& expected, const std::vector<std::string>& actual,
             const std::function<bool(std::size_t, std::size_t)>& fits) {
  if ((expected.size() + 1) * (actual.size() + 1) > kCellsMost)
    return one_below_the_other(expected, actual);
  return DiffTable(expected, actual, fits).walk();
}

}  // namespace hikae::sim::rehearsal
