// Decides, occasion by occasion, which fault rule fires.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ports.h"
#include "sandbox/faults.h"
#include "sandbox/filters.h"

namespace hikae::sandbox {

/// A machine that an occasion is about.
struct Subject {
  std::string_view id;
  std::string_view name;  // its Name tag
};

class FaultDesk {
 public:
  explicit FaultDesk(Entropy& entropy) : entropy_(entropy) {}

  void set(std::vector<FaultRule> rules);
  [[nodiscard]] bool is_empty() const { return desks_.empty(); }
  [[nodiscard]] Duration longest_stale() const;

  /// The first rule of this action that fires for the operation and one of the subjects; it counts
  /// as fired. The pointer is good until set().
  [[nodiscard]] const FaultRule* fire(FaultAction action, std::string_view operation,
                                      std::span<const Subject> subjects, WallTime now);
  /// The same for several actions at once: the first rule of the list that fires, whichever of the
  /// actions it is. `allowed` is asked before a rule counts.
  [[nodiscard]] const FaultRule* fire_any(std::span<const FaultAction> actions,
                                          std::string_view operation,
                                          std::span<const Subject> subjects, WallTime now,
                                          const std::function<bool(const FaultRule&)>& allowed);

 private:
  struct Desk {
    FaultRule rule;
    std::vector<Glob> operations;
    std::optional<Glob> instance;
    std::int64_t passed = 0;
    std::int64_t fired = 0;
    std::optional<WallTime> first_fired;
  };

  [[nodiscard]] static bool fits(const Desk& desk, std::string_view operation,
                                 std::span<const Subject> subjects);
  [[nodiscard]] bool fires(Desk& desk, WallTime now);

  Entropy& entropy_;
  std::vector<Desk> desks_;
};

/// The operations that a rule without any is about.
[[nodiscard]] std::vector<std::string> usual_operations(FaultAction action);

}  // namespace hikae::sandbox
