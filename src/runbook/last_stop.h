// The last stop that a run, or the runs around it, asked for; and whether what EC2 shows now can
// still be that stop.
//
// Example: a run stops i-1 at 18:30:00, is answered at once, starts it at 18:31:10, and hikae is
// down from 18:32 on. At 18:50 an operator stops i-1. At 20:00 hikae is back, and the step that
// waited for `running` is long out of time. EC2 says: stopped, launched at 18:31:10, "User
// initiated (… 18:50:00 GMT)". Both times say that somebody else has stopped it since: it is
// theirs, and is not started.
//
// What can go wrong: the other way round would leave a server down that hikae stopped. So each time
// counts only where it proves something. A launch after our stop was answered: our stop was over by
// then. A stop more than kStopLandsWithin after we asked: no sending of ours arrives that late.
// What is in between is doubtful, and is started.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/value.h"

namespace hikae::runbook {

/// The run's tag by which it learns what its parent's last stop was, as `tag_text` writes it.
inline constexpr std::string_view kLastStopTag = "hikae:last-stop";

/// Before any stop: `asked` and `answered` of one that was refused before it left.
inline constexpr WallTime kNeverLeft = wall_ms(1);

struct LastStop {
  WallTime asked{};     // zero: there was none
  WallTime answered{};  // zero: it may still be on its way

  [[nodiscard]] bool is_there() const { return asked != WallTime{}; }
  /// One was asked for, but none has ever left hikae: what stands still is not our doing.
  [[nodiscard]] bool has_never_left() const { return asked == kNeverLeft; }
  void ask(WallTime now) { *this = {now, {}}; }
  /// It did not leave; one that left before it counts on.
  void refuse() {
    if (!is_there()) *this = {kNeverLeft, kNeverLeft};
  }
  /// A clock that was set back since is not believed.
  void answer(WallTime now) { answered = std::max(asked, now); }
  bool operator==(const LastStop&) const = default;
};

/// Whether that entry of DescribeInstances shows an instance that somebody else has stopped on
/// purpose since `ours`. "No" where it is not certain.
[[nodiscard]] bool was_stopped_by_others(const Value& instance, const LastStop& ours);

/// "2026-01-01T18:30:00.000Z/2026-01-01T18:30:00.100Z"; the second may be absent.
[[nodiscard]] std::string tag_text(const LastStop& stop);
/// None where the text is no such thing.
[[nodiscard]] LastStop last_stop_in(std::string_view text);

}  // namespace hikae::runbook
