// The report function: where AWS runs the nights, it tells what would otherwise be silent.
#pragma once

#include "aws/cloud.h"
#include "upkeep/calls.h"
#include "upkeep/failure_report.h"
#include "upkeep/morning_report.h"

namespace hikae::upkeep {

/// Two entries, told apart by the event:
/// - Automation's "EC2 Automation Execution Status-change Notification": report_failure();
/// - EventBridge's "Scheduled Event", or any input without "source": report_morning().
///
/// Members of the event, else of the configuration: TopicArn (or SNS_TOPIC_ARN); Stack (commands
/// in the messages then say --stack); and of the second TagKey and TagValue (the article's where
/// absent), MaxAgeHours (26), WindowIds (a list, or one text with commas), Heartbeat (true: tell
/// also that all is well), Images ("hikae", or "article": images that the article's document made),
/// Installation (upkeep/ours.h).
///
/// Errors: `Invalid` where there is no topic, a member is wrong, or the event is of another kind;
/// else those of the two.
void report_handler(const Context& context, const Value& event, const Value& config,
                    aws::Done done);

/// The second entry's order. Errors: `Invalid`, naming the member.
[[nodiscard]] Result<MorningOrder> read_morning_order(const Value& event, const Value& config);

}  // namespace hikae::upkeep
