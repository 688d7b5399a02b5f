// Findings about machines, as the sections of one message.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace hikae::upkeep {

/// One machine under one heading. The id and the name are as EC2 gave them; `detail` is fit to be
/// read already (base/escape.h).
struct Finding {
  std::string instance;
  std::string name;    // its Name tag; may be empty
  std::string detail;  // "last ping 2026-01-01T18:00:00Z", "BackupEC2StopStart is \"True\""
};

/// Heading, count, what to do, and a line each (200 at most); nothing where there are no findings.
void append_section(std::string& out, std::string_view title, std::string_view advice,
                    const std::vector<Finding>& findings);
/// [{"InstanceId", "Name", "Detail"}]
[[nodiscard]] Array finding_list(const std::vector<Finding>& findings);

}  // namespace hikae::upkeep
