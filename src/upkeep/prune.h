// Deletes the generations of one instance that the rule does not keep.
//
// The problem: between a look and a deletion the world goes on. Somebody deregisters an image by
// hand, puts one on hold, changes the tag; and every deletion of a list made a minute ago may be
// the one that leaves fewer than N.
//
// The idea: one look, one decision, one deletion. Directly before each DeregisterImage all images
// and tags of the instance are read again and all is decided again (retention/retention.h); only
// what may still go by that look goes, and the call is sent once: before it is repeated there is
// another look. One pruning of an instance at a time (upkeep/turns.h).
//
// Convergent, and without a record of its own: interrupted anywhere it is simply run again. An
// image that is gone is not listed any more, and snapshots it left behind are found by what was
// written into them at birth. On disk if the process dies: nothing; in EC2: a deregistered image
// whose snapshots the next run deletes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "retention/rule.h"
#include "upkeep/calls.h"
#include "upkeep/ours.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {

enum class DryRun { No, Yes };

struct PruneRequest {
  InstanceId instance;
  Owner owner{};              // whose images are meant; all others are foreign
  std::string plan{};         // whose images may go (upkeep/of_plan.h); empty: nobody's
  std::string server_name{};  // of the article's: only images with exactly this Name tag
  std::optional<retention::Rule> keep{};  // the plan's
  std::string generation_tag = str(kGenerationTag);
  std::optional<std::string> generations{};  // given by the event: stands for the tag's value
  DryRun dry_run = DryRun::No;
};

/// `done` gets the report, later:
///   {"InstanceId", "Plan", "DryRun", "Rule" ("the newest 3"; "everything"), "RuleSource",
///    "GoodBefore", "GoodAfter", "Foreign" (how many were listed and are not ours),
///    "Images": [{"ImageId", "Name", "CreationDate", "State", "Good", "Foreign",
///       "Verdict": "keep"|"delete", "Reason" (retention/retention.h),
///       "Outcome": "kept"|"planned"|"deleted"|"partly"|"skipped"|"failed"|"gone",
///       "Detail" (what stood in the way), "Snapshots": [{"SnapshotId", "Outcome", "Detail"}]}],
///    "Leftovers": [{"SnapshotId", "ImageId", "Outcome", "Detail"}],
///    "Warnings": [text], "Errors": [text]}
/// Images stand newest first, each with the verdict of the last look that showed it; "gone" is one
/// that somebody else removed meanwhile. An item that fails is put into Errors and the rest goes
/// on; where a look in between fails, nothing more is deleted. An error only where nothing could be
/// decided: images or tags could not be read.
void prune(const Context& context, PruneRequest request, aws::Done done);

}  // namespace hikae::upkeep
