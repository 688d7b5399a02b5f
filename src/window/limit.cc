#include "window/limit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/escape.h"

namespace hikae::window {
namespace {

constexpr std::size_t kLimitDigits = 7;

std::size_t share_of(std::string_view text, std::size_t targets) {
  const auto limit = parse_limit(text).value_or(Limit{});
  return limit.is_percent ? targets * limit.number / 100 : limit.number;
}

}  // namespace

Result<Limit> parse_limit(std::string_view text) {
  Limit limit;
  auto digits = text;
  if (digits.ends_with('%')) {
    limit.is_percent = true;
    digits.remove_suffix(1);
  }
  const auto* end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, limit.number);
  if (error != std::errc{} || at != end || digits.size() > kLimitDigits ||
      (limit.is_percent && limit.number > 100))
    return fail(ErrorKind::Invalid, fmt::format("'{}' is neither a number nor a percentage: write "
                                                "10 or 10%",
                                                printable(text.substr(0, 20))));
  return limit;
}

std::size_t concurrency_of(std::string_view text, std::size_t targets) {
  return std::max<std::size_t>(1, share_of(text, targets));
}

std::size_t errors_allowed(std::string_view text, std::size_t targets) {
  return share_of(text, targets);
}

}  // namespace hikae::window
