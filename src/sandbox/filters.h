// EC2's filters: `Filters: [{Name, Values}]`. Values of one filter are alternatives, filters add
// up. In a value `*` stands for any characters, `?` for one or none, `\` takes the meaning of the
// next character away; case counts (docs/reference/hazards.md P25).
#pragma once

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "sandbox/errors.h"
#include "sandbox/table.h"

namespace hikae::sandbox {

class Glob {
 public:
  explicit Glob(std::string_view pattern);
  [[nodiscard]] bool matches(std::string_view text) const;
  /// No wildcard: matches exactly text().
  [[nodiscard]] bool is_literal() const { return shape_ == Shape::Literal; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  enum class Shape { Literal, Contains, Any };
  [[nodiscard]] bool matches_tokens(std::string_view text) const;
  Shape shape_ = Shape::Literal;
  std::string text_;         // Literal, Contains: what stands between the wildcards
  std::vector<int> tokens_;  // a byte, or one of the wildcards below
};

struct Filter {
  std::string name;
  std::vector<Glob> values;

  std::set<std::string, std::less<>> literals{};  // all values, where none has a wildcard

  [[nodiscard]] bool accepts(std::string_view text) const {
    if (!literals.empty()) return literals.contains(text);
    return std::ranges::any_of(values, [&](const Glob& glob) { return glob.matches(text); });
  }
  [[nodiscard]] bool is_literal() const { return std::ranges::all_of(values, &Glob::is_literal); }
};

/// Errors: `InvalidParameterValue`, `FilterLimitExceeded`.
[[nodiscard]] Result<std::vector<Filter>> read_filters(const Value& input,
                                                       std::string_view member = "Filters");

enum class Indexed { No, Yes, ById };

/// What a filter of one kind of resource looks at.
template <class T>
struct FilterField {
  std::string_view name;
  bool (*test)(const T& row, const Filter& filter);
  Indexed indexed = Indexed::No;  // Yes: terms_of() has it under this name; ById: it is the id
};

/// "Available" and "true": how a flag is written in a filter.
[[nodiscard]] inline std::string_view flag_text(bool flag) { return flag ? "true" : "false"; }

[[nodiscard]] bool tags_have_key(const Tags& tags, const Filter& filter);
[[nodiscard]] bool tags_have_value(const Tags& tags, const Filter& filter);
[[nodiscard]] bool tag_fits(const Tags& tags, std::string_view key, const Filter& filter);

/// Filters bound to the fields of one kind of resource.
template <class T>
class Query {
 public:
  [[nodiscard]] static Result<Query> bind(std::vector<Filter> filters,
                                          std::span<const FilterField<T>> fields) {
    Query query;
    for (auto& filter : filters) {
      const auto found = std::ranges::find(fields, filter.name, &FilterField<T>::name);
      const auto* field = found == fields.end() ? nullptr : &*found;
      if (!field && !is_tag_filter(filter.name))
        return std::unexpected(
            ec2_error("InvalidParameterValue", "The filter '" + filter.name + "' is invalid"));
      query.bound_.push_back({std::move(filter), field});
    }
    return query;
  }

  [[nodiscard]] bool matches(const T& row) const {
    return std::ranges::all_of(bound_, [&](const Bound& b) { return test(row, b); });
  }

  /// The rows as they were at `when` that fit, in the order of their ids. `is_past`: look at the
  /// history instead of the rows.
  [[nodiscard]] std::vector<const T*> run(const Table<T>& table, WallTime when,
                                          bool is_past) const {
    std::vector<const T*> rows;
    if (is_past) {
      for (const auto id : table.ids_ever()) take(table.as_of(id, when), rows);
    } else if (const auto* bound = fewest(bound_, table)) {
      for (const auto id : ids_of(*bound, table)) take(table.find(id), rows);
    } else {
      for (const auto& [id, row] : table.rows()) take(&row, rows);
    }
    return rows;
  }

 private:
  struct Bound {
    Filter filter;
    const FilterField<T>* field = nullptr;  // nullptr: a tag's
  };

  static bool is_tag_filter(std::string_view name) {
    return name == "tag-key" || name == "tag-value" ||
           (name.starts_with("tag:") && name.size() > 4);
  }
  static bool test(const T& row, const Bound& bound) {
    if (bound.field) return bound.field->test(row, bound.filter);
    const std::string_view name = bound.filter.name;
    if (name == "tag-key") return tags_have_key(row.tags, bound.filter);
    if (name == "tag-value") return tags_have_value(row.tags, bound.filter);
    return tag_fits(row.tags, name.substr(4), bound.filter);
  }
  void take(const T* row, std::vector<const T*>& rows) const {
    if (row && matches(*row)) rows.push_back(row);
  }
  static bool can_use_index(const Bound& bound) {
    if (!bound.filter.is_literal()) return false;
    if (bound.field) return bound.field->indexed != Indexed::No;
    return bound.filter.name.starts_with("tag:");
  }
  static bool is_by_id(const Bound& bound) {
    return bound.field && bound.field->indexed == Indexed::ById;
  }
  /// The filter with the fewest candidates among those that the index can answer.
  static const Bound* fewest(const std::vector<Bound>& bounds, const Table<T>& table) {
    const Bound* best = nullptr;
    std::size_t least = table.rows().size();
    for (const auto& bound : bounds) {
      if (!can_use_index(bound)) continue;
      const auto count = count_of(bound, table, least);
      if (best && count >= least) continue;
      best = &bound;
      least = count;
    }
    return best;
  }
  static Term term_of(const Bound& bound, const Glob& value) {
    const std::string_view name = bound.filter.name;
    return {bound.field ? name : name.substr(4), value.text()};
  }
  static std::size_t count_of(const Bound& bound, const Table<T>& table, std::size_t enough) {
    if (is_by_id(bound)) return bound.filter.values.size();
    std::size_t count = 0;
    for (const auto& value : bound.filter.values)
      count += table.count(term_of(bound, value), enough);
    return count;
  }
  static std::set<std::string_view> ids_of(const Bound& bound, const Table<T>& table) {
    std::set<std::string_view> ids;
    if (is_by_id(bound)) {
      for (const auto& value : bound.filter.values) ids.insert(value.text());
      return ids;
    }
    for (const auto& value : bound.filter.values)
      for (const auto id : table.candidates(term_of(bound, value))) ids.insert(id);
    return ids;
  }

  std::vector<Bound> bound_;
};

}  // namespace hikae::sandbox
