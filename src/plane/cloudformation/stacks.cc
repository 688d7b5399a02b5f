// Stacks: create, update, delete (docs/reference/schedules-events-sns-lambda-cfn.md 5). A stack's
// row points at its latest operation, a machine; what it has become is that machine's record.
#include <algorithm>

#include "aws/errors.h"
#include "base/entropy.h"
#include "base/hash.h"
#include "plane/cloudformation/cloudformation.h"
#include "stack/operation.h"
#include "stack/template.h"
#include "text/json.h"

namespace hikae::plane {
namespace {

constexpr std::string_view kStackRows = "stack";

std::unexpected<Error> validation_error(std::string message) {
  return aws::aws_error("ValidationError", std::move(message));
}

MachineId operation_id(const Scope& scope, const Value& row) {
  return {scope, str(stack::kStackKind), str(text_at(row, "Operation"))};
}

/// By name, or by the id (an ARN whose second part is the name).
Result<const Value*> stack_row(const Ask& ask, std::string_view name_or_id) {
  for (const auto& [name, row] : ask.rows(kStackRows))
    if (name == name_or_id || text_at(row, "StackId") == name_or_id) return &row;
  return validation_error("Stack with id " + str(name_or_id) + " does not exist");
}

struct StackState {
  Value described;  // describe_stack, or the outcome
  bool finished = false;
};

StackState state_of(const Ask& ask, const Value& row) {
  const auto view = ask.turn.kernel().view(operation_id(ask.scope, row));
  if (!view) return {Object{}, true};
  if (view->ended_at) return {view->outcome, true};
  return {stack::describe_stack(view->record), false};
}

Result<stack::Template> template_in(const Ask& ask) {
  const auto body = text_at(ask.input, "TemplateBody");
  if (body.empty())
    return validation_error(
        "give the template as TemplateBody; templates by URL need the S3 of a "
        "later version");
  text::Diagnostics problems;
  auto read = stack::read_template(body, problems);
  if (!read) return validation_error("Template format error: " + read.error().message);
  return read;
}

Result<stack::Template> checked_template(const Ask& ask, const stack::Checkers& checkers) {
  auto read = TRY(template_in(ask));
  const auto problems = stack::validate(read, checkers);
  if (text::has_errors(problems))
    return validation_error("Template validation error: " +
                            text::as_error(problems, "template").message);
  return read;
}

/// [{ParameterKey, ParameterValue}] as {key: value}; UsePreviousValue takes the one before.
Object parameters_in(const Ask& ask, const Value* previous) {
  Object parameters;
  for (const auto& parameter : list_at(ask.input, "Parameters")) {
    const auto key = text_at(parameter, "ParameterKey");
    if (is_true_at(parameter, "UsePreviousValue") && previous)
      parameters[key] = text_at(object_at(*previous, "Parameters"), key);
    else
      parameters[key] = text_at(parameter, "ParameterValue");
  }
  return parameters;
}

/// A template that names roles needs the caller's word for it.
Result<> check_capabilities(const Ask& ask, const stack::Template& source) {
  bool any = false;
  bool named = false;
  for (const auto& [id, resource] : source.resources()) {
    if (!text_at(resource, "Type").starts_with("AWS::IAM::")) continue;
    any = true;
    named |= find_path(resource, {"Properties", "RoleName"}) != nullptr;
  }
  if (!any) return {};
  const auto& given = list_at(ask.input, "Capabilities");
  const auto has = [&](std::string_view name) {
    return std::any_of(given.begin(), given.end(),
                       [&](const Value& v) { return text_of(v) == name; });
  };
  if (has("CAPABILITY_NAMED_IAM") || (!named && has("CAPABILITY_IAM"))) return {};
  return aws::aws_error("InsufficientCapabilitiesException",
                        std::string("Requires capabilities : [") +
                            (named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM") + "]");
}

/// Starts the operation's machine and points the row at it.
Value begin_operation(const Ask& ask, Object row, std::string_view kind, Value input) {
  const auto operation = uuid_of("stack-operation/" + random_hex(ask.turn.entropy(), 32));
  row["Operation"] = operation;
  auto& members = input.as_object();
  members["StackName"] = text_at(row, "StackName");
  members["StackId"] = text_at(row, "StackId");
  members["Operation"] = kind;
  const auto stack_id = str(text_at(row, "StackId"));
  ask.turn.start({ask.scope, str(stack::kStackKind), operation}, std::move(input));
  const auto name = str(text_at(row, "StackName"));
  ask.put(kStackRows, name, std::move(row));
  return Object{{"StackId", stack_id}};
}

bool is_gone(std::string_view status) {
  return status == "DELETE_COMPLETE" || status == "ROLLBACK_COMPLETE" || status.empty();
}

Result<Value> create_stack(const Ask& ask, const stack::Checkers& checkers) {
  const auto name = str(text_at(ask.input, "StackName"));
  if (const auto* old = ask.row(kStackRows, name)) {
    const auto state = state_of(ask, *old);
    if (!state.finished || text_at(state.described, "Status") != "DELETE_COMPLETE")
      return aws::aws_error("AlreadyExistsException", "Stack [" + name + "] already exists");
  }
  const auto source = TRY(checked_template(ask, checkers));
  TRY_DO(check_capabilities(ask, source));
  const auto id = arn_of("cloudformation", ask.scope,
                         "stack/" + name + "/" + uuid_of(random_hex(ask.turn.entropy(), 32)));
  Object row{{"StackName", name},
             {"StackId", id},
             {"CreationTime", iso_ms(ask.turn.now())},
             {"Description", text_at(source.value, "Description")},
             {"TemplateBody", text_at(ask.input, "TemplateBody")}};
  return begin_operation(
      ask, std::move(row), "create",
      Object{{"Template", source.value}, {"Parameters", parameters_in(ask, nullptr)}});
}

Result<const Value*> changeable(const Ask& ask, StackState& state) {
  const auto* row = TRY(stack_row(ask, text_at(ask.input, "StackName")));
  state = state_of(ask, *row);
  if (!state.finished)
    return validation_error("Stack " + str(text_at(*row, "StackName")) + " is in " +
                            str(text_at(state.described, "Status")) +
                            " state and can not be updated.");
  return row;
}

Result<Value> update_stack(const Ask& ask, const stack::Checkers& checkers) {
  StackState state;
  auto row = *TRY(changeable(ask, state));
  const auto status = text_at(state.described, "Status");
  if (is_gone(status))
    return validation_error("Stack " + str(text_at(row, "StackName")) + " is in " + str(status) +
                            " state and can not be updated; delete it and create it again");
  const auto source = TRY(checked_template(ask, checkers));
  TRY_DO(check_capabilities(ask, source));
  const auto parameters = parameters_in(ask, &state.described);
  if (text_at(row, "TemplateBody") == text_at(ask.input, "TemplateBody") && parameters.empty())
    return validation_error("No updates are to be performed.");
  auto& members = row.as_object();
  members["TemplateBody"] = text_at(ask.input, "TemplateBody");
  members["LastUpdatedTime"] = iso_ms(ask.turn.now());
  return begin_operation(
      ask, members, "update",
      Object{
          {"Template", source.value}, {"Parameters", parameters}, {"Previous", state.described}});
}

Result<Value> delete_stack(const Ask& ask) {
  if (!stack_row(ask, text_at(ask.input, "StackName"))) return Object{};
  StackState state;
  const auto row = *TRY(changeable(ask, state));
  if (text_at(state.described, "Status") == "DELETE_COMPLETE") return Object{};
  (void)begin_operation(ask, row.get_object(), "delete", Object{{"Previous", state.described}});
  return Object{};
}

Result<Value> validate_template(const Ask& ask, const stack::Checkers& checkers) {
  const auto source = TRY(checked_template(ask, checkers));
  Array parameters;
  for (const auto& [name, definition] : source.parameters())
    parameters.push_back(Object{{"ParameterKey", name},
                                {"DefaultValue", text_at(definition, "Default")},
                                {"Description", text_at(definition, "Description")}});
  return Object{{"Parameters", std::move(parameters)},
                {"Description", text_at(source.value, "Description")}};
}

Value described_stack(const Ask& ask, const Value& row) {
  const auto state = state_of(ask, row);
  Object stack{{"StackName", text_at(row, "StackName")},
               {"StackId", text_at(row, "StackId")},
               {"CreationTime", text_at(row, "CreationTime")},
               {"StackStatus", text_at(state.described, "Status")},
               {"StackStatusReason", text_at(state.described, "StatusReason")},
               {"DisableRollback", false}};
  Array outputs;
  for (const auto& [key, value] : object_at(state.described, "Outputs"))
    outputs.push_back(Object{{"OutputKey", key}, {"OutputValue", value}});
  stack["Outputs"] = std::move(outputs);
  return stack;
}

Result<Value> describe_stacks(const Ask& ask) {
  const auto wanted = text_at(ask.input, "StackName");
  Array stacks;
  if (!wanted.empty()) {
    stacks.push_back(described_stack(ask, *TRY(stack_row(ask, wanted))));
    return Object{{"Stacks", std::move(stacks)}};
  }
  for (const auto& [name, row] : ask.rows(kStackRows)) {
    auto stack = described_stack(ask, row);
    if (text_at(stack, "StackStatus") != "DELETE_COMPLETE") stacks.push_back(std::move(stack));
  }
  return Object{{"Stacks", std::move(stacks)}};
}

/// Those that are there, in order of making, then those that failed or are gone.
Result<Value> describe_resources(const Ask& ask) {
  const auto* row = TRY(stack_row(ask, text_at(ask.input, "StackName")));
  const auto state = state_of(ask, *row);
  const auto& made = object_at(state.described, "Resources");
  const auto& statuses = object_at(state.described, "Statuses");
  Array resources;
  const auto show = [&](std::string_view id, const Value& resource, const Value& latest) {
    Object shown{{"StackName", text_at(*row, "StackName")},
                 {"StackId", text_at(*row, "StackId")},
                 {"LogicalResourceId", id},
                 {"PhysicalResourceId",
                  text_at(resource, "PhysicalId", text_at(latest, "PhysicalResourceId"))},
                 {"ResourceType", text_at(resource, "Type", text_at(latest, "ResourceType"))},
                 {"Timestamp", text_at(latest, "Timestamp", text_at(*row, "CreationTime"))},
                 {"ResourceStatus", text_at(latest, "ResourceStatus", "CREATE_COMPLETE")}};
    if (const auto why = text_at(latest, "ResourceStatusReason"); !why.empty())
      shown["ResourceStatusReason"] = why;
    resources.push_back(std::move(shown));
  };
  static const Value kNothing = Object{};
  for (const auto& [id, resource] : made) {
    const auto* latest = statuses.if_contains(id);
    show(id, resource, latest ? *latest : kNothing);
  }
  for (const auto& [id, latest] : statuses)
    if (!made.contains(id)) show(id, kNothing, latest);
  return Object{{"StackResources", std::move(resources)}};
}

Result<Value> describe_events(const Ask& ask) {
  const auto* row = TRY(stack_row(ask, text_at(ask.input, "StackName")));
  const auto state = state_of(ask, *row);
  Array events;
  for (const auto& event : list_at(state.described, "Events")) {
    auto shown = event.get_object();
    shown["StackName"] = text_at(*row, "StackName");
    shown["StackId"] = text_at(*row, "StackId");
    shown["EventId"] = uuid_of(text::to_json(event));
    events.insert(events.begin(), std::move(shown));
  }
  return Object{{"StackEvents", std::move(events)}};
}

Result<Value> get_template(const Ask& ask) {
  const auto* row = TRY(stack_row(ask, text_at(ask.input, "StackName")));
  return Object{{"TemplateBody", text_at(*row, "TemplateBody")}};
}

}  // namespace

CloudFormation::CloudFormation(engine::Kernel& kernel, stack::Checkers checkers)
    : Service("cloudformation", kernel), checkers_(std::move(checkers)) {
  add_changes();
  add_views();
}

void CloudFormation::add_changes() {
  on("CreateStack", [this](const Ask& ask) { return create_stack(ask, checkers_); });
  on("UpdateStack", [this](const Ask& ask) { return update_stack(ask, checkers_); });
  on("DeleteStack", delete_stack);
  on("ValidateTemplate", [this](const Ask& ask) { return validate_template(ask, checkers_); });
}

void CloudFormation::add_views() {
  on("DescribeStacks", describe_stacks);
  on("DescribeStackResources", describe_resources);
  on("DescribeStackEvents", describe_events);
  on("GetTemplate", get_template);
}

}  // namespace hikae::plane
