// What a pruning of one instance found and did, as the report that prune.h describes.
#pragma once

#include <string>
#include <vector>

#include "retention/retention.h"
#include "upkeep/deletion.h"
#include "upkeep/images.h"
#include "upkeep/prune.h"

namespace hikae::upkeep {

struct PruneReport {
  InstanceId instance;
  DryRun dry_run = DryRun::No;
  retention::Choice choice;
  std::vector<FoundImage> images;
  retention::Plan plan;
  std::vector<ImageOutcome> outcomes;  // one for each image
  std::vector<SnapshotOutcome> leftovers;
  std::vector<std::string> warnings;
  std::vector<std::string> errors;

  [[nodiscard]] Value to_value() const;
};

}  // namespace hikae::upkeep
