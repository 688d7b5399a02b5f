#include "text/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace hikae::text {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 23> kIntrinsics{{
    {"!And", "Fn::And"},
    {"!Base64", "Fn::Base64"},
    {"!Cidr", "Fn::Cidr"},
    {"!Condition", "Condition"},
    {"!Contains", "Fn::Contains"},
    {"!EachMemberEquals", "Fn::EachMemberEquals"},
    {"!EachMemberIn", "Fn::EachMemberIn"},
    {"!Equals", "Fn::Equals"},
    {"!FindInMap", "Fn::FindInMap"},
    {"!GetAZs", "Fn::GetAZs"},
    {"!GetAtt", "Fn::GetAtt"},
    {"!If", "Fn::If"},
    {"!ImportValue", "Fn::ImportValue"},
    {"!Join", "Fn::Join"},
    {"!Length", "Fn::Length"},
    {"!Not", "Fn::Not"},
    {"!Or", "Fn::Or"},
    {"!Ref", "Ref"},
    {"!Select", "Fn::Select"},
    {"!Split", "Fn::Split"},
    {"!Sub", "Fn::Sub"},
    {"!ToJsonString", "Fn::ToJsonString"},
    {"!Transform", "Fn::Transform"},
}};

constexpr std::string_view kCore = "tag:yaml.org,2002:";

bool is_plain_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_digits(std::string_view text) {
  while (!text.empty() && is_plain_digit(text.front())) text.remove_prefix(1);
  return text;
}

/// What follows a whole number without a leading zero; nullopt where there is none.
std::optional<std::string_view> behind_whole(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || !is_plain_digit(text.front())) return std::nullopt;
  if (text.front() != '0') return without_digits(text);
  text.remove_prefix(1);
  return !text.empty() && is_plain_digit(text.front()) ? std::nullopt : std::optional(text);
}

bool is_decimal_fraction(std::string_view rest) {
  if (!rest.starts_with('.') || rest.size() < 2 || !is_plain_digit(rest[1])) return false;
  rest = without_digits(rest.substr(1));
  if (rest.empty()) return true;
  if (rest.front() != 'e' && rest.front() != 'E') return false;
  rest.remove_prefix(1);
  if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) rest.remove_prefix(1);
  return !rest.empty() && without_digits(rest).empty();
}

template <class Number>
std::optional<Value> exactly(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return Value(number);
}

std::optional<Value> plain_number(std::string_view text) {
  const auto rest = behind_whole(text);
  if (!rest) return std::nullopt;
  if (is_decimal_fraction(*rest)) return exactly<double>(text);
  if (!rest->empty()) return std::nullopt;
  if (auto integer = exactly<std::int64_t>(text)) return integer;
  return exactly<std::uint64_t>(text);
}

std::optional<bool> plain_bool(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

bool is_plain_null(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

}  // namespace

Value plain_scalar(std::string_view text) {
  if (is_plain_null(text)) return nullptr;
  if (const auto truth = plain_bool(text)) return *truth;
  if (auto number = plain_number(text)) return *std::move(number);
  return Value(text);
}

std::optional<Value> tagged_scalar(std::string_view tag, std::string_view text) {
  if (tag == "!") return Value(text);
  if (!tag.starts_with(kCore)) return std::nullopt;
  tag.remove_prefix(kCore.size());
  if (tag == "str") return Value(text);
  const auto plain = plain_scalar(text);
  if (tag == "int" && (plain.is_int64() || plain.is_uint64())) return plain;
  if (tag == "float" && plain.is_number()) return Value(plain.to_number<double>());
  if (tag == "bool" && plain.is_bool()) return plain;
  if (tag == "null" && plain.is_null()) return plain;
  return std::nullopt;
}

std::string_view intrinsic_of(std::string_view tag) {
  const auto found = std::ranges::find(kIntrinsics, tag, &decltype(kIntrinsics)::value_type::first);
  return found == kIntrinsics.end() ? std::string_view{} : found->second;
}

}  // namespace hikae::text
