#include "window/task_call.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/hash.h"

namespace hikae::window {
namespace {

using Pseudo = std::vector<std::pair<std::string_view, std::string>>;

constexpr std::string_view kTargetNames[] = {"TARGET_ID", "RESOURCE_ID", "TARGET_TYPE",
                                             "WINDOW_TARGET_ID"};

Pseudo pseudo_of(const Occurrence& o, std::size_t task, const Invocation& one) {
  Pseudo pseudo{{"WINDOW_ID", o.definition.id},
                {"WINDOW_TASK_ID", o.definition.tasks[task].id},
                {"WINDOW_EXECUTION_ID", o.execution_id()},
                {"TASK_EXECUTION_ID", o.task_execution_id(task)},
                {"INVOCATION_ID", o.invocation_id(task, one)}};
  if (one.target.empty()) return pseudo;
  pseudo.insert(pseudo.end(), {{"TARGET_TYPE", "INSTANCE"}, {"WINDOW_TARGET_ID", one.group}});
  // A command has neither: its text stays as it is.
  const bool is_command = o.definition.tasks[task].type == "RUN_COMMAND";
  for (const std::string_view name : {"TARGET_ID", "RESOURCE_ID"})
    pseudo.emplace_back(name, is_command ? fmt::format("{{{{{}}}}}", name) : one.target);
  return pseudo;
}

std::string_view without_spaces(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// The text of one `{{ NAME }}`, or nothing where it is none of the window's own and stays as it
/// is.
Result<std::optional<std::string>> value_of(const Pseudo& pseudo, std::string_view name) {
  for (const auto& [known, value] : pseudo)
    if (known == name) return std::optional(value);
  for (const auto target_name : kTargetNames)
    if (target_name == name)
      return fail(ErrorKind::Invalid,
                  fmt::format("{{{{{}}}}} has no value: the task has no targets; register it with "
                              "a target, or leave the parameter out",
                              name));
  return std::optional<std::string>();
}

Result<std::string> with_pseudo(std::string_view text, const Pseudo& pseudo) {
  std::string out;
  while (true) {
    const auto open = text.find("{{");
    const auto close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) return out.append(text);
    const auto name = without_spaces(text.substr(open + 2, close - open - 2));
    const auto value = TRY(value_of(pseudo, name));
    out.append(text.substr(0, open));
    out.append(value ? std::string_view(*value) : text.substr(open, close + 2 - open));
    text.remove_prefix(close + 2);
  }
}

Result<Value> value_with_pseudo(const Value& value, const Pseudo& pseudo) {
  if (value.is_string()) {
    auto text = TRY(with_pseudo(text_of(value), pseudo));
    return Value(std::move(text));
  }
  if (!value.is_array()) return value;
  Array out;
  for (const auto& item : value.get_array()) out.push_back(TRY(value_with_pseudo(item, pseudo)));
  return Value(std::move(out));
}

Object tag_of(std::string_view key, std::string_view value) {
  return {{"Key", key}, {"Value", value}};
}

Result<Call> automation_call(const Occurrence& o, std::size_t at, const Invocation& one) {
  const auto& task = o.definition.tasks[at];
  const Value automation = object_at(task.parameters, "Automation");
  const auto pseudo = pseudo_of(o, at, one);
  Object parameters;
  for (const auto& [name, value] : object_at(automation, "Parameters"))
    parameters[name] = TRY(value_with_pseudo(value, pseudo));
  Object input{{"DocumentName", task.arn}};
  if (const auto version = text_at(automation, "DocumentVersion"); !version.empty())
    input["DocumentVersion"] = version;
  input["Parameters"] = std::move(parameters);
  input["ClientToken"] =
      uuid_of(fmt::format("{}/{}/{}/{}", o.definition.id, iso(o.instant), task.id, one.target));
  // The close by the calendar, not by when the run came to be: one made late has less time.
  const auto close = iso(o.instant + o.definition.duration);
  input["Tags"] =
      Array{tag_of("hikae:window", o.definition.id),
            tag_of("hikae:window-execution", o.execution_id()), tag_of("hikae:stop-before", close)};
  return Call{"ssm", "StartAutomationExecution", std::move(input), task.role};
}

Result<Call> lambda_call(const Occurrence& o, std::size_t at, const Invocation& one) {
  const auto& task = o.definition.tasks[at];
  const Value lambda = object_at(task.parameters, "Lambda");
  Object input{{"FunctionName", task.arn}, {"InvocationType", "RequestResponse"}};
  for (const std::string_view member : {"Qualifier", "ClientContext"})
    if (const auto* value = find(lambda, member)) input[member] = *value;
  if (const auto* payload = find(lambda, "Payload"))
    input["Payload"] = TRY(value_with_pseudo(*payload, pseudo_of(o, at, one)));
  return Call{"lambda", "Invoke", std::move(input), task.role};
}

/// One command for each instance, so that MaxConcurrency, MaxErrors and overlap hold for each.
Result<Call> run_command_call(const Occurrence& o, std::size_t at, const Invocation& one) {
  const auto& task = o.definition.tasks[at];
  const Value given = object_at(task.parameters, "RunCommand");
  const auto pseudo = pseudo_of(o, at, one);
  Object parameters;
  for (const auto& [name, value] : object_at(given, "Parameters"))
    parameters[name] = TRY(value_with_pseudo(value, pseudo));
  Object input{{"DocumentName", task.arn}, {"InstanceIds", Array{one.target}}};
  for (const std::string_view member :
       {"Comment", "CloudWatchOutputConfig", "DocumentHash", "DocumentHashType", "DocumentVersion",
        "NotificationConfig", "OutputS3BucketName", "OutputS3KeyPrefix", "ServiceRoleArn",
        "TimeoutSeconds"})
    if (const auto* value = find(given, member)) input[member] = *value;
  input["Parameters"] = std::move(parameters);
  // By its comment a command is found again whose sending was not answered.
  if (!input.contains("Comment")) input["Comment"] = "hikae " + o.invocation_id(at, one);
  return Call{"ssm", "SendCommand", std::move(input), task.role};
}

}  // namespace

Result<Call> task_call(const Occurrence& o, std::size_t task, const Invocation& invocation) {
  const auto& type = o.definition.tasks[task].type;
  if (type == "AUTOMATION") return automation_call(o, task, invocation);
  if (type == "LAMBDA") return lambda_call(o, task, invocation);
  if (type == "RUN_COMMAND") return run_command_call(o, task, invocation);
  return fail(ErrorKind::Unsupported,
              fmt::format("task type {}: hikae's windows run AUTOMATION, LAMBDA and RUN_COMMAND "
                          "tasks; call it from an automation document",
                          type));
}

}  // namespace hikae::window
