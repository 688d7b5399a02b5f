#include "runbook/branch.h"

#include <fmt/format.h>

#include <array>

#include "runbook/run_compare.h"

namespace hikae::runbook {
namespace {

using Comparison = bool (*)(const Value& left, const Value& right);

bool text_equals(const Value& left, const Value& right) { return as_text(left) == as_text(right); }
bool text_equals_ignoring_case(const Value& left, const Value& right) {
  return equal_ignoring_case(as_text(left), as_text(right));
}
bool text_starts_with(const Value& left, const Value& right) {
  return as_text(left).starts_with(as_text(right));
}
bool text_ends_with(const Value& left, const Value& right) {
  return as_text(left).ends_with(as_text(right));
}
bool contains(const Value& left, const Value& right) {
  const auto wanted = as_text(right);
  const auto* list = left.if_array();
  if (!list) return as_text(left).find(wanted) != std::string::npos;
  for (const auto& item : *list)
    if (as_text(item) == wanted) return true;
  return false;
}
// One side that is no number makes a numeric comparison false, not an error.
bool number_equals(const Value& left, const Value& right) {
  const auto order = compare_numbers(left, right);
  return order && std::is_eq(*order);
}
bool number_greater(const Value& left, const Value& right) {
  const auto order = compare_numbers(left, right);
  return order && std::is_gt(*order);
}
bool number_lesser(const Value& left, const Value& right) {
  const auto order = compare_numbers(left, right);
  return order && std::is_lt(*order);
}
bool number_greater_or_equals(const Value& left, const Value& right) {
  const auto order = compare_numbers(left, right);
  return order && std::is_gteq(*order);
}
bool number_lesser_or_equals(const Value& left, const Value& right) {
  const auto order = compare_numbers(left, right);
  return order && std::is_lteq(*order);
}
bool boolean_equals(const Value& left, const Value& right) {
  const auto a = as_boolean(left);
  const auto b = as_boolean(right);
  return a && b && *a == *b;
}

constexpr std::array<std::pair<std::string_view, Comparison>, 11> kComparisons{{
    {"StringEquals", text_equals},
    {"EqualsIgnoreCase", text_equals_ignoring_case},
    {"StartsWith", text_starts_with},
    {"EndsWith", text_ends_with},
    {"Contains", contains},
    {"NumericEquals", number_equals},
    {"NumericGreater", number_greater},
    {"NumericLesser", number_lesser},
    {"NumericGreaterOrEquals", number_greater_or_equals},
    {"NumericLesserOrEquals", number_lesser_or_equals},
    {"BooleanEquals", boolean_equals},
}};

// The value of one side; nullopt: it refers to something that has no value.
Result<std::optional<Value>> side_of(const Value& written, const References& references) {
  for (const auto& reference : references_in(written))
    if (!TRY(references.value_of(reference))) return std::optional<Value>();
  return std::optional<Value>(TRY(resolve(written, references)));
}

Result<bool> holds(const Value& condition, const References& references);

Result<bool> all_hold(const Array& conditions, const References& references) {
  for (const auto& condition : conditions)
    if (!TRY(holds(condition, references))) return false;
  return true;
}

Result<bool> any_holds(const Array& conditions, const References& references) {
  for (const auto& condition : conditions)
    if (TRY(holds(condition, references))) return true;
  return false;
}

Result<bool> comparison_holds(const Value& condition, const References& references) {
  const auto* variable = find(condition, "Variable");
  if (!variable) return fail(ErrorKind::Invalid, "a choice has neither Variable, And, Or nor Not");
  for (const auto& [name, compare] : kComparisons) {
    const auto* written = find(condition, name);
    if (!written) continue;
    const auto left = TRY(side_of(*variable, references));
    const auto right = TRY(side_of(*written, references));
    return left && right && compare(*left, *right);
  }
  return fail(ErrorKind::Invalid,
              fmt::format("the choice on {} has no known operator", as_text(*variable)));
}

Result<bool> holds(const Value& condition, const References& references) {
  if (const auto* inner = find(condition, "Not")) return !TRY(holds(*inner, references));
  if (find(condition, "And")) return all_hold(list_at(condition, "And"), references);
  if (find(condition, "Or")) return any_holds(list_at(condition, "Or"), references);
  return comparison_holds(condition, references);
}

}  // namespace

Result<bool> condition_holds(const Value& condition, const References& references) {
  return holds(condition, references);
}

Result<std::optional<std::string>> choose_branch(const Object& inputs,
                                                 const References& references) {
  const auto* choices = find(inputs, "Choices");
  if (!choices || !choices->is_array())
    return fail(ErrorKind::Invalid, "inputs.Choices: must be a list of choices");
  for (const auto& choice : choices->get_array())
    if (TRY(holds(choice, references))) return std::optional(str(text_at(choice, "NextStep")));
  if (const auto otherwise = text_at(inputs, "Default"); !otherwise.empty())
    return std::optional(str(otherwise));
  return std::optional<std::string>();
}

}  // namespace hikae::runbook
