// What a mail about a run or an instance knows, read from what ssm and ec2 answered: each of the
// two may have failed, and what is then unknown is said to be unknown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace hikae::delivery {

/// The answers; nullopt: not asked.
struct Answers {
  std::optional<Result<Value>> run;        // ssm:GetAutomationExecution
  std::optional<Result<Value>> instances;  // ec2:DescribeInstances
};

enum class Power { Unknown, Running, Stopped, Changing, Gone };

struct InstanceFacts {
  std::string id;    // empty: not known
  std::string name;  // its Name tag, as it is: not yet cleaned
  Power power = Power::Unknown;
  std::string state;              // EC2's word, or why it is not known
  std::optional<WallTime> since;  // when it was stopped
};

struct StepFacts {
  std::string name;
  std::string action;     // "aws:executeAwsApi"
  std::string operation;  // "CreateImage", where the step calls one
  std::string status;
  std::string error_code;
  std::string message;  // AWS's own words
};

enum class ImageState { Unknown, None, Unverified, Available };

struct ImageFacts {
  ImageState state = ImageState::Unknown;
  std::string id;
};

struct RunFacts {
  std::string id;
  std::string document;
  std::string version;
  std::string status;
  std::string parent;
  std::string executed_by;
  std::string start;  // as AWS wrote it
  std::string end;
  std::string unknown;  // why the run's steps are not known; empty: they are
  std::optional<StepFacts> failed;
  ImageFacts image;
};

/// Whether the event tells the end, or a change, of a run of a document.
[[nodiscard]] bool is_run_event(const Value& event);
/// The instance the run is about: the parameter InstanceId, else the first i-… among the
/// parameters; empty where there is none.
[[nodiscard]] std::string instance_of_run(const Value& run_answer);
/// The instance an event names by itself (detail.InstanceId, or its one resource).
[[nodiscard]] std::string instance_of_event(const Value& event);

[[nodiscard]] RunFacts read_run(const Value& event, const Answers& answers);
[[nodiscard]] InstanceFacts read_instance(std::string id, const Answers& answers);

}  // namespace hikae::delivery
