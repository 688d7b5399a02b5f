// The morning after, as pure functions: which members of a backup group have no fresh backup, and
// which windows will not open. A night that never started leaves no failed run to tell of
// (docs/reference/hazards.md P5, docs/reference/reliability.md S14); it leaves no image either.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "base/value.h"
#include "upkeep/finding_text.h"
#include "upkeep/images.h"

namespace hikae::upkeep {

struct FreshnessSettings {
  std::string group_tag;
  std::string group_value;
  Duration age_max = hours(26);  // a night's and two hours
};

/// What GetMaintenanceWindow said of one window.
struct WindowLook {
  std::string id;
  Result<Value> answer;
};

struct FreshnessFindings {
  std::size_t members = 0;
  std::vector<Finding> never;         // no good image at all
  std::vector<Finding> stale;         // the newest good one is older than it may be
  std::vector<Finding> left_stopped;  // by hikae, and not started again
  std::vector<Finding> windows;       // disabled, ended, gone, or not to be read

  [[nodiscard]] std::size_t without_backup() const { return never.size() + stale.size(); }
  /// A group without a member is no good news: nothing of it is backed up.
  [[nodiscard]] bool all_is_well() const {
    return members > 0 && without_backup() == 0 && left_stopped.empty() && windows.empty();
  }
};

/// `members` as list_members() gives them, `images` as find_images() does. Good is an image that
/// is the owner's, was made of the very member, is available with all its snapshots, and is not
/// dated in the future; a pending or failed one is only mentioned. Findings are sorted by instance.
[[nodiscard]] FreshnessFindings examine_backups(const Array& members,
                                                const std::vector<FoundImage>& images,
                                                const std::vector<WindowLook>& windows,
                                                const FreshnessSettings& settings, WallTime now);

/// What is wrong with the windows, and who has no fresh backup: headings with a line for each.
void append_freshness(std::string& out, const FreshnessFindings& findings, std::string_view words);
/// The one message for all, as plain text. `words` as in upkeep/failure_report.h.
[[nodiscard]] std::string freshness_message(const FreshnessFindings& findings,
                                            const FreshnessSettings& settings, WallTime now,
                                            std::string_view words);
[[nodiscard]] std::string freshness_subject(const FreshnessFindings& findings);

}  // namespace hikae::upkeep
