// One pruning of an instance at a time: whoever comes while one goes on waits for its turn.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>

namespace hikae::upkeep {

/// Turns by key, first come, first served. In memory: after a crash there is nobody to wait for.
/// One thread.
class Turns {
 public:
  /// Calls `begin` at once where nobody has the turn, else from the `leave` of the one before.
  void enter(const std::string& key, std::move_only_function<void()> begin);
  void leave(const std::string& key);

 private:
  std::map<std::string, std::deque<std::move_only_function<void()>>> waiting_;
};

}  // namespace hikae::upkeep
