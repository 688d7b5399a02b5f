#include "upkeep/turns.h"

#include "base/invariant.h"

namespace hikae::upkeep {

void Turns::enter(const std::string& key, std::move_only_function<void()> begin) {
  const auto [at, is_first] = waiting_.try_emplace(key);
  if (is_first) return begin();
  at->second.push_back(std::move(begin));
}

void Turns::leave(const std::string& key) {
  const auto at = waiting_.find(key);
  INVARIANT(at != waiting_.end(), "only who has the turn gives it back");
  if (at->second.empty()) {
    waiting_.erase(at);
    return;
  }
  auto next = std::move(at->second.front());
  at->second.pop_front();
  next();
}

}  // namespace hikae::upkeep
