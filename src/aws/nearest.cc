#include "aws/nearest.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace hikae::aws {
namespace {

constexpr std::size_t kNameMax = 100;  // no AWS name is longer; bounds the work on hostile text

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Levenshtein's distance, one row at a time, blind to case.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t swap = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({swap, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

}  // namespace

void Nearest::offer(std::string_view candidate) {
  if (wanted_.size() > kNameMax || candidate.size() > kNameMax) return;
  const auto distance = edit_distance(wanted_, candidate);
  if (distance >= best_distance_ || distance * 3 > wanted_.size()) return;
  best_distance_ = distance;
  best_ = candidate;
}

std::string Nearest::hint() const {
  return best_.empty() ? std::string() : "; did you mean \"" + best_ + "\"?";
}

}  // namespace hikae::aws
