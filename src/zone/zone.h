// A time zone of the system's tzdata: civil time (what a clock on the wall shows) to instants and
// back. Names are only those of tzdata's own list; an unknown name is an error, never UTC.
//
// Facts: docs/reference/schedules-events-sns-lambda-cfn.md 1.4. Nothing of it is on disk but the
// system's own files; a zone is read once a process and does not change afterwards.
#pragma once

#include <chrono>
#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace hikae::zone {

/// What a clock on the wall shows, to the second; no zone. `hour` 0-23, `minute` and `second` 0-59.
struct Civil {
  std::chrono::year_month_day date;
  int hour = 0;
  int minute = 0;
  int second = 0;
  friend auto operator<=>(const Civil&, const Civil&) = default;
};

/// "2026-03-08T02:30:00": no zone, no `Z`.
[[nodiscard]] std::string text(const Civil& civil);
/// The civil time `days` calendar days later (or earlier) at the same time of day.
[[nodiscard]] Civil plus_days(const Civil& civil, int days);

enum class CivilKind {
  Unique,    // shown once
  Skipped,   // never shown: clocks went forward over it
  Repeated,  // shown twice: clocks went back over it
};

/// When a wall clock shows a civil time.
/// - Unique: `first == second == transition`.
/// - Skipped: all three are the instant at which the gap ends (the first one that exists again).
/// - Repeated: `first < second`; `transition` is the instant at which clocks went back.
struct Instants {
  CivilKind kind = CivilKind::Unique;
  WallTime first;
  WallTime second;
  WallTime transition;
};

/// What a wall clock shows at an instant; its milliseconds are dropped.
struct Local {
  Civil civil;
  int offset_s = 0;          // seconds east of Greenwich
  std::string abbreviation;  // "JST"; for people only
};

/// The folder of zone data: $TZDIR where it is set, else /usr/share/zoneinfo.
[[nodiscard]] std::string data_folder();
/// The release of the zone data ("2026f"), or "unknown" where the folder does not say.
[[nodiscard]] std::string tzdata_version(const std::string& folder = data_folder());

/// Cheap to copy; may be used from any thread. Outlives everything: zone data stays loaded.
class Zone {
 public:
  /// `Invalid` for a name that is not in tzdata's list (the message names close ones); `Io` where
  /// the list or the zone's file cannot be read. "UTC" needs no file.
  [[nodiscard]] static Result<Zone> load(std::string_view name,
                                         const std::string& folder = data_folder());
  [[nodiscard]] static Zone utc();

  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] Instants instants_of(const Civil& civil) const;
  [[nodiscard]] Local local(WallTime instant) const;
  /// The first instant after `after` at which the offset changes; nothing where none follows.
  [[nodiscard]] std::optional<WallTime> next_change(WallTime after) const;

 private:
  struct Data;
  explicit Zone(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

}  // namespace hikae::zone
