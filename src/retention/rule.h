// How many generations of an instance's backups are kept: the rule, where it comes from, and how
// it is read from text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace hikae::retention {

inline constexpr int kGenerationsMax = 10'000;  // more is a typing error, and EC2's quota is less

/// What to keep of the good images; an image that any part keeps is kept. A part that is 0 keeps
/// nothing by itself; a rule of zeros keeps everything.
/// - `last`: so many of the newest;
/// - `within_days`: all that are at most so many days older than the newest good one (not than now:
///   when backups fail for a month, the old ones stay);
/// - `daily` … `yearly`: the newest of each of the last so many days (weeks from Monday, months,
///   years) that have any, by a clock `utc_offset` ahead of UTC.
struct Rule {
  int last = 0;
  int within_days = 0;
  int daily = 0;
  int weekly = 0;
  int monthly = 0;
  int yearly = 0;
  Duration utc_offset{};

  [[nodiscard]] bool empty() const;
  /// "the newest 3, 7 daily"; "everything" where it is empty.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const Rule&, const Rule&) = default;
};

/// The number in a generation tag. ASCII digits only; leading zeros are fine, spaces and signs are
/// not. Error: `Invalid`, naming what is wrong with the value and how to write it.
[[nodiscard]] Result<int> parse_generations(std::string_view text);

/// A rule from a configuration or an event: a whole number (or its text), or an object of Last,
/// WithinDays, Daily, Weekly, Monthly, Yearly, UtcOffsetMinutes (numbers or their text; also
/// spelt last, within_days, daily, …, utc_offset_minutes). Null, "" and {} are the empty rule.
/// Errors: `Invalid` with the member's name.
[[nodiscard]] Result<Rule> read_rule(const Value& value);

/// Which rule holds for one instance.
struct Choice {
  std::optional<Rule> rule;  // absent: keep everything
  std::string warning;       // why everything is kept, for a person; empty where nothing is wrong
  std::string source;        // "tag EC2BackupGen" or "the plan's keep"; empty without a rule
};

/// Whether several plans back the instance up. Its tag cannot say which of them it means.
enum class Plans { One, Several };

/// The instance's own tag gives `last`; the plan's other parts hold besides. Of several plans each
/// keeps by the tag or by its own `last`, whichever keeps more. Without a tag the plan's rule
/// holds. An invalid tag keeps everything: nobody knows what was meant. So does the absence of
/// both.
[[nodiscard]] Choice choose_rule(std::string_view tag_key, std::optional<std::string_view> tag,
                                 const std::optional<Rule>& plan, Plans plans = Plans::One);

}  // namespace hikae::retention
