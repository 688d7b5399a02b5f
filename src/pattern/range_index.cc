#include "pattern/range_index.h"

#include <algorithm>
#include <cmath>

namespace hikae::pattern {

PredicateId RangeIndex::add(const Bounds& bounds, PredicateId fresh) {
  const auto [known, added] = ranges_.try_emplace(bounds, fresh);
  if (added) built_ = false;
  return known->second;
}

std::size_t RangeIndex::place_of(Number number) const {
  const auto found = std::ranges::lower_bound(ends_, number);
  const auto index = static_cast<std::size_t>(found - ends_.begin());
  return found != ends_.end() && *found == number ? index * 2 + 1 : index * 2;
}

void RangeIndex::cover(std::size_t from, std::size_t to, PredicateId predicate) {
  for (from += places_, to += places_; from < to; from /= 2, to /= 2) {
    if (from % 2 == 1) nodes_[from++].push_back(predicate);
    if (to % 2 == 1) nodes_[--to].push_back(predicate);
  }
}

void RangeIndex::build() {
  ends_.clear();
  for (const auto& [bounds, predicate] : ranges_)
    for (const auto end : {bounds.low, bounds.high})
      if (std::isfinite(end)) ends_.push_back(end);
  std::ranges::sort(ends_);
  ends_.erase(std::ranges::unique(ends_).begin(), ends_.end());
  places_ = ends_.size() * 2 + 1;
  nodes_.assign(places_ * 2, {});
  for (const auto& [bounds, predicate] : ranges_) {
    const auto from = std::isfinite(bounds.low) ? place_of(bounds.low) + bounds.low_open : 0;
    const auto to =
        std::isfinite(bounds.high) ? place_of(bounds.high) + !bounds.high_open : places_;
    cover(from, to, predicate);
  }
  built_ = true;
}

void RangeIndex::collect(Number number, std::vector<PredicateId>& out) {
  if (!built_) build();
  for (auto node = place_of(number) + places_; node > 0; node /= 2)
    out.insert(out.end(), nodes_[node].begin(), nodes_[node].end());
}

}  // namespace hikae::pattern
