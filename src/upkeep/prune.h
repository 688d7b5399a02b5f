// Deletes the generations of one instance that the rule does not keep.
//
// Convergent: it looks, decides (retention/retention.h), deletes one image after the other and
// keeps no record. Interrupted anywhere it is simply run again: an image that is gone is not
// listed any more, and snapshots it left behind are found by what EC2 wrote into their description.
// On disk if the process dies: nothing; in EC2: a deregistered image whose snapshots the next run
// deletes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "retention/rule.h"
#include "upkeep/calls.h"
#include "upkeep/images.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {

enum class DryRun { No, Yes };
/// Also look for what deletions of images that hikae did not make left behind, where there is no
/// such image any more.
enum class Sweep { No, Yes };

struct PruneRequest {
  InstanceId instance;
  std::optional<retention::Rule> keep{};  // the plan's
  std::string generation_tag = str(kGenerationTag);
  std::optional<std::string> generations{};  // given by the event: stands for the tag's value
  std::optional<std::vector<FoundImage>> images{};  // already listed; absent: list them
  DryRun dry_run = DryRun::No;
  Sweep sweep = Sweep::No;
};

/// `done` gets the report, later:
///   {"InstanceId", "DryRun", "Rule" ("the newest 3"; "everything"), "RuleSource",
///    "GoodBefore", "GoodAfter",
///    "Images": [{"ImageId", "Name", "CreationDate", "State", "Good", "Verdict": "keep"|"delete",
///       "Reason", "Outcome": "kept"|"planned"|"deleted"|"partly"|"skipped"|"failed",
///       "Detail" (what stood in the way), "Snapshots": [{"SnapshotId", "Outcome", "Detail"}]}],
///    "Leftovers": [{"SnapshotId", "ImageId", "Outcome", "Detail"}],
///    "Warnings": [text], "Errors": [text]}
/// Images stand newest first. An item that fails is put into Errors and the rest goes on.
/// An error only where nothing could be decided: images or tags could not be read.
void prune(const Context& context, PruneRequest request, aws::Done done);

}  // namespace hikae::upkeep
