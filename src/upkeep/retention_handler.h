// The retention function: what `lmd-del-backup-gen` is in the article, answered by hikae itself.
#pragma once

#include "aws/cloud.h"
#include "upkeep/calls.h"

namespace hikae::upkeep {

/// Two shapes of events:
/// - hikae's own: {"InstanceId", "Keep"? (retention/rule.h), "GenerationTag"?, "Installation"?,
///   "Plan"?, "DryRun"?, "TopicArn"?}: the images that hikae-backup made of that instance for that
///   plan (upkeep/of_plan.h), in the installation of that name, go by the instance's generation
///   tag, else by Keep.
/// - the article's: {"ServerName", "gen", "DryRun"?, "TopicArn"?}: of the images whose Name tag is
///   exactly ServerName and that hikae-backup did not make, those of each source instance go by
///   themselves, `gen` of each are kept.
/// upkeep/ours.h says which images either means. DryRun is true or "true". `config` stands in for
/// members the event lacks ("TopicArn", or the environment's "SNS_TOPIC_ARN").
///
/// Answers {"Deleted": count, "Instances": [reports, upkeep/prune.h], "Warnings": [text],
/// "Errors": [text], "Published": bool}. An invalid `gen` or generation tag keeps everything and
/// is a warning.
///
/// Told once: warnings and failed items are published to the topic, as one message. Where there is
/// no topic, or publishing fails, failed items make the whole answer an error instead
/// ("RetentionIncomplete"), and a failed publication of warnings is that error. A dry run publishes
/// nothing. Other errors: `Invalid` where the event fits neither shape; what the listings answered.
void retention_handler(const Context& context, const Value& event, const Value& config,
                       aws::Done done);

}  // namespace hikae::upkeep
