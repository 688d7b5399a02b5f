#include "plane/cloudformation/stack_rows.h"

#include <algorithm>

#include "base/entropy.h"
#include "base/hash.h"
#include "stack/operation.h"

namespace hikae::plane::cfn {
namespace {

/// What an update changes and its rollback restores.
const std::initializer_list<std::string_view> kChanging{
    "TemplateBody", "Given", "Lookups", "Hidden", "Tags", "Description", "Outputs", "Imports"};

bool is_deleted(const Ask& ask, const Value& row) {
  return state_of(ask, row).status() == "DELETE_COMPLETE";
}

std::unexpected<Error> no_stack(std::string_view name_or_id) {
  return validation_error("Stack with id " + str(name_or_id) + " does not exist");
}

}  // namespace

std::unexpected<Error> validation_error(std::string message) {
  return aws::aws_error("ValidationError", std::move(message));
}

Result<> check_stack_name(std::string_view member, std::string_view name) {
  const auto first = name.empty() ? ' ' : name.front();
  const bool begins = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  if (begins && is_name(name, "-", 128)) return {};
  return validation_error("1 validation error detected: Value '" + str(name) + "' at '" +
                          str(member) +
                          "' failed to satisfy constraint: Member must satisfy regular expression "
                          "pattern: [a-zA-Z][-a-zA-Z0-9]* (at most 128 characters)");
}

MachineId operation_id(const Scope& scope, std::string_view operation) {
  return {scope, str(stack::kStackKind), str(operation)};
}

Result<const Value*> stack_row(const Ask& ask, std::string_view name_or_id) {
  if (!name_or_id.starts_with("arn:")) {
    const auto* row = ask.row(kStackRows, name_or_id);
    return row && !is_deleted(ask, *row) ? Result<const Value*>(row) : no_stack(name_or_id);
  }
  for (const auto& [name, row] : ask.rows(kStackRows))
    if (text_at(row, "StackId") == name_or_id) return &row;
  return no_stack(name_or_id);
}

StackState state_of(const Ask& ask, const Value& row) {
  const auto operation = text_at(row, "Operation");
  if (operation.empty()) return {Object{{"Status", "REVIEW_IN_PROGRESS"}}, true};
  const auto view = ask.turn.kernel().view(operation_id(ask.scope, operation));
  if (!view) {
    const auto* kept = find(row, "Outcome");
    return {kept ? *kept : Value(Object{}), true};
  }
  if (view->ended_at) return {view->outcome, true};
  return {stack::describe_stack(view->record), false};
}

void keep_outcome(const Ask& ask, std::string_view id, const StackState& state) {
  const auto* row = ask.row(kStackRows, id);
  if (!row || !state.is_finished || find(*row, "Outcome") || !find(*row, "Operation")) return;
  auto kept = *row;
  auto outcome = state.described;
  outcome.as_object().erase("Events");  // they go with the record
  kept.as_object()["Outcome"] = std::move(outcome);
  ask.put(kStackRows, id, std::move(kept));
}

Value settled(const Value& row, const StackState& state) {
  const auto* before = find(row, "Before");
  if (!before || !state.status().starts_with("UPDATE_ROLLBACK_")) return row;
  auto restored = row.get_object();
  for (const auto& [member, value] : before->get_object()) restored[member] = value;
  return restored;
}

Object new_stack_row(const Ask& ask, std::string_view name) {
  const auto id = arn_of("cloudformation", ask.scope,
                         "stack/" + str(name) + "/" + uuid_of(random_hex(ask.turn.entropy(), 32)));
  return Object{{"StackName", name}, {"StackId", id}, {"CreationTime", iso_ms(ask.turn.now())}};
}

void take_over(const Ask& ask, Object& row, const Wanted& wanted) {
  Object before;
  for (const auto member : kChanging)
    if (const auto* value = row.if_contains(member)) before[member] = *value;
  row["Before"] = std::move(before);
  row["TemplateBody"] = wanted.body;
  row["Given"] = wanted.given;
  row["Lookups"] = wanted.lookups;
  row["Hidden"] = wanted.hidden;
  row["Tags"] = wanted.tags;
  row["Imports"] = wanted.imports;
  row["Description"] = text_at(wanted.source.value, "Description");
  Object outputs;
  for (const auto& [key, output] : wanted.source.outputs())
    outputs[key] = members_of_object(output, {"Description", "Export"});
  row["Outputs"] = std::move(outputs);
  for (const auto member : {"Capabilities", "NotificationARNs", "RoleARN", "DisableRollback",
                            "TimeoutInMinutes", "RollbackConfiguration"})
    if (const auto* value = find(ask.input, member)) row[member] = *value;
}

void begin_operation(const Ask& ask, Object row, std::string_view kind, Object input) {
  const auto operation = uuid_of("stack-operation/" + random_hex(ask.turn.entropy(), 32));
  if (const auto* last = row.if_contains("Operation")) {
    if (!row.contains("Earlier")) row["Earlier"] = Array();
    auto& earlier = row["Earlier"].as_array();
    earlier.push_back(*last);
    if (earlier.size() > kEarlierOperations) earlier.erase(earlier.begin());
  }
  row["Operation"] = operation;
  row.erase("Outcome");
  for (const auto* member : {"StackName", "StackId"}) input[member] = row[member];
  input["Operation"] = kind;
  // In whose name resources are made: the role that was handed over, else whoever asks.
  const auto role = text_at(row, "RoleARN");
  if (const auto caller = role.empty() ? ask.caller : role; !caller.empty())
    input["Caller"] = caller;
  ask.turn.start(operation_id(ask.scope, operation), std::move(input));
  const auto name = str(text_at(row, "StackName"));
  ask.put(kStackRows, name, std::move(row));
}

void move_deleted(const Ask& ask, std::string_view name) {
  const auto* old = ask.row(kStackRows, name);
  if (!old) return;
  auto row = *old;
  const auto id = str(text_at(row, "StackId"));
  ask.put(kStackRows, id, std::move(row));
  ask.erase(kStackRows, name);
}

Result<const Value*> change_set_row(const Ask& ask) {
  const auto wanted = text_at(ask.input, "ChangeSetName");
  const auto missing = [&] {
    return aws::aws_error("ChangeSetNotFound", "ChangeSet [" + str(wanted) + "] does not exist",
                          404);
  };
  if (wanted.starts_with("arn:")) {
    const auto* row = ask.row(kChangeSetRows, wanted);
    return row ? Result<const Value*>(row) : missing();
  }
  const auto stack = text_at(ask.input, "StackName");
  if (stack.empty())
    return validation_error(
        "StackName must be specified if ChangeSetName is not specified as an ARN.");
  const auto id = str(text_at(*TRY(stack_row(ask, stack)), "StackId"));
  for (const auto& [arn, row] : ask.rows(kChangeSetRows))
    if (text_at(row, "StackId") == id && text_at(row, "ChangeSetName") == wanted) return &row;
  return missing();
}

void erase_change_sets(const Ask& ask, std::string_view stack_id, std::string_view but) {
  std::vector<std::string> gone;
  for (const auto& [arn, row] : ask.rows(kChangeSetRows))
    if (text_at(row, "StackId") == stack_id && arn != but) gone.push_back(arn);
  for (const auto& arn : gone) ask.erase(kChangeSetRows, arn);
}

}  // namespace hikae::plane::cfn
