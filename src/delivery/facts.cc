#include "delivery/facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/stop_reason.h"
#include "delivery/clean.h"
#include "text/json.h"

namespace hikae::delivery {
namespace {

constexpr std::string_view kExecutionChange = "EC2 Automation Execution Status-change Notification";

std::string first_instance_in(const Value& value) {
  if (const auto* text = value.if_string())
    return is_instance_id(*text) ? std::string(*text) : std::string();
  if (const auto* list = value.if_array())
    for (const auto& item : *list)
      if (auto id = first_instance_in(item); !id.empty()) return id;
  return {};
}

/// The text of a step's input, which is shown as JSON text: "\"CreateImage\"".
std::string input_text(const Value& step, std::string_view name) {
  const auto shown = text_at(object_at(step, "Inputs"), name);
  const auto value = text::parse_json(shown);
  return std::string(value && value->is_string() ? text_of(*value) : shown);
}

/// "create_image", "createImage" -> "CreateImage".
std::string operation_of(const Value& step) {
  if (text_at(step, "Action") == "aws:createImage") return "CreateImage";
  std::string name;
  bool upper = true;
  for (const char c : input_text(step, "Api")) {
    if (c == '_' || c == '-') {
      upper = true;
      continue;
    }
    name += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    upper = false;
  }
  return name;
}

std::string_view between(std::string_view text, std::string_view from, std::string_view to) {
  const auto begin = text.find(from);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + from.size());
  return text.substr(0, text.find(to));
}

/// AWS's sentence without the frame that Automation puts round it.
std::string_view without_frame(std::string_view message) {
  constexpr std::string_view kRefer = " Please refer to Automation Service Troubleshooting Guide";
  message = message.substr(0, message.find(kRefer));
  const auto error = message.find("An error occurred (");
  return error == std::string_view::npos ? message : message.substr(error);
}

StepFacts step_facts(const Value& step) {
  StepFacts facts;
  facts.name = text_at(step, "StepName");
  facts.action = text_at(step, "Action");
  facts.operation = operation_of(step);
  facts.status = text_at(step, "StepStatus");
  const auto message = text_at(step, "FailureMessage");
  facts.error_code = between(message, "An error occurred (", ")");
  facts.message = without_frame(message);
  return facts;
}

bool went_wrong(const Value& step) {
  const auto status = text_at(step, "StepStatus");
  return status == "Failed" || status == "TimedOut" || status == "Cancelled";
}

bool makes_image(const Value& step) { return operation_of(step) == "CreateImage"; }

std::string first_image_in(const Value& value) {
  if (const auto* text = value.if_string())
    return is_image_id(*text) ? std::string(*text) : std::string();
  if (const auto* list = value.if_array())
    for (const auto& item : *list)
      if (auto id = first_image_in(item); !id.empty()) return id;
  return {};
}

std::string image_made_by(const Value& step) {
  for (const auto& [name, value] : object_at(step, "Outputs"))
    if (auto id = first_image_in(value); !id.empty()) return id;
  return {};
}

ImageFacts image_of_run(const Value& run) {
  ImageFacts image;
  bool asked_for = false;
  for (const auto& step : list_at(run, "StepExecutions")) {
    const auto status = text_at(step, "StepStatus");
    if (!makes_image(step) || status == "Pending") continue;
    asked_for = true;
    if (image.id.empty()) image.id = image_made_by(step);
    // A time-out leaves open whether AWS made one.
    if (status == "TimedOut" || status == "Cancelled") return image;
  }
  if (image.id.empty())
    image.state = asked_for || !list_at(run, "StepExecutions").empty() ? ImageState::None
                                                                       : ImageState::Unknown;
  else
    image.state = text_at(run, "AutomationExecutionStatus") == "Success" ? ImageState::Available
                                                                         : ImageState::Unverified;
  return image;
}

Power power_of(std::string_view state) {
  if (state == "running") return Power::Running;
  if (state == "stopped") return Power::Stopped;
  if (state == "terminated" || state == "shutting-down") return Power::Gone;
  return state == "pending" || state == "stopping" ? Power::Changing : Power::Unknown;
}

const Value* instance_with(const Value& answer, std::string_view id) {
  for (const auto& reservation : list_at(answer, "Reservations"))
    for (const auto& instance : list_at(reservation, "Instances"))
      if (text_at(instance, "InstanceId") == id) return &instance;
  return nullptr;
}

void read_described(const Value& instance, InstanceFacts& facts) {
  facts.state = text_at(object_at(instance, "State"), "Name");
  facts.power = power_of(facts.state);
  if (facts.power == Power::Stopped)
    facts.since = time_in_reason(text_at(instance, "StateTransitionReason"));
  for (const auto& tag : list_at(instance, "Tags"))
    if (text_at(tag, "Key") == "Name") facts.name = text_at(tag, "Value");
}

}  // namespace

bool is_run_event(const Value& event) {
  return text_at(event, "source") == "aws.ssm" && text_at(event, "detail-type") == kExecutionChange;
}

std::string instance_of_run(const Value& run_answer) {
  const auto* run = find(run_answer, "AutomationExecution");
  if (!run) return {};
  const auto& parameters = object_at(*run, "Parameters");
  if (const auto* named = find(parameters, "InstanceId"))
    if (auto id = first_instance_in(*named); !id.empty()) return id;
  for (const auto& [name, value] : parameters)
    if (auto id = first_instance_in(value); !id.empty()) return id;
  return {};
}

std::string instance_of_event(const Value& event) {
  const auto named = text_at(object_at(event, "detail"), "InstanceId");
  return is_instance_id(named) ? std::string(named) : std::string();
}

RunFacts read_run(const Value& event, const Answers& answers) {
  const auto& detail = object_at(event, "detail");
  RunFacts facts;
  facts.id = text_at(detail, "ExecutionId");
  facts.document = text_at(detail, "Definition");
  facts.status = text_at(detail, "Status");
  facts.start = text_at(detail, "StartTime");
  facts.end = text_at(detail, "EndTime");
  facts.executed_by = text_at(detail, "ExecutedBy");
  if (!answers.run) {
    facts.unknown = "it was not asked for";
    return facts;
  }
  if (!*answers.run) {
    facts.unknown = answers.run->error().text();
    return facts;
  }
  const auto* run = find(**answers.run, "AutomationExecution");
  if (!run) {
    facts.unknown = "the answer held no run";
    return facts;
  }
  facts.version = text_at(*run, "DocumentVersion");
  facts.parent = text_at(*run, "ParentAutomationExecutionId");
  facts.start = text_at(*run, "ExecutionStartTime", facts.start);
  facts.end = text_at(*run, "ExecutionEndTime", facts.end);
  const auto& steps = list_at(*run, "StepExecutions");
  const auto failed = std::ranges::find_if(steps, went_wrong);
  if (failed != steps.end()) facts.failed = step_facts(*failed);
  facts.image = image_of_run(*run);
  return facts;
}

InstanceFacts read_instance(std::string id, const Answers& answers) {
  InstanceFacts facts;
  facts.id = std::move(id);
  if (facts.id.empty()) {
    facts.state = "which instance it is about is not known";
  } else if (!answers.instances) {
    facts.state = "it was not looked at";
  } else if (!*answers.instances) {
    const auto& error = answers.instances->error();
    if (error.code.starts_with("InvalidInstanceID")) facts.power = Power::Gone;
    facts.state = error.text();
  } else if (const auto* instance = instance_with(**answers.instances, facts.id)) {
    read_described(*instance, facts);
  } else {
    facts.power = Power::Gone;
    facts.state = "EC2 does not know it (any more)";
  }
  return facts;
}

}  // namespace hikae::delivery
