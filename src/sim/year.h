// A user's plans played over days, months, a year, against a fleet that fits them: what would
// become of every night. Behind `hikae simulate --config`.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace hikae::sim {

enum class FaultLevel { None, Light, Heavy };

struct YearOptions {
  std::string config;     // hikae.yaml
  std::string templates;  // with documents that the plans name; empty: none
  Object tags;            // of every server, beside those that the plans ask for
  int days = 365;
  int instances = 50;
  FaultLevel faults = FaultLevel::None;
  std::uint64_t seed = 1;
  WallTime start = wall_ms(1'777'593'600'000);  // 2026-05-01T00:00:00Z
  std::function<void(int day)> progress;        // may be empty
};

/// One day of UTC.
struct YearDay {
  WallTime begins;
  std::map<std::string, int> outcomes;  // of targets, by the ledger's words ("Success", "Failed")
  int missed = 0;                       // windows
  int images = 0;                       // at the day's end: available, of hikae
  std::int64_t gib = 0;                 // of their snapshots
};

struct YearMissed {
  std::string window;
  std::string instant;
  std::string reason;
};

struct Year {
  std::vector<YearDay> days;
  std::map<std::string, int> outcomes;  // of all days
  std::vector<YearMissed> missed;
  std::map<std::string, std::int64_t> calls;  // by operation
  Duration longest_stop{0};
  std::string stopped_longest;            // the instance
  std::vector<std::string> left_stopped;  // at the end
  std::int64_t mails = 0;
  int kills = 0;
};

/// Errors: `Invalid` where the configuration cannot be read or applied.
[[nodiscard]] Result<Year> play_year(const YearOptions& options);
[[nodiscard]] Value to_value(const Year& year);

/// A fleet that the plans of a configuration find: every third server is stopped for its backup.
[[nodiscard]] Result<Value> fleet_for(std::string_view config, int instances, const Object& tags);

}  // namespace hikae::sim
