// What a pruning of one instance found and did, as the report that prune.h describes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "retention/retention.h"
#include "upkeep/deletion.h"
#include "upkeep/images.h"
#include "upkeep/look.h"
#include "upkeep/prune.h"

namespace hikae::upkeep {

struct PruneRow {
  FoundImage found;
  retention::Decision decision;
  ImageOutcome outcome{};
  bool is_settled = false;  // its outcome is final: later looks change nothing
};

struct PruneReport {
  InstanceId instance;
  std::string plan;
  DryRun dry_run = DryRun::No;
  retention::Choice choice;
  std::map<ImageId, PruneRow> rows;
  std::vector<SnapshotOutcome> leftovers;
  std::vector<std::string> warnings;
  std::vector<std::string> errors;
  int good_before = 0;

  /// Takes over what a look shows; rows that it does not show any more are "gone".
  void add(const Look& look);
  void settle(const ImageId& id, ImageOutcome outcome);
  [[nodiscard]] bool is_settled(const ImageId& id) const;
  [[nodiscard]] Value to_value() const;
};

}  // namespace hikae::upkeep
