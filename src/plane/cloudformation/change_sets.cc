// Change sets: what an operation would do, to be looked at before it is begun.
//
// A change set keeps what was wanted of it and the operation that the stack had come from then: one
// that the stack has left since is obsolete and cannot be executed.
#include <algorithm>

#include "plane/cloudformation/cloudformation.h"
#include "plane/cloudformation/stack_rows.h"
#include "stack/template.h"

namespace hikae::plane {
namespace cfn {
namespace {

std::string_view word_of(stack::Action action) {
  switch (action) {
    case stack::Action::Add: return "Add";
    case stack::Action::Modify: return "Modify";
    case stack::Action::Remove: return "Remove";
  }
  return "Dynamic";
}

std::string_view replacement_word(stack::Recreation recreation) {
  switch (recreation) {
    case stack::Recreation::Never: return "False";
    case stack::Recreation::Conditionally: return "Conditional";
    case stack::Recreation::Always: return "True";
  }
  return "False";
}

std::string_view recreation_word(stack::Recreation recreation) {
  switch (recreation) {
    case stack::Recreation::Never: return "Never";
    case stack::Recreation::Conditionally: return "Conditionally";
    case stack::Recreation::Always: return "Always";
  }
  return "Never";
}

Value shown_detail(const stack::PropertyChange& change) {
  Object detail{
      {"Target", Object{{"Attribute", "Properties"},
                        {"Name", change.name},
                        {"RequiresRecreation", recreation_word(change.recreation)}}},
      {"Evaluation", change.evaluation == stack::Evaluation::Static ? "Static" : "Dynamic"},
      {"ChangeSource", change.source}};
  if (!change.cause.empty()) detail["CausingEntity"] = change.cause;
  return detail;
}

Value shown_change(const stack::ResourceChange& change) {
  Object shown{{"Action", word_of(change.action)}, {"LogicalResourceId", change.id}};
  if (!change.physical_id.empty()) shown["PhysicalResourceId"] = change.physical_id;
  shown["ResourceType"] = change.type;
  Array scope, details;
  if (change.action == stack::Action::Modify) {
    shown["Replacement"] = replacement_word(change.replacement);
    scope.push_back("Properties");
  }
  for (const auto& detail : change.details) details.push_back(shown_detail(detail));
  shown["Scope"] = std::move(scope);
  shown["Details"] = std::move(details);
  return Object{{"Type", "Resource"}, {"ResourceChange", std::move(shown)}};
}

Result<> check_request(const Ask& ask) {
  TRY_DO(check_stack_name("changeSetName", text_at(ask.input, "ChangeSetName")));
  if (text_at(ask.input, "ChangeSetType") == "IMPORT" ||
      !list_at(ask.input, "ResourcesToImport").empty())
    return validation_error("hikae imports no resources: use ChangeSetType CREATE or UPDATE");
  return {};
}

std::unexpected<Error> exists_already(std::string_view name, std::string_view set) {
  return validation_error("Stack [" + str(name) +
                          "] already exists and cannot be created again "
                          "with the changeSet [" +
                          str(set) + "].");
}

/// The stack that the change set is for: a new one in review, or the one there is.
Result<Value> stack_to_change(const Ask& ask, std::string_view type) {
  const auto name = text_at(ask.input, "StackName");
  const auto found = stack_row(ask, name);
  const auto status = found ? str(state_of(ask, **found).status()) : std::string();
  const bool is_there = found && status != "DELETE_COMPLETE";
  if (type == "CREATE") {
    if (is_there && status != "REVIEW_IN_PROGRESS")
      return exists_already(name, text_at(ask.input, "ChangeSetName"));
    if (is_there) return **found;
    TRY_DO(check_stack_name("stackName", name));
    return new_stack_row(ask, name);
  }
  if (!is_there) return validation_error("Stack [" + str(name) + "] does not exist");
  const auto state = state_of(ask, **found);
  if (state.is_finished && !status.starts_with("ROLLBACK_") && status != "REVIEW_IN_PROGRESS" &&
      status != "DELETE_FAILED")
    return **found;
  return validation_error("Stack:" + str(text_at(**found, "StackId")) + " is in " + status +
                          " state and can not be updated.");
}

/// A change set of that name: the same request again, or another one.
Result<const Value*> earlier_set(const Ask& ask, const Value& stack) {
  const auto name = text_at(ask.input, "ChangeSetName");
  for (const auto& [id, row] : ask.rows(kChangeSetRows)) {
    if (text_at(row, "StackId") != text_at(stack, "StackId") ||
        text_at(row, "ChangeSetName") != name)
      continue;
    const auto token = text_at(ask.input, "ClientToken");
    if (!token.empty() && token == text_at(row, "ClientToken")) return &row;
    return aws::aws_error("AlreadyExistsException", "ChangeSet " + str(name) +
                                                        " cannot be created due to a mismatch "
                                                        "with existing attribute Name");
  }
  return nullptr;
}

Object set_row(const Ask& ask, const Value& stack, const Wanted& wanted, std::string_view type) {
  const auto name = text_at(ask.input, "ChangeSetName");
  auto row = members_of_object(stack, {"StackId", "StackName"});
  row["ChangeSetName"] = name;
  row["ChangeSetId"] = arn_of("cloudformation", ask.scope,
                              "changeSet/" + str(name) + "/" + new_uuid(ask.turn.entropy()));
  row["ChangeSetType"] = type;
  row["CreationTime"] = iso_ms(ask.turn.now());
  row["Base"] = text_at(stack, "Operation");
  for (const auto member : {"Description", "ClientToken"})
    if (const auto* value = find(ask.input, member)) row[member] = *value;
  take_over(ask, row, wanted);
  // Of the set, not of the template.
  row["Description"] = text_at(ask.input, "Description");
  row["TemplateDescription"] = text_at(wanted.source.value, "Description");
  return row;
}

Value ids_of(const Value& row) {
  return Object{{"Id", text_at(row, "ChangeSetId")}, {"StackId", text_at(row, "StackId")}};
}

Result<Value> create_change_set(const Ask& ask, const stack::Checkers& checkers) {
  TRY_DO(check_request(ask));
  const auto type = text_at(ask.input, "ChangeSetType", "UPDATE");
  const auto stack = TRY(stack_to_change(ask, type));
  if (const auto* earlier = TRY(earlier_set(ask, stack))) return ids_of(*earlier);
  const bool is_update = type != "CREATE";
  const auto state = is_update ? state_of(ask, stack) : StackState{Object{}, true};
  const auto before = settled(stack, state);
  const auto wanted = TRY(read_wanted(ask, checkers, is_update ? &before : nullptr));
  const auto changes = TRY(preview_of(ask, wanted, stack, state, checkers));
  auto row = set_row(ask, stack, wanted, type);
  const auto nothing = is_update ? nothing_to_do(wanted, before, changes) : std::string_view();
  row["Status"] = nothing.empty() ? "CREATE_COMPLETE" : "FAILED";
  if (!nothing.empty()) row["StatusReason"] = nothing;
  row["ExecutionStatus"] = nothing.empty() ? "AVAILABLE" : "UNAVAILABLE";
  Array shown;
  for (const auto& change : changes) shown.push_back(shown_change(change));
  row["Changes"] = std::move(shown);
  const auto name = str(text_at(stack, "StackName"));
  const auto* there = ask.row(kStackRows, name);
  const bool is_new = !there || text_at(*there, "StackId") != text_at(stack, "StackId");
  if (is_new) {
    move_deleted(ask, name);
    auto review = stack.get_object();
    review["ChangeSetType"] = "CREATE";
    ask.put(kStackRows, name, std::move(review));
  }
  auto answer = ids_of(row);
  const auto id = str(text_at(row, "ChangeSetId"));
  ask.put(kChangeSetRows, id, std::move(row));
  return answer;
}

/// AVAILABLE, UNAVAILABLE, OBSOLETE, or what became of its execution.
std::string execution_status(const Ask& ask, const Value& row) {
  const auto executed = text_at(row, "Executed");
  if (executed.empty()) {
    const auto stack = stack_row(ask, text_at(row, "StackId"));
    const bool is_left = !stack || text_at(**stack, "Operation") != text_at(row, "Base");
    const auto stored = text_at(row, "ExecutionStatus");
    return is_left && stored == "AVAILABLE" ? "OBSOLETE" : str(stored);
  }
  const auto view = ask.turn.kernel().view(operation_id(ask.scope, executed));
  if (view && !view->ended_at) return "EXECUTE_IN_PROGRESS";
  const auto status = view ? text_at(view->outcome, "Status") : "CREATE_COMPLETE";
  const bool is_good = status == "CREATE_COMPLETE" || status == "UPDATE_COMPLETE";
  return is_good ? "EXECUTE_COMPLETE" : "EXECUTE_FAILED";
}

Array set_parameters(const Value& row) {
  const auto& hidden = list_at(row, "Hidden");
  Array shown;
  for (const auto& [key, text] : object_at(row, "Given")) {
    const bool is_hidden = std::ranges::any_of(
        hidden, [&](const Value& v) { return text_of(v) == std::string_view(key); });
    shown.push_back(Object{{"ParameterKey", std::string_view(key)},
                           {"ParameterValue", is_hidden ? Value("****") : text}});
  }
  return shown;
}

Object shown_set(const Ask& ask, const Value& row) {
  auto shown = members_of_object(row, {"ChangeSetName", "ChangeSetId", "StackId", "StackName",
                                       "CreationTime", "Status", "StatusReason"});
  if (const auto text = text_at(row, "Description"); !text.empty()) shown["Description"] = text;
  shown["ExecutionStatus"] = execution_status(ask, row);
  shown["IncludeNestedStacks"] = false;
  return shown;
}

Result<Value> describe_change_set(const Ask& ask) {
  const auto& row = *TRY(change_set_row(ask));
  auto shown = shown_set(ask, row);
  shown["Parameters"] = set_parameters(row);
  shown["NotificationARNs"] = list_at(row, "NotificationARNs");
  shown["RollbackConfiguration"] = object_at(row, "RollbackConfiguration");
  shown["Capabilities"] = list_at(row, "Capabilities");
  shown["Tags"] = list_of_tags(object_at(row, "Tags"));
  const auto& changes = list_at(row, "Changes");
  const auto page =
      TRY(page_of(ask.input, changes.size(), kStackItems, {"NextToken", "", "ValidationError"}));
  const auto first = changes.begin() + static_cast<std::ptrdiff_t>(page.first);
  shown["Changes"] = Array(first, first + static_cast<std::ptrdiff_t>(page.count));
  if (!page.next.empty()) shown["NextToken"] = page.next;
  return shown;
}

Result<Value> list_change_sets(const Ask& ask) {
  const auto id = str(text_at(*TRY(stack_row(ask, text_at(ask.input, "StackName"))), "StackId"));
  Array summaries;
  for (const auto& [arn, row] : ask.rows(kChangeSetRows))
    if (text_at(row, "StackId") == id) summaries.push_back(shown_set(ask, row));
  std::ranges::stable_sort(summaries, [](const Value& a, const Value& b) {
    return text_at(a, "CreationTime") < text_at(b, "CreationTime");
  });
  const auto page =
      TRY(page_of(ask.input, summaries.size(), kStackItems, {"NextToken", "", "ValidationError"}));
  const auto first = summaries.begin() + static_cast<std::ptrdiff_t>(page.first);
  Object answer{{"Summaries", Array(first, first + static_cast<std::ptrdiff_t>(page.count))}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

/// As long as the stack is there, a set that is not is deleted already.
Result<Value> delete_change_set(const Ask& ask) {
  const auto found = change_set_row(ask);
  if (!found)
    return found.error().code == "ChangeSetNotFound" ? Result<Value>(Object{})
                                                     : std::unexpected(found.error());
  if (execution_status(ask, **found) == "EXECUTE_IN_PROGRESS")
    return aws::aws_error("InvalidChangeSetStatus",
                          "ChangeSet [" + str(text_at(**found, "ChangeSetId")) +
                              "] cannot be deleted in its current status of EXECUTE_IN_PROGRESS");
  ask.erase(kChangeSetRows, str(text_at(**found, "ChangeSetId")));
  return Object{};
}

Result<> check_executable(const Ask& ask, const Value& row, const Value& stack) {
  const auto execution = execution_status(ask, row);
  if (execution != "AVAILABLE")
    return aws::aws_error("InvalidChangeSetStatus",
                          "ChangeSet [" + str(text_at(row, "ChangeSetId")) +
                              "] cannot be executed in its current execution status of [" +
                              execution + "]");
  if (state_of(ask, stack).is_finished) return {};
  return validation_error("Stack:" + str(text_at(stack, "StackId")) +
                          " is in the middle of an operation");
}

/// What the change set keeps goes into the stack's row.
Object changed_stack(const Ask& ask, const Value& stack, const Value& set) {
  auto next = settled(stack, state_of(ask, stack)).get_object();
  const auto kept = members_of_object(
      set, {"TemplateBody", "Given", "Lookups", "Hidden", "Tags", "Outputs", "Imports",
            "Capabilities", "NotificationARNs", "RoleARN", "RollbackConfiguration"});
  Object before;
  for (const auto& [member, value] : kept)
    if (const auto* old = next.if_contains(member)) before[member] = *old;
  if (const auto* old = next.if_contains("Description")) before["Description"] = *old;
  next["Before"] = std::move(before);
  for (const auto& [member, value] : kept) next[member] = value;
  next["Description"] = text_at(set, "TemplateDescription");
  next["ChangeSetId"] = text_at(set, "ChangeSetId");
  next["DisableRollback"] = is_true_at(ask.input, "DisableRollback");
  next["ClientRequestToken"] = text_at(ask.input, "ClientRequestToken");
  return next;
}

Result<Value> execute_change_set(const Ask& ask) {
  auto row = *TRY(change_set_row(ask));
  const auto& stack = *TRY(stack_row(ask, text_at(row, "StackId")));
  const auto token = text_at(ask.input, "ClientRequestToken");
  if (!token.empty() && token == text_at(stack, "ClientRequestToken") &&
      !text_at(row, "Executed").empty())
    return Object{};
  TRY_DO(check_executable(ask, row, stack));
  text::Diagnostics problems;
  auto source = TRY(stack::read_template(text_at(row, "TemplateBody"), problems));
  Object input{{"Template", std::move(source.value)}, {"Parameters", object_at(row, "Given")}};
  input["Imports"] = object_at(row, "Imports");
  if (is_true_at(ask.input, "DisableRollback")) input["OnFailure"] = "DO_NOTHING";
  const bool is_update = text_at(row, "ChangeSetType") != "CREATE";
  if (is_update) input["Previous"] = state_of(ask, stack).described;
  auto next = changed_stack(ask, stack, row);
  if (is_update) next["LastUpdatedTime"] = iso_ms(ask.turn.now());
  const auto name = str(text_at(stack, "StackName"));
  const auto id = str(text_at(row, "ChangeSetId"));
  erase_change_sets(ask, text_at(row, "StackId"), id);
  begin_operation(ask, std::move(next), is_update ? "update" : "create", std::move(input));
  row.as_object()["Executed"] = text_at(*ask.row(kStackRows, name), "Operation");
  ask.put(kChangeSetRows, id, std::move(row));
  return Object{};
}

}  // namespace
}  // namespace cfn

void CloudFormation::add_change_sets() {
  on("CreateChangeSet", [this](const Ask& ask) { return cfn::create_change_set(ask, checkers_); });
  on("DescribeChangeSet", cfn::describe_change_set);
  on("ListChangeSets", cfn::list_change_sets);
  on("DeleteChangeSet", cfn::delete_change_set);
  on("ExecuteChangeSet", cfn::execute_change_set);
}

}  // namespace hikae::plane
