// What the agent check finds out about the members of a backup group: a pure function.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/value.h"
#include "retention/rule.h"
#include "upkeep/finding_text.h"
#include "upkeep/freshness.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {

struct AgentCheckSettings {
  std::string group_tag = str(kGroupTag);
  std::string group_value = str(kGroupValue);
  std::string stop_tag = str(kStopTag);
  std::string generation_tag = str(kGenerationTag);
  std::optional<retention::Rule> keep;  // the plan's
  std::string topic_arn;
  std::vector<std::string> windows;       // ids of the plan's, looked at too; may be empty
  std::optional<Duration> image_age_max;  // absent: nobody asks for fresh backups
  std::string installation;               // whose images count (upkeep/ours.h)
  /// By instance: what hikae's own records say of those that it stopped and has not started again.
  std::map<std::string, std::string, std::less<>> left_stopped;
};

struct AgentFindings {
  std::size_t members = 0;
  std::vector<Finding> lost, inactive, unregistered, stop_tag, generation_tag;
  std::vector<Finding> left_stopped;  // by hikae, and not started again
  std::vector<Finding> stopped;       // by somebody else: no problem, listed for the reader
  /// Windows that will not open, and members without a fresh backup; its other lists are empty.
  FreshnessFindings backups;
  std::string unseen;  // why nobody could see whether backups are fresh; empty where they were seen

  /// Findings that a person should see to.
  [[nodiscard]] std::size_t problems() const;
  /// A group without a member is one: nothing of it is backed up.
  [[nodiscard]] bool all_is_well() const { return problems() == 0 && members > 0; }
};

/// `instances` as in DescribeInstances (terminated ones are left out), `agents` as in
/// DescribeInstanceInformation. Findings are sorted by instance.
/// - An instance that is stopped, or about to be, is listed as that and not as lost
///   (docs/reference/hazards.md P39); its tags are checked all the same. It was stopped by hikae
///   where the settings or its tag hikae:stopped-by say so (docs/reference/reliability.md S1), and
///   then it is a problem: somebody waits for it.
/// - The stop tag has to be exactly "true" or "false" (P6).
/// - The generation tag has to be valid; it may be absent only where the plan says what to keep.
[[nodiscard]] AgentFindings examine(const Array& instances, const Array& agents,
                                    const AgentCheckSettings& settings);

/// Adds what `windows` and `images` tell: windows that will not open, members whose newest good
/// image is older than settings.image_age_max. As long as the windows are younger than that, no
/// member is expected to have one; and none that was launched since.
void add_backups(AgentFindings& findings, const Array& instances,
                 const std::vector<FoundImage>& images, const std::vector<WindowLook>& windows,
                 const AgentCheckSettings& settings, WallTime now);

/// The one message for all, as plain text.
[[nodiscard]] std::string agent_message(const AgentFindings& findings,
                                        const AgentCheckSettings& settings, WallTime now);
[[nodiscard]] std::string agent_subject(const AgentFindings& findings);

}  // namespace hikae::upkeep
