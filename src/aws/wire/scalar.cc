#include "aws/wire/scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "text/json.h"

namespace hikae::aws::wire {
namespace {

template <class Number>
void append_digits(std::string& out, Number number) {
  char digits[32];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(digits, end);
}

void append_real(std::string& out, double number) {
  if (std::isnan(number)) {
    out += "NaN";
  } else if (std::isinf(number)) {
    out += number < 0 ? "-Infinity" : "Infinity";
  } else {
    const auto before = out.size();
    append_digits(out, number);
    if (std::string_view(out).find_first_of(".e", before) == std::string_view::npos) out += ".0";
  }
}

}  // namespace

void reserve_rest(std::string& out, std::size_t first, std::size_t elements) {
  constexpr std::size_t kLong = 32, kMost = 4 * 1024 * 1024;
  if (elements < kLong) return;
  const auto one = out.size() - first;
  out.reserve(out.size() + std::min(kMost, (one + one / 8) * elements));
}

void append_number(std::string& out, const Value& number, table::Type type) {
  const bool whole = type == table::Type::Integer || type == table::Type::Long;
  if (const auto* integer = number.if_int64()) return append_digits(out, *integer);
  if (const auto* integer = number.if_uint64()) return append_digits(out, *integer);
  if (const auto integer = whole ? int_of(number) : std::nullopt)
    return append_digits(out, *integer);
  append_real(out, number.get_double());
}

void append_scalar(std::string& out, const Value& value, table::Type type, TimeForm time) {
  switch (value.kind()) {
    case boost::json::kind::string:
      if (type == table::Type::Timestamp)
        append_time(out, value.get_string(), time);
      else
        out += std::string_view(value.get_string());
      break;
    case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; break;
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_: append_number(out, value, type); break;
    case boost::json::kind::null: break;
    default: out += text::to_json(value);
  }
}

}  // namespace hikae::aws::wire
