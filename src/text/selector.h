// JSONPath selectors of SSM documents (docs/reference/ssm-automation.md 4): `$.a.b[0]`, `$..c`, and
// the superset `[*]`, `['key']`, `[-1]`, `[a:b]`, `[?(@.a=='b')]`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace hikae::text {

class Selector {
 public:
  [[nodiscard]] static Result<Selector> parse(std::string_view text);

  /// What the selector finds: nothing, one value, or (deep scan, wildcard, slice, filter) a list of
  /// all matches, level by level. `std::nullopt`: nothing found; also an empty list of matches, or
  /// more than limits::kSelectorMatches of them.
  [[nodiscard]] std::optional<Value> select(const Value& root) const;
  /// Whether the answer is a list by its form (`..`, `*`, slices, filters).
  [[nodiscard]] bool yields_list() const;

 private:
  struct Part;
  std::shared_ptr<const std::vector<Part>> parts_;
};

}  // namespace hikae::text
