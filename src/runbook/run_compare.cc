#include "runbook/run_compare.h"

#include <charconv>
#include <variant>

#include "runbook/resolve.h"

namespace hikae::runbook {
namespace {

using NumberRead = std::variant<std::monostate, std::int64_t, double>;

template <class Number>
bool read_whole(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

NumberRead as_number(const Value& value) {
  if (const auto whole = int_of(value)) return *whole;
  if (value.is_double()) return value.get_double();
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  const auto text = text_of(value);
  std::int64_t whole = 0;
  if (read_whole(text, whole)) return whole;
  double fraction = 0;
  if (read_whole(text, fraction)) return fraction;
  return {};
}

double as_double(const NumberRead& number) {
  const auto* whole = std::get_if<std::int64_t>(&number);
  return whole ? static_cast<double>(*whole) : std::get<double>(number);
}

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

std::optional<std::partial_ordering> compare_numbers(const Value& left, const Value& right) {
  const auto a = as_number(left);
  const auto b = as_number(right);
  if (a.index() == 0 || b.index() == 0) return std::nullopt;
  if (a.index() == 1 && b.index() == 1) return std::get<1>(a) <=> std::get<1>(b);
  return as_double(a) <=> as_double(b);
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i)
    if (lower(left[i]) != lower(right[i])) return false;
  return true;
}

std::optional<bool> as_boolean(const Value& value) {
  if (value.is_bool()) return value.get_bool();
  if (equal_ignoring_case(text_of(value), "true")) return true;
  if (equal_ignoring_case(text_of(value), "false")) return false;
  return std::nullopt;
}

bool equal_loosely(const Value& left, const Value& right) {
  if (as_text(left) == as_text(right)) return true;
  const auto a = as_boolean(left);
  const auto b = as_boolean(right);
  if (a && b) return *a == *b;
  const auto order = compare_numbers(left, right);
  return order && *order == std::partial_ordering::equivalent;
}

}  // namespace hikae::runbook
