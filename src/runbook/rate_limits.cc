#include "runbook/rate_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/escape.h"

namespace hikae::runbook {
namespace {

constexpr std::size_t kRateTextBytes = 7;  // the API's longest: 1 to 7 characters

struct RateShare {
  std::size_t number = 0;
  bool is_percent = false;
};

/// Digits, and a % behind them: no sign, no zero in front.
std::optional<RateShare> read_share(std::string_view text) {
  RateShare share;
  if (text.empty() || text.size() > kRateTextBytes) return std::nullopt;
  share.is_percent = text.ends_with('%');
  if (share.is_percent) text.remove_suffix(1);
  if (text.empty() || (text.front() == '0' && text != "0")) return std::nullopt;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, share.number);
  if (error != std::errc{} || at != end || (share.is_percent && share.number > 100))
    return std::nullopt;
  return share;
}

std::unexpected<Error> not_of_pattern(std::string_view member, std::string_view text,
                                      std::string_view pattern) {
  return fail(ErrorKind::Invalid, "ValidationException",
              fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy "
                          "constraint: Member must satisfy regular expression pattern: {}",
                          printable(text.substr(0, 20)), member, pattern));
}

std::size_t rate_share_of(std::string_view text, std::string_view by_default, std::size_t targets) {
  auto share = read_share(text);
  if (!share) share = read_share(by_default);
  return share->is_percent ? targets * share->number / 100 : share->number;
}

}  // namespace

Result<> check_max_concurrency(std::string_view text) {
  const auto share = read_share(text);
  if (share && share->number > 0) return {};
  return not_of_pattern("maxConcurrency", text, "^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$");
}

Result<> check_max_errors(std::string_view text) {
  if (read_share(text)) return {};
  return not_of_pattern("maxErrors", text, "^([1-9][0-9]*|[0]|[1-9][0-9]%|[0-9]%|100%)$");
}

std::size_t concurrency_limit(std::string_view text, std::size_t targets) {
  return std::max<std::size_t>(1, rate_share_of(text, kConcurrencyByDefault, targets));
}

std::size_t error_limit(std::string_view text, std::size_t targets) {
  return rate_share_of(text, kErrorsByDefault, targets);
}

std::size_t ramped_up(std::size_t limit, std::size_t ended) { return std::min(limit, 1 + ended); }

}  // namespace hikae::runbook
