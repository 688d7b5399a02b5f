// What the rule for failed runs calls where AWS runs the documents. SNS would send the raw event,
// which names neither instance nor step nor error (docs/reference/hazards.md P3).
#pragma once

#include <string>

#include "upkeep/calls.h"

namespace hikae::upkeep {

struct FailureOrder {
  std::string topic_arn;
  std::string words;  // behind every command of hikae in the message: "--stack night"
};

/// `event` is Automation's status change of a run. Reads the run, with all its steps, and its
/// instance; publishes one message that names instance, step, what went wrong, whether the instance
/// runs now, and what to do. What cannot be read is told to be unknown, with the reason. A run that
/// did not end badly is not told.
///
/// Answers {"Published": bool, "ExecutionId", "Status", and where it was told "InstanceId", "Step",
/// "Power" ("running"), "Subject"}. Errors: `Invalid` without an execution id; what publishing
/// answered.
void report_failure(const Context& context, FailureOrder order, Value event, aws::Done done);

}  // namespace hikae::upkeep
