#include "iam/condition.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/time.h"
#include "iam/address.h"
#include "iam/pattern.h"

namespace hikae::iam {
namespace {

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || at != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

/// ISO-8601, or seconds since 1970.
std::optional<double> date_in(std::string_view text) {
  if (const auto epoch = number_in(text)) return *epoch * 1000;
  const auto instant = parse_iso(text);
  if (!instant) return std::nullopt;
  return static_cast<double>(unix_ms(*instant));
}

bool compares(std::optional<double> given, std::optional<double> wanted, Comparison comparison) {
  if (!given || !wanted) return false;
  switch (comparison) {
    case Comparison::Equals: return *given == *wanted;
    case Comparison::Less: return *given < *wanted;
    case Comparison::LessOrEqual: return *given <= *wanted;
    case Comparison::Greater: return *given > *wanted;
    case Comparison::GreaterOrEqual: return *given >= *wanted;
  }
  return false;
}

bool fits_pattern(std::string_view wanted, std::string_view given, const Context* variables,
                  const Condition& condition) {
  const bool has_wildcards =
      condition.operand == Operand::TextLike || condition.operand == Operand::Arn;
  const auto pattern =
      pattern_of(wanted, variables, has_wildcards ? Wildcards::Yes : Wildcards::No);
  if (!pattern) return false;
  if (condition.operand == Operand::Arn) return matches_arn(*pattern, given);
  return matches(
      *pattern, given,
      condition.operand == Operand::TextOfEitherCase ? LetterCase::Either : LetterCase::Same);
}

/// One value of the call against one of the condition, the operator's negation left aside.
bool fits(const Condition& condition, std::string_view wanted, std::string_view given,
          const Context* variables) {
  switch (condition.operand) {
    case Operand::Text:
    case Operand::TextOfEitherCase:
    case Operand::TextLike:
    case Operand::Arn: return fits_pattern(wanted, given, variables, condition);
    case Operand::Number:
      return compares(number_in(given), number_in(wanted), condition.comparison);
    case Operand::Date: return compares(date_in(given), date_in(wanted), condition.comparison);
    case Operand::Bool: return lower(given) == lower(wanted);
    case Operand::Binary: return given == wanted;
    case Operand::Address: return is_in_network(given, wanted);
    case Operand::Null: return false;
  }
  return false;
}

/// One value of the call against all of the condition.
bool fits_values(const Condition& condition, std::string_view given, const Context* variables) {
  const bool fits_one = std::ranges::any_of(condition.values, [&](const std::string& wanted) {
    return fits(condition, wanted, given, variables);
  });
  return fits_one == (condition.polarity == Polarity::Is);
}

bool holds_of_none(const Condition& condition) {
  if (condition.if_exists || condition.quantifier == Quantifier::ForAll) return true;
  return condition.quantifier == Quantifier::One && condition.polarity == Polarity::IsNot;
}

bool asks_all(const Condition& condition) {
  if (condition.quantifier != Quantifier::One) return condition.quantifier == Quantifier::ForAll;
  return condition.polarity == Polarity::IsNot;
}

}  // namespace

bool holds(const Condition& condition, const Context& context, PolicyVersion version) {
  const auto* given = context.find(condition.key);
  const bool is_absent = !given || given->empty();
  if (condition.operand == Operand::Null)
    return std::ranges::any_of(condition.values, [&](const std::string& value) {
      return lower(value) == (is_absent ? "true" : "false");
    });
  if (is_absent) return holds_of_none(condition);
  const auto* variables = version == PolicyVersion::Of2012 ? &context : nullptr;
  const auto fits_one = [&](const std::string& value) {
    return fits_values(condition, value, variables);
  };
  return asks_all(condition) ? std::ranges::all_of(*given, fits_one)
                             : std::ranges::any_of(*given, fits_one);
}

}  // namespace hikae::iam
