// The agent check: what `lmd-ssmagentcheck-send-sns` is in the article, answered by hikae itself.
// Some time before the window it says which members of the group will make trouble.
#pragma once

#include "aws/cloud.h"
#include "upkeep/agent_findings.h"
#include "upkeep/calls.h"

namespace hikae::upkeep {

/// Reads the configuration: TagKey, TagValue, TopicArn (or the environment's SNS_TOPIC_ARN),
/// StopTag, GenerationTag, Keep (retention/rule.h), Installation; of the event alone WindowIds (of
/// the plan) and MaxAgeHours (of a fresh backup). What is absent is the article's. Members of
/// `event` go before those of `config`, which alone may say LeftStopped ([{"InstanceId",
/// "Detail"}]: what hikae stopped and has not started again). Errors: `Invalid` where there is no
/// topic, or Keep is wrong.
[[nodiscard]] Result<AgentCheckSettings> read_agent_settings(const Value& event,
                                                             const Value& config);

/// Looks at all members of the group and publishes one message for all findings; nothing where all
/// is well. Answers {"Members", "Problems", "Published": bool, "Lost": [{"InstanceId", "Name",
/// "Detail"}], "Inactive", "Unregistered", "StopTag", "GenerationTag", "LeftStopped", "Stopped",
/// "Windows", "Never", "Stale": […]}. Windows that are disabled or ended, and members without a
/// fresh backup, are told too (docs/reference/hazards.md P5); that images cannot be listed is told
/// with the rest.
///
/// Errors: the settings'; what a listing answered (that the check failed is published first); what
/// publishing answered. None is swallowed (docs/reference/hazards.md P39).
void agent_check_handler(const Context& context, const Value& event, const Value& config,
                         aws::Done done);

}  // namespace hikae::upkeep
