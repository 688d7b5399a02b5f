// What stacks are: described, listed, with their resources and events.
#include <algorithm>

#include "base/hash.h"
#include "plane/cloudformation/cloudformation.h"
#include "plane/cloudformation/exports.h"
#include "plane/cloudformation/stack_rows.h"
#include "text/json.h"

namespace hikae::plane {
namespace cfn {
namespace {

Object not_checked(std::string_view member) { return Object{{member, "NOT_CHECKED"}}; }

/// A page of `items` under `list`, with its token.
Result<Value> page_of_items(const Ask& ask, std::string_view list, Array items) {
  const auto page =
      TRY(page_of(ask.input, items.size(), kStackItems, {"NextToken", "", "ValidationError"}));
  const auto first = items.begin() + static_cast<std::ptrdiff_t>(page.first);
  Object answer{{list, Array(first, first + static_cast<std::ptrdiff_t>(page.count))}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

/// A list is shown as it stands in Parameter Store.
std::string shown_value(const Value& value) {
  if (value.is_string()) return str(text_of(value));
  std::string joined;
  for (const auto& item : value.is_array() ? value.get_array() : Array())
    joined += (joined.empty() ? "" : ",") + str(text_of(item));
  return joined;
}

Array shown_parameters(const Value& row, const StackState& state) {
  const auto& looked_up = list_at(row, "Lookups");
  const auto& hidden = list_at(row, "Hidden");
  const auto is_in = [](const Array& names, std::string_view name) {
    return std::ranges::any_of(names, [&](const Value& v) { return text_of(v) == name; });
  };
  Array shown;
  for (const auto& [key, text] : object_at(row, "Given")) {
    Object one{{"ParameterKey", std::string_view(key)}, {"ParameterValue", text}};
    if (is_in(hidden, key)) one["ParameterValue"] = "****";
    const auto* found = find(object_at(state.described, "Parameters"), key);
    if (is_in(looked_up, key) && found) one["ResolvedValue"] = shown_value(*found);
    shown.push_back(std::move(one));
  }
  return shown;
}

Array shown_outputs(const Ask& ask, const Value& row, const StackState& state) {
  const auto exports = exports_of_stack(ask, row, state);
  const auto& written = object_at(row, "Outputs");
  Array shown;
  for (const auto& [key, value] : object_at(state.described, "Outputs")) {
    Object one{{"OutputKey", std::string_view(key)}, {"OutputValue", value}};
    if (const auto text = text_at(object_at(written, key), "Description"); !text.empty())
      one["Description"] = text;
    if (const auto* name = find(exports, key)) one["ExportName"] = *name;
    shown.push_back(std::move(one));
  }
  return shown;
}

Value described_stack(const Ask& ask, const Value& latest) {
  const auto state = state_of(ask, latest);
  const auto row = settled(latest, state);
  auto stack =
      members_of_object(row, {"StackId", "StackName", "ChangeSetId", "CreationTime",
                              "LastUpdatedTime", "DeletionTime", "TimeoutInMinutes", "RoleARN"});
  if (const auto text = text_at(row, "Description"); !text.empty()) stack["Description"] = text;
  stack["Parameters"] = shown_parameters(row, state);
  stack["RollbackConfiguration"] = object_at(row, "RollbackConfiguration");
  stack["StackStatus"] = state.status();
  if (const auto why = text_at(state.described, "StatusReason"); !why.empty())
    stack["StackStatusReason"] = why;
  stack["DisableRollback"] = is_true_at(row, "DisableRollback");
  stack["NotificationARNs"] = list_at(row, "NotificationARNs");
  stack["Capabilities"] = list_at(row, "Capabilities");
  stack["Outputs"] = shown_outputs(ask, row, state);
  stack["Tags"] = list_of_tags(object_at(row, "Tags"));
  stack["EnableTerminationProtection"] = is_true_at(row, "EnableTerminationProtection");
  stack["DriftInformation"] = not_checked("StackDriftStatus");
  return stack;
}

Result<Value> describe_stacks(const Ask& ask) {
  const auto wanted = text_at(ask.input, "StackName");
  Array stacks;
  if (!wanted.empty()) {
    const auto& row = *TRY(stack_row(ask, wanted));
    stacks.push_back(described_stack(ask, row));
    keep_outcome(ask, str(text_at(row, "StackName")), state_of(ask, row));
    return Object{{"Stacks", std::move(stacks)}};
  }
  for (const auto& [name, row] : ask.rows(kStackRows))
    if (state_of(ask, row).status() != "DELETE_COMPLETE")
      stacks.push_back(described_stack(ask, row));
  return page_of_items(ask, "Stacks", std::move(stacks));
}

Value summary_of(const Ask& ask, const Value& latest) {
  const auto state = state_of(ask, latest);
  const auto row = settled(latest, state);
  auto summary = members_of_object(
      row, {"StackId", "StackName", "CreationTime", "LastUpdatedTime", "DeletionTime"});
  if (const auto text = text_at(row, "Description"); !text.empty())
    summary["TemplateDescription"] = text;
  summary["StackStatus"] = state.status();
  if (const auto why = text_at(state.described, "StatusReason"); !why.empty())
    summary["StackStatusReason"] = why;
  summary["DriftInformation"] = not_checked("StackDriftStatus");
  return summary;
}

Result<Value> list_stacks(const Ask& ask) {
  const auto& wanted = list_at(ask.input, "StackStatusFilter");
  Array summaries;
  for (const auto& [name, row] : ask.rows(kStackRows)) {
    auto summary = summary_of(ask, row);
    const bool passes = wanted.empty() || std::ranges::any_of(wanted, [&](const Value& status) {
                          return text_of(status) == text_at(summary, "StackStatus");
                        });
    if (passes) summaries.push_back(std::move(summary));
  }
  std::ranges::stable_sort(summaries, [](const Value& a, const Value& b) {
    return text_at(a, "CreationTime") > text_at(b, "CreationTime");
  });
  return page_of_items(ask, "StackSummaries", std::move(summaries));
}

Object shown_resource(const Value& row, std::string_view id, const Value& resource,
                      const Value& latest) {
  Object shown{{"StackName", text_at(row, "StackName")},
               {"StackId", text_at(row, "StackId")},
               {"LogicalResourceId", id},
               {"PhysicalResourceId",
                text_at(resource, "PhysicalId", text_at(latest, "PhysicalResourceId"))},
               {"ResourceType", text_at(resource, "Type", text_at(latest, "ResourceType"))},
               {"Timestamp", text_at(latest, "Timestamp", text_at(row, "CreationTime"))},
               {"ResourceStatus", text_at(latest, "ResourceStatus", "CREATE_COMPLETE")},
               {"DriftInformation", not_checked("StackResourceDriftStatus")}};
  if (const auto why = text_at(latest, "ResourceStatusReason"); !why.empty())
    shown["ResourceStatusReason"] = why;
  return shown;
}

/// Those that are there, in order of making, then those that failed or are gone.
Array resources_of(const Ask& ask, const Value& row) {
  static const Value kNothing = Object{};
  const auto state = state_of(ask, row);
  const auto& made = object_at(state.described, "Resources");
  const auto& statuses = object_at(state.described, "Statuses");
  Array resources;
  for (const auto& [id, resource] : made) {
    const auto* latest = statuses.if_contains(id);
    resources.push_back(shown_resource(row, id, resource, latest ? *latest : kNothing));
  }
  for (const auto& [id, latest] : statuses)
    if (!made.contains(id)) resources.push_back(shown_resource(row, id, kNothing, latest));
  return resources;
}

/// By the stack's name, or by the physical id of one of its resources.
Result<const Value*> stack_of_resources(const Ask& ask) {
  const auto name = text_at(ask.input, "StackName");
  const auto physical_id = text_at(ask.input, "PhysicalResourceId");
  if (!name.empty() && !physical_id.empty())
    return validation_error("Specify either StackName or PhysicalResourceId, not both.");
  if (!name.empty()) return stack_row(ask, name);
  for (const auto& [stack, row] : ask.rows(kStackRows))
    for (const auto& [id, resource] : object_at(state_of(ask, row).described, "Resources"))
      if (!physical_id.empty() && text_at(resource, "PhysicalId") == physical_id) return &row;
  return validation_error("Stack for " + str(physical_id) + " does not exist");
}

Result<Value> describe_resources(const Ask& ask) {
  const auto* row = TRY(stack_of_resources(ask));
  const auto wanted = text_at(ask.input, "LogicalResourceId");
  Array shown;
  for (auto& resource : resources_of(ask, *row))
    if (wanted.empty() || text_at(resource, "LogicalResourceId") == wanted)
      shown.push_back(std::move(resource));
  return Object{{"StackResources", std::move(shown)}};
}

void rename_timestamp(Object& resource) {
  resource["LastUpdatedTimestamp"] = resource["Timestamp"];
  resource.erase("Timestamp");
}

Result<Value> describe_resource(const Ask& ask) {
  const auto* row = TRY(stack_row(ask, text_at(ask.input, "StackName")));
  const auto wanted = text_at(ask.input, "LogicalResourceId");
  for (auto& resource : resources_of(ask, *row)) {
    if (text_at(resource, "LogicalResourceId") != wanted) continue;
    auto& detail = resource.as_object();
    rename_timestamp(detail);
    detail["Metadata"] = "{}";
    return Object{{"StackResourceDetail", std::move(detail)}};
  }
  return validation_error("Resource " + str(wanted) + " does not exist for stack " +
                          str(text_at(*row, "StackName")));
}

Result<Value> list_resources(const Ask& ask) {
  const auto* row = TRY(stack_row(ask, text_at(ask.input, "StackName")));
  Array summaries;
  for (auto& resource : resources_of(ask, *row)) {
    auto& summary = resource.as_object();
    for (const auto* member : {"StackName", "StackId"}) summary.erase(member);
    rename_timestamp(summary);
    summaries.push_back(std::move(summary));
  }
  return page_of_items(ask, "StackResourceSummaries", std::move(summaries));
}

Value first_event(const Value& row) {
  return Object{{"Timestamp", text_at(row, "CreationTime")},
                {"LogicalResourceId", text_at(row, "StackName")},
                {"PhysicalResourceId", text_at(row, "StackId")},
                {"ResourceType", "AWS::CloudFormation::Stack"},
                {"ResourceStatus", "REVIEW_IN_PROGRESS"},
                {"ResourceStatusReason", "User Initiated"}};
}

/// Of the operation in hand and of those before it, the oldest first.
Array events_of(const Ask& ask, const Value& row) {
  Array events;
  if (text_at(row, "ChangeSetType") == "CREATE") events.push_back(first_event(row));
  const auto add = [&](const Value& described) {
    for (const auto& event : list_at(described, "Events")) events.push_back(event);
  };
  for (const auto& operation : list_at(row, "Earlier"))
    if (const auto view = ask.turn.kernel().view(operation_id(ask.scope, text_of(operation))))
      add(view->outcome);
  add(state_of(ask, row).described);
  return events;
}

Result<Value> describe_events(const Ask& ask) {
  const auto* row = TRY(stack_row(ask, text_at(ask.input, "StackName")));
  const auto events = events_of(ask, *row);
  Array shown;
  for (std::size_t i = events.size(); i-- > 0;) {
    auto event = events[i].get_object();
    event["StackName"] = text_at(*row, "StackName");
    event["StackId"] = text_at(*row, "StackId");
    event["EventId"] =
        uuid_of(str(text_at(*row, "StackId")) + std::to_string(i) + text::to_json(events[i]));
    if (const auto token = text_at(*row, "ClientRequestToken"); !token.empty())
      event["ClientRequestToken"] = token;
    shown.push_back(std::move(event));
  }
  return page_of_items(ask, "StackEvents", std::move(shown));
}

Result<Value> list_exports(const Ask& ask) {
  Array exports;
  for (const auto& [name, one] : all_exports(ask))
    exports.push_back(
        Object{{"ExportingStackId", one.stack_id}, {"Name", name}, {"Value", one.value}});
  return page_of_items(ask, "Exports", std::move(exports));
}

Result<Value> list_imports(const Ask& ask) {
  const auto name = text_at(ask.input, "ExportName");
  Array stacks;
  for (const auto& stack : importers_of(ask, name)) stacks.push_back(Value(stack));
  if (!stacks.empty()) return page_of_items(ask, "Imports", std::move(stacks));
  return validation_error("Export '" + str(name) + "' is not imported by any stack.");
}

}  // namespace
}  // namespace cfn

void CloudFormation::add_views() {
  on("DescribeStacks", cfn::describe_stacks);
  on("ListStacks", cfn::list_stacks);
  on("DescribeStackResources", cfn::describe_resources);
  on("DescribeStackResource", cfn::describe_resource);
  on("ListStackResources", cfn::list_resources);
  on("DescribeStackEvents", cfn::describe_events);
  on("ListExports", cfn::list_exports);
  on("ListImports", cfn::list_imports);
}

}  // namespace hikae::plane
