// The engine's times, each with its reason.
#pragma once

#include "base/time.h"

namespace hikae::engine::limits {

/// One API call of a step takes at most so long on AWS (docs/reference/ssm-automation.md 2.4).
inline constexpr Duration kCallTimeout = seconds(25);
/// aws:invokeLambdaFunction gives up after 300 s; the caller's own time-out comes first.
inline constexpr Duration kFunctionTimeout = seconds(305);
/// aws:executeScript's cap is 600 s (docs/reference/ssm-automation.md 5); the child's own limit
/// comes first.
inline constexpr Duration kScriptTimeout = seconds(630);
/// Mail servers may think for minutes (RFC 5321 4.5.3.2).
inline constexpr Duration kInternalTimeout = minutes(10);
/// An unknown outcome is looked into for so long: three horizons of the slowest probe. Then the
/// machine is told, since an instance may be standing still for it.
inline constexpr Duration kUnknownLimit = minutes(15);
/// A stop that did not happen is made up for only so long after it was asked for: later its window
/// may have closed (S3). Enough for one time-out and a look.
inline constexpr Duration kStopAgainWithin = minutes(2);
/// Throttled calls were not executed: sent again for so long before the machine is told.
inline constexpr Duration kThrottleLimit = seconds(120);
/// A read that fails this long is answered with the failure.
inline constexpr Duration kReadLimit = seconds(60);
/// Repeatable mutations: a restart of the other side takes minutes.
inline constexpr Duration kRepeatLimit = minutes(10);
inline constexpr Duration kBackoffBase = seconds(1);
inline constexpr Duration kBackoffCap = seconds(30);
/// Ids in one merged Describe call: far below the 1,000 that EC2 returns in one page.
inline constexpr std::size_t kIdsPerPoll = 200;
/// Awaits that are due within this time of each other share one call.
inline constexpr Duration kPollSlack = seconds(2);
/// Events of one machine between two snapshots: a replay of so many takes microseconds.
inline constexpr std::int64_t kEventsPerSnapshot = 32;
/// EC2's token buckets as it documents them for most calls; kept a little below, because others ask
/// in the name of the same account (docs/reference/reliability.md 3).
struct CallRate {
  double burst;
  double per_second;
};
inline constexpr CallRate kLooksAtEc2{90, 18};
inline constexpr CallRate kChangesToEc2{45, 4.5};
/// What is old enough is dropped this often, and so much in one turn.
inline constexpr Duration kTrimEvery = hours(1);
inline constexpr std::int64_t kTrimmedAtOnce = 500;
/// Machines in memory; beyond them those that only wait are put to sleep, the longest waiting
/// first.
inline constexpr std::size_t kMachinesAwake = 4096;
/// The room on the disk is looked at this often; a commit that finds it full looks at once.
inline constexpr Duration kDiskLooks = seconds(10);
/// The wall clock is asked again at least this often, so that a jump is noticed.
inline constexpr Duration kClockRecheck = seconds(60);

}  // namespace hikae::engine::limits
