// Wildcard patterns: '*' stands for any run of characters, "\*" and "\\" for themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hikae::pattern {

class Wildcard {
 public:
  [[nodiscard]] static Result<Wildcard> parse(std::string_view text);

  /// Linear in `text` for each literal between two stars.
  [[nodiscard]] bool accepts(std::string_view text) const;
  /// The literals between the stars, unescaped; one more than there are stars; may be empty.
  [[nodiscard]] const std::vector<std::string>& literals() const { return literals_; }

 private:
  std::vector<std::string> literals_;
};

}  // namespace hikae::pattern
