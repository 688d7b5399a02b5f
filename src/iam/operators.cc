#include "iam/operators.h"

#include <algorithm>

namespace hikae::iam {
namespace {

struct OperatorRow {
  std::string_view name;
  Operand operand;
  Comparison comparison;
  Polarity polarity;
};

using enum Comparison;
constexpr auto kIs = Polarity::Is;
constexpr auto kIsNot = Polarity::IsNot;

constexpr OperatorRow kOperators[] = {
    {"StringEquals", Operand::Text, Equals, kIs},
    {"StringNotEquals", Operand::Text, Equals, kIsNot},
    {"StringEqualsIgnoreCase", Operand::TextOfEitherCase, Equals, kIs},
    {"StringNotEqualsIgnoreCase", Operand::TextOfEitherCase, Equals, kIsNot},
    {"StringLike", Operand::TextLike, Equals, kIs},
    {"StringNotLike", Operand::TextLike, Equals, kIsNot},
    {"NumericEquals", Operand::Number, Equals, kIs},
    {"NumericNotEquals", Operand::Number, Equals, kIsNot},
    {"NumericLessThan", Operand::Number, Less, kIs},
    {"NumericLessThanEquals", Operand::Number, LessOrEqual, kIs},
    {"NumericGreaterThan", Operand::Number, Greater, kIs},
    {"NumericGreaterThanEquals", Operand::Number, GreaterOrEqual, kIs},
    {"DateEquals", Operand::Date, Equals, kIs},
    {"DateNotEquals", Operand::Date, Equals, kIsNot},
    {"DateLessThan", Operand::Date, Less, kIs},
    {"DateLessThanEquals", Operand::Date, LessOrEqual, kIs},
    {"DateGreaterThan", Operand::Date, Greater, kIs},
    {"DateGreaterThanEquals", Operand::Date, GreaterOrEqual, kIs},
    {"Bool", Operand::Bool, Equals, kIs},
    {"BinaryEquals", Operand::Binary, Equals, kIs},
    {"IpAddress", Operand::Address, Equals, kIs},
    {"NotIpAddress", Operand::Address, Equals, kIsNot},
    {"ArnEquals", Operand::Arn, Equals, kIs},
    {"ArnNotEquals", Operand::Arn, Equals, kIsNot},
    {"ArnLike", Operand::Arn, Equals, kIs},
    {"ArnNotLike", Operand::Arn, Equals, kIsNot},
    {"Null", Operand::Null, Equals, kIs},
};

constexpr std::string_view kForAll = "ForAllValues:";
constexpr std::string_view kForAny = "ForAnyValue:";
constexpr std::string_view kIfExists = "IfExists";

}  // namespace

std::optional<Condition> operator_of(std::string_view name) {
  Condition out;
  if (name.starts_with(kForAll)) out.quantifier = Quantifier::ForAll;
  if (name.starts_with(kForAny)) out.quantifier = Quantifier::ForAny;
  if (out.quantifier != Quantifier::One) name.remove_prefix(name.find(':') + 1);
  if (name.ends_with(kIfExists)) {
    out.if_exists = true;
    name.remove_suffix(kIfExists.size());
  }
  const auto* row = std::ranges::find(kOperators, name, &OperatorRow::name);
  if (row == std::end(kOperators)) return std::nullopt;
  if (row->operand == Operand::Null && out.if_exists) return std::nullopt;
  out.operand = row->operand;
  out.comparison = row->comparison;
  out.polarity = row->polarity;
  return out;
}

}  // namespace hikae::iam
