#include "sandbox/filters.h"

#include <fmt/format.h>

#include "base/limits.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kFiltersMost = 50;  // of one request: EC2's own limit
constexpr int kStar = -1;
constexpr int kQuestion = -2;

std::vector<int> tokens_of(std::string_view pattern) {
  std::vector<int> tokens;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size())
      tokens.push_back(static_cast<unsigned char>(pattern[++i]));
    else if (c == '*')
      tokens.push_back(kStar);
    else if (c == '?')
      tokens.push_back(kQuestion);
    else
      tokens.push_back(static_cast<unsigned char>(c));
  }
  return tokens;
}

std::string literal_of(std::span<const int> tokens) {
  std::string text;
  for (const int token : tokens) text += static_cast<char>(token);
  return text;
}

bool has_wildcard(std::span<const int> tokens) {
  return std::ranges::any_of(tokens, [](int token) { return token < 0; });
}

/// What one request may make us match: time is bounded by pattern bytes times text bytes.
struct FilterBudget {
  std::size_t values = limits::kFilterValues;
  std::size_t pattern_bytes = limits::kFilterPatternBytes;

  bool take(const Filter& filter, std::size_t bytes_with_wildcards) {
    if (filter.values.size() > values || bytes_with_wildcards > pattern_bytes) return false;
    values -= filter.values.size();
    pattern_bytes -= bytes_with_wildcards;
    return true;
  }
};

Result<Filter> read_filter(const Value& item, FilterBudget& budget) {
  Filter filter{str(text_at(item, "Name")), {}, {}};
  if (filter.name.empty())
    return std::unexpected(ec2_error("InvalidParameterValue", "A filter has no Name"));
  std::size_t pattern_bytes = 0;
  for (const auto& value : list_at(item, "Values")) {
    if (!value.is_string())
      return std::unexpected(
          ec2_error("InvalidParameterValue",
                    fmt::format("The values of the filter '{}' must be strings, one is a {}",
                                filter.name, kind_of(value))));
    filter.values.emplace_back(text_of(value));
    if (!filter.values.back().is_literal()) pattern_bytes += text_of(value).size();
  }
  if (filter.values.empty())
    return std::unexpected(ec2_error("InvalidParameterValue",
                                     fmt::format("The filter '{}' has no Values", filter.name)));
  if (!budget.take(filter, pattern_bytes))
    return std::unexpected(ec2_error(
        "FilterLimitExceeded",
        fmt::format("A request may have {} filter values, those with wildcards of {} bytes "
                    "together",
                    limits::kFilterValues, limits::kFilterPatternBytes)));
  if (filter.is_literal())
    for (const auto& value : filter.values) filter.literals.insert(value.text());
  return filter;
}

}  // namespace

Glob::Glob(std::string_view pattern) : tokens_(tokens_of(pattern)) {
  const std::span<const int> all(tokens_);
  if (!has_wildcard(all)) {
    text_ = literal_of(all);
    tokens_.clear();
    return;
  }
  shape_ = Shape::Any;
  if (all.size() < 3 || all.front() != kStar || all.back() != kStar) return;
  const auto middle = all.subspan(1, all.size() - 2);
  if (has_wildcard(middle)) return;
  shape_ = Shape::Contains;
  text_ = literal_of(middle);
}

bool Glob::matches(std::string_view text) const {
  if (shape_ == Shape::Literal) return text == text_;
  if (shape_ == Shape::Contains) return text.find(text_) != std::string_view::npos;
  return matches_tokens(text);
}

/// The plain beginning first, which decides nearly always; then one row of reachable positions a
/// token: time is pattern times text, whatever the pattern.
bool Glob::matches_tokens(std::string_view text) const {
  std::size_t plain = 0;
  while (plain < tokens_.size() && tokens_[plain] >= 0) {
    if (plain == text.size() || static_cast<unsigned char>(text[plain]) != tokens_[plain])
      return false;
    ++plain;
  }
  if (plain + 1 == tokens_.size() && tokens_[plain] == kStar) return true;
  text.remove_prefix(plain);
  std::vector<bool> at(text.size() + 1, false);
  at[0] = true;
  for (const int token : std::span(tokens_).subspan(plain)) {
    std::vector<bool> next(text.size() + 1, false);
    for (std::size_t i = 0; i <= text.size(); ++i) {
      const bool has_more = i < text.size();
      if (token == kStar && (at[i] || (i > 0 && next[i - 1]))) next[i] = true;
      if (token == kQuestion && at[i]) next[i] = true;
      if (token == kQuestion && at[i] && has_more) next[i + 1] = true;
      if (token >= 0 && at[i] && has_more && static_cast<unsigned char>(text[i]) == token)
        next[i + 1] = true;
    }
    at = std::move(next);
    if (std::ranges::find(at, true) == at.end()) return false;
  }
  return at[text.size()];
}

Result<std::vector<Filter>> read_filters(const Value& input, std::string_view member) {
  std::vector<Filter> filters;
  FilterBudget budget;
  const auto& given = list_at(input, member);
  if (given.size() > kFiltersMost)
    return std::unexpected(ec2_error(
        "FilterLimitExceeded",
        fmt::format("A request may have {} filters, it has {}", kFiltersMost, given.size())));
  for (const auto& item : given) filters.push_back(TRY(read_filter(item, budget)));
  return filters;
}

bool tags_have_key(const Tags& tags, const Filter& filter) {
  return std::ranges::any_of(tags, [&](const auto& tag) { return filter.accepts(tag.first); });
}

bool tags_have_value(const Tags& tags, const Filter& filter) {
  return std::ranges::any_of(tags, [&](const auto& tag) { return filter.accepts(tag.second); });
}

bool tag_fits(const Tags& tags, std::string_view key, const Filter& filter) {
  const auto found = tags.find(key);
  return found != tags.end() && filter.accepts(found->second);
}

}  // namespace hikae::sandbox
