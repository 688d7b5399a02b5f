// Filters over what is answered instead of over rows: for what has few rows, and for the filters
// that are too rare to have a test of their own.
#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/filters.h"

namespace hikae::sandbox {

/// `path`: members joined by dots; a list stands for each of its items. Empty: something that
/// nothing here has, so that the filter finds nothing.
struct PathField {
  std::string_view name;
  std::string_view path;
};

[[nodiscard]] bool path_fits(const Object& row, std::string_view path, const Filter& filter);

class PathFilters {
 public:
  /// Takes those filters out of the list that the fields name.
  [[nodiscard]] static PathFilters take(std::vector<Filter>& filters,
                                        std::span<const PathField> fields);
  [[nodiscard]] bool is_empty() const { return bound_.empty(); }
  [[nodiscard]] bool fit(const Object& row) const;

 private:
  std::vector<std::pair<Filter, std::string_view>> bound_;
};

/// The rows that the request's filters find; tag filters look at `Tags`. Errors: those of
/// read_filters; `InvalidParameterValue` for a name that is neither a field nor a tag's.
[[nodiscard]] Result<Array> fitting_objects(Array rows, const Value& input,
                                            std::span<const PathField> fields);

/// "The filter 'x' is invalid"
[[nodiscard]] Error unknown_filter(std::string_view name);

}  // namespace hikae::sandbox
