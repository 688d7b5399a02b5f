#include "plane/s3/range.h"

#include <algorithm>
#include <charconv>

#include "aws/errors.h"

namespace hikae::plane::s3 {
namespace {

std::optional<std::size_t> whole_number(std::string_view digits) {
  std::size_t number = 0;
  const auto* end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, number);
  if (digits.empty() || error != std::errc{} || at != end) return std::nullopt;
  return number;
}

std::unexpected<Error> not_satisfiable() {
  return aws::aws_error("InvalidRange", "The requested range is not satisfiable", 416);
}

Result<std::optional<Range>> last_bytes(std::string_view digits, std::size_t size) {
  const auto wanted = whole_number(digits);
  if (!wanted) return std::optional<Range>();
  if (*wanted == 0 || size == 0) return not_satisfiable();
  const auto count = std::min(*wanted, size);
  return std::optional(Range{size - count, count});
}

}  // namespace

Result<std::optional<Range>> range_of(std::string_view text, std::size_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const std::optional<Range> whole;
  if (!text.starts_with(kUnit)) return whole;
  text.remove_prefix(kUnit.size());
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return whole;
  if (dash == 0) return last_bytes(text.substr(1), size);
  const auto first = whole_number(text.substr(0, dash));
  const auto rest = text.substr(dash + 1);
  const auto last = rest.empty() ? std::optional(size) : whole_number(rest);
  if (!first || !last || (!rest.empty() && *last < *first)) return whole;
  if (*first >= size) return not_satisfiable();
  return std::optional(Range{*first, std::min(*last, size - 1) - *first + 1});
}

Result<Range> part_range(const Value& version, std::int64_t number) {
  const auto& sizes = list_at(version, "PartSizes");
  const auto size = static_cast<std::size_t>(int_at(version, "Size").value_or(0));
  if (sizes.empty() && number == 1) return Range{0, size};
  if (number < 1 || number > static_cast<std::int64_t>(sizes.size()))
    return aws::aws_error("InvalidPartNumber", "The requested partnumber is not satisfiable", 416);
  Range range;
  for (std::int64_t i = 1; i <= number; ++i) {
    range.first += range.size;
    range.size =
        static_cast<std::size_t>(int_of(sizes[static_cast<std::size_t>(i - 1)]).value_or(0));
  }
  return range;
}

std::string content_range(const Range& range, std::size_t size) {
  return "bytes " + std::to_string(range.first) + "-" +
         std::to_string(range.first + range.size - 1) + "/" + std::to_string(size);
}

}  // namespace hikae::plane::s3
