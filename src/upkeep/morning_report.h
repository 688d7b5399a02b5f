// The report after the window: reads the group, its images and its windows, and tells once what is
// wrong (upkeep/freshness.h).
#pragma once

#include <string>
#include <vector>

#include "upkeep/calls.h"
#include "upkeep/freshness.h"
#include "upkeep/ours.h"

namespace hikae::upkeep {

enum class Heartbeat { No, Yes };

struct MorningOrder {
  FreshnessSettings settings;
  Owner owner;                          // whose images are meant
  std::vector<std::string> windows;     // ids; may be empty
  Heartbeat heartbeat = Heartbeat::No;  // Yes: tell also that all is well
  std::string topic_arn;
  std::string words;  // as in upkeep/failure_report.h
};

/// Answers {"Members", "WithoutBackup", "Published": bool, "Never": [{"InstanceId", "Name",
/// "Detail"}], "Stale", "LeftStopped", "Windows": […]}. Errors: what a listing answered (that
/// nobody could look is published first); what publishing answered.
void report_morning(const Context& context, MorningOrder order, aws::Done done);

}  // namespace hikae::upkeep
