// "Did you mean …": the name nearest to one that was mistyped.
#pragma once

#include <string>
#include <string_view>

namespace hikae::aws {

/// Collects candidates and remembers the nearest; a name more than a third of its letters away is
/// no help and is not given.
class Nearest {
 public:
  explicit Nearest(std::string_view wanted) : wanted_(wanted) {}
  void offer(std::string_view candidate);
  /// `; did you mean "CreateImage"?`, or nothing.
  [[nodiscard]] std::string hint() const;

 private:
  std::string_view wanted_;
  std::string best_;
  std::size_t best_distance_ = std::string_view::npos;
};

}  // namespace hikae::aws
