// Automation executions (docs/reference/ssm-automation.md 8.1): each is a machine of kind "run".
#include <algorithm>

#include "aws/errors.h"
#include "base/entropy.h"
#include "base/hash.h"
#include "base/limits.h"
#include "plane/ssm/ssm.h"
#include "runbook/run.h"
#include "text/json.h"

namespace hikae::plane {
namespace {

constexpr int kRunsListed = 5000;  // what one DescribeAutomationExecutions looks through

MachineId run_id(const Scope& scope, std::string_view id) {
  return {scope, str(runbook::kRunKind), str(id)};
}

/// The instance that a run is about: the lease is taken on it.
std::string instance_of(const Value& parameters) {
  const auto& values = list_at(parameters, "InstanceId");
  const auto id = values.size() == 1 ? text_of(values.front()) : std::string_view();
  return id.starts_with("i-") ? str(id) : std::string();
}

struct Family {
  std::string parent, root;
  std::int64_t depth = 0;
};

Family family_of(const Object& tags) {
  const auto depth = text_at(tags, "hikae:depth");
  return {str(text_at(tags, "hikae:parent-run")), str(text_at(tags, "hikae:root-run")),
          depth.empty() ? 0 : std::atoi(str(depth).c_str())};
}

std::string id_of_start(const Ask& ask) {
  const auto token = text_at(ask.input, "ClientToken");
  if (!token.empty())
    return uuid_of("run/" + ask.scope.account + "/" + ask.scope.region + "/" + str(token));
  return uuid_of("run/" + random_hex(ask.turn.entropy(), 32));
}

Result<> refuse_what_is_not_there(const Ask& ask) {
  for (const auto member : {"Targets", "TargetMaps", "TargetLocations", "TargetParameterName"})
    if (find(ask.input, member))
      return aws::aws_error("InvalidTarget",
                            str(member) +
                                ": rate control over targets is not "
                                "done by this version; start one execution per target");
  const auto mode = text_at(ask.input, "Mode", "Auto");
  if (mode == "Auto") return {};
  return aws::aws_error("InvalidAutomationExecutionParametersException",
                        "Mode " + str(mode) + " is not done by this version; use Auto");
}

bool restores_power(const FoundDocument& document, const Object& tags) {
  return text_at(tags, "hikae:power") == "restore" ||
         text_at(document.tags, "hikae:power") == "restore";
}

/// What is under way has to end well in the room that is left; only new runs are kept out.
Result<> refuse_while_disk_is_short(const Ask& ask, const FoundDocument& document,
                                    const Object& tags) {
  const bool is_new = family_of(tags).parent.empty() && !restores_power(document, tags);
  if (!is_new || ask.turn.kernel().disk_space() == engine::DiskSpace::Enough) return {};
  return aws::aws_error("AutomationExecutionLimitExceededException",
                        "the disk of hikae's data folder is nearly full: no run is begun until "
                        "there is space");
}

Value started_input(const Ask& ask, const FoundDocument& document, const Object& tags,
                    const std::string& id) {
  const auto* given = find(ask.input, "Parameters");
  const Value parameters = given ? *given : Value(Object());
  const auto family = family_of(tags);
  const bool is_root = family.parent.empty();
  const auto instance = instance_of(parameters);
  return Object{
      {"DocumentName", document.name},
      {"DocumentVersion", document.version},
      {"DocumentHash", document.hash},
      {"Parameters", parameters},
      {"ExecutedBy",
       ask.caller.empty() ? "arn:aws:iam::" + ask.scope.account + ":user/hikae" : str(ask.caller)},
      {"Caller", ask.caller},
      {"ParentId", family.parent},
      {"RootId", is_root ? id : family.root},
      {"Depth", family.depth},
      {"Lease", is_root && !instance.empty() ? "ec2:instance/" + instance : ""},
      {"Power", restores_power(document, tags) ? "restore" : ""},
      {"Tags", tags}};
}

/// A token that came before must have meant the same.
Result<> same_request(const engine::View& existing, const FoundDocument& document) {
  if (text_at(existing.record, "DocumentName", document.name) == document.name) return {};
  return aws::aws_error("IdempotentParameterMismatch",
                        "The client token was used before for another document");
}

Result<Value> start_execution(const Ask& ask, Library& library) {
  TRY_DO(refuse_what_is_not_there(ask));
  const auto document = TRY(find_document(ask, library, text_at(ask.input, "DocumentName"),
                                          text_at(ask.input, "DocumentVersion"),
                                          "AutomationDefinitionNotFoundException"));
  const auto compiled = library.by_hash(document.hash);
  if (!compiled)
    return aws::aws_error("InternalServerError", "document " + document.name +
                                                     " cannot be read any more; create it again");
  const auto* given = find(ask.input, "Parameters");
  TRY(runbook::bind_parameters(*compiled, given ? *given : Value(Object())));
  const auto* tag_member = find(ask.input, "Tags");
  const auto tags = tag_member ? tags_of(*tag_member) : Object();
  if (family_of(tags).depth > limits::kChildDepth)
    return aws::aws_error(
        "AutomationExecutionLimitExceededException",
        "executions are nested deeper than " + std::to_string(limits::kChildDepth));
  TRY_DO(refuse_while_disk_is_short(ask, document, tags));
  const auto id = id_of_start(ask);
  if (const auto existing = ask.turn.kernel().view(run_id(ask.scope, id)))
    TRY_DO(same_request(*existing, document));
  else
    ask.turn.start(run_id(ask.scope, id), started_input(ask, document, tags, id));
  return Object{{"AutomationExecutionId", id}};
}

Result<engine::View> find_run(const Ask& ask) {
  const auto id = text_at(ask.input, "AutomationExecutionId");
  if (auto view = ask.turn.kernel().view(run_id(ask.scope, id))) return *std::move(view);
  return aws::aws_error("AutomationExecutionNotFoundException",
                        "Automation execution " + str(id) +
                            " does not exist; list them with "
                            "DescribeAutomationExecutions");
}

Result<Value> described(const engine::View& view, Library& library) {
  const auto hash = text_at(view.record, "DocumentHash");
  const auto document = library.by_hash(hash);
  if (!document)
    return aws::aws_error("InternalServerError",
                          "the document of execution " + view.id.id + " is gone");
  return runbook::describe_run(view.id, view.record, *document);
}

Result<Value> get_execution(const Ask& ask, Library& library) {
  return Object{{"AutomationExecution", TRY(described(TRY(find_run(ask)), library))}};
}

/// What a list shows of an execution.
Value metadata(const Value& execution) {
  Object row;
  for (const auto member :
       {"AutomationExecutionId", "DocumentName", "DocumentVersion", "AutomationExecutionStatus",
        "ExecutionStartTime", "ExecutionEndTime", "ExecutedBy", "Mode", "FailureMessage",
        "ParentAutomationExecutionId", "CurrentStepName", "CurrentAction", "Outputs", "Target"})
    if (const auto* value = find(execution, member)) row[member] = *value;
  // Not in AWS's metadata: without it a list cannot say which server it is about.
  if (const auto* parameters = find(execution, "Parameters")) row["Parameters"] = *parameters;
  row["LogFile"] = "";
  row["AutomationType"] = "Local";
  return row;
}

struct Filter {
  std::string key;
  std::vector<std::string> values;
};

Result<std::vector<Filter>> filters_of(const Ask& ask) {
  constexpr std::array<std::string_view, 6> kKnown{"DocumentNamePrefix", "ExecutionStatus",
                                                   "ExecutionId",        "ParentExecutionId",
                                                   "StartTimeBefore",    "StartTimeAfter"};
  std::vector<Filter> filters;
  for (const auto& filter : list_at(ask.input, "Filters")) {
    Filter read{str(text_at(filter, "Key")), {}};
    if (std::find(kKnown.begin(), kKnown.end(), read.key) == kKnown.end())
      return aws::aws_error("InvalidFilterKey", "filter key '" + read.key + "' is not answered");
    for (const auto& value : list_at(filter, "Values")) read.values.push_back(str(text_of(value)));
    filters.push_back(std::move(read));
  }
  return filters;
}

bool passes(const Value& row, const Filter& filter) {
  const auto any = [&](auto test) {
    return std::any_of(filter.values.begin(), filter.values.end(), test);
  };
  if (filter.key == "DocumentNamePrefix")
    return any([&](const auto& v) { return text_at(row, "DocumentName").starts_with(v); });
  if (filter.key == "StartTimeBefore")
    return any([&](const auto& v) { return text_at(row, "ExecutionStartTime") < v; });
  if (filter.key == "StartTimeAfter")
    return any([&](const auto& v) { return text_at(row, "ExecutionStartTime") > v; });
  const auto member = filter.key == "ExecutionStatus" ? "AutomationExecutionStatus"
                      : filter.key == "ExecutionId"   ? "AutomationExecutionId"
                                                      : "ParentAutomationExecutionId";
  return any([&](const auto& v) { return text_at(row, member) == v; });
}

Result<Value> describe_executions(const Ask& ask, Library& library) {
  const auto filters = TRY(filters_of(ask));
  Array all;
  for (const auto& view : ask.turn.kernel().list(ask.scope, runbook::kRunKind, kRunsListed)) {
    const auto execution = described(view, library);
    if (!execution) continue;  // its document is gone: shown by GetAutomationExecution as an error
    auto row = metadata(*execution);
    if (std::all_of(filters.begin(), filters.end(),
                    [&](const Filter& filter) { return passes(row, filter); }))
      all.push_back(std::move(row));
  }
  const auto page = TRY(page_of(ask.input, all.size(), 50));
  Array items(all.begin() + static_cast<std::ptrdiff_t>(page.first),
              all.begin() + static_cast<std::ptrdiff_t>(page.first + page.count));
  Object answer{{"AutomationExecutionMetadataList", std::move(items)}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

Result<Value> describe_steps(const Ask& ask, Library& library) {
  const auto execution = TRY(described(TRY(find_run(ask)), library));
  return Object{{"StepExecutions", list_at(execution, "StepExecutions")}};
}

Result<Value> stop_execution(const Ask& ask) {
  const auto view = TRY(find_run(ask));
  const auto type = text_at(ask.input, "Type", "Cancel");
  if (view.ended_at)
    return aws::aws_error("InvalidAutomationStatusUpdateException",
                          "Automation execution " + view.id.id + " has ended already");
  ask.turn.signal(view.id, type == "Complete" ? "complete" : "cancel", Object{});
  return Object{};
}

}  // namespace

void Ssm::add_automation() {
  on("StartAutomationExecution", [this](const Ask& ask) { return start_execution(ask, library_); });
  on("GetAutomationExecution", [this](const Ask& ask) { return get_execution(ask, library_); });
  on("DescribeAutomationExecutions",
     [this](const Ask& ask) { return describe_executions(ask, library_); });
  on("DescribeAutomationStepExecutions",
     [this](const Ask& ask) { return describe_steps(ask, library_); });
  on("StopAutomationExecution", stop_execution);
}

}  // namespace hikae::plane
