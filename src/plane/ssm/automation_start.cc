// ssm:StartAutomationExecution (docs/reference/ssm-automation.md 7.2, 8.1).
#include <fmt/format.h>

#include "aws/errors.h"
#include "base/entropy.h"
#include "base/hash.h"
#include "base/limits.h"
#include "plane/events/rows.h"
#include "plane/iam/access.h"
#include "plane/settings.h"
#include "plane/ssm/automation.h"
#include "plane/ssm/automation_quota.h"
#include "plane/ssm/parameter_rows.h"
#include "runbook/events.h"
#include "runbook/rate.h"
#include "text/json.h"

namespace hikae::plane::automation {
namespace {

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

Result<> refuse_what_is_not_done(const Ask& ask) {
  const auto mode = text_at(ask.input, "Mode", "Auto");
  if (mode != "Auto" && mode != "Interactive")
    return not_of_enum("mode", mode, "Auto, Interactive");
  if (!find(ask.input, "AlarmConfiguration")) return {};
  return aws::aws_error("InvalidAutomationExecutionParametersException",
                        "AlarmConfiguration: hikae watches no alarms; leave it out");
}

bool restores_power(const FoundDocument& document, const Object& tags) {
  return text_at(tags, "hikae:power") == "restore" ||
         text_at(document.tags, "hikae:power") == "restore";
}

/// What is under way has to end well in the room that is left; only new runs are kept out.
Result<> refuse_while_disk_is_short(const Ask& ask, const Object& tags) {
  const bool is_new = family_of(tags).parent.empty();
  if (!is_new || ask.turn.kernel().disk_space() == engine::DiskSpace::Enough) return {};
  return aws::aws_error("AutomationExecutionLimitExceededException",
                        "the disk of hikae's data folder is nearly full: no run is begun until "
                        "there is space");
}

/// Given parameters, and defaults that stand in Parameter Store.
Result<Value> start_parameters(const Ask& ask, const runbook::Document& document) {
  const auto* given = find(ask.input, "Parameters");
  return runbook::with_store_defaults(
      document, given ? *given : Value(Object()), [&](std::string_view name) -> Result<Value> {
        return *TRY(parameter::find_version(ask, parameter::selected(name)));
      });
}

/// The lease and the place that it waits for; one that a step of another has begun waits for none.
void add_waits(const Ask& ask, const Family& family, Object& input) {
  if (!family.parent.empty()) return;
  if (!runbook::asks_for_rate_control(ask.input)) {
    const auto instance = instance_of(*find(input, "Parameters"));
    input["Lease"] = instance.empty() ? "" : "ec2:instance/" + instance;
    input["Place"] = place_in(ask, Line::Executions);
    return;
  }
  input["Place"] = place_in(ask, Line::RateControls);
  input["ChildPlace"] = place_in(ask, Line::Executions);
}

/// Whether a rule's pattern lets that text through in that field: where it says nothing of it,
/// names it, or says something else than names.
bool lets_through(const Value& pattern, std::string_view field, std::string_view text) {
  const auto* wanted = find(pattern, field);
  if (!wanted) return true;
  for (const auto& value : list_at(pattern, field))
    if (!value.is_string() || text_of(value) == text) return true;
  return false;
}

/// Events of steps that went well would double the journal; they are made where a rule may hear
/// them. A rule that is made later hears the runs that begin after it.
bool rules_hear_steps(const Ask& ask) {
  for (const auto& [name, rule] : ask.turn.tables().rows(ask.scope, events::kRuleRows)) {
    const auto pattern = text::parse_json(text_at(rule, "EventPattern"));
    if (!pattern || !pattern->is_object()) continue;
    if (lets_through(*pattern, "source", "aws.ssm") &&
        lets_through(*pattern, "detail-type", runbook::kStepEventType))
      return true;
  }
  return false;
}

Object started_input(const Ask& ask, const FoundDocument& document, const Object& tags,
                     const Value& parameters, const std::string& id) {
  const auto family = family_of(tags);
  Object input{{"DocumentName", document.name},
               {"DocumentVersion", document.version},
               {"DocumentHash", document.hash},
               {"Parameters", parameters},
               {"ExecutedBy", executed_by(ask)},
               {"Caller", ask.caller},
               {"ParentId", family.parent},
               {"RootId", family.parent.empty() ? id : family.root},
               {"Depth", family.depth},
               {"Mode", text_at(ask.input, "Mode", "Auto")},
               {"Power", restores_power(document, tags) ? "restore" : ""},
               {"Installation", installation_of(ask.turn.tables())},
               {"TellSteps", rules_hear_steps(ask)},
               {"Tags", tags}};
  if (runbook::asks_for_rate_control(ask.input))
    for (const std::string_view member :
         {"Targets", "TargetMaps", "TargetParameterName", "MaxConcurrency", "MaxErrors"})
      if (const auto* value = find(ask.input, member)) input[member] = *value;
  add_waits(ask, family, input);
  return input;
}

/// Only a number names the same version always: the default and the latest one may have changed
/// since the request was sent first.
bool is_of_other_version(const Ask& ask, const engine::View& existing, const Object& input) {
  const auto asked = text_at(ask.input, "DocumentVersion");
  if (asked.empty() || asked.starts_with('$')) return false;
  const auto version = text_at(input, "DocumentVersion");
  const auto* begun = find(existing.record, "in");
  const auto then = text_at(existing.record, "DocumentVersion",
                            begun ? text_at(*begun, "DocumentVersion", version) : version);
  return then != version;
}

/// A token that came before must have meant the same, as far as the execution still knows.
Result<> same_request(const Ask& ask, const engine::View& existing, const Object& input) {
  const auto mismatch = [](std::string_view what) {
    return aws::aws_error("IdempotentParameterMismatch",
                          fmt::format("The client token was used before for {}", what));
  };
  const auto name = text_at(input, "DocumentName");
  if (text_at(existing.record, "DocumentName", name) != name) return mismatch("another document");
  if (is_of_other_version(ask, existing, input)) return mismatch("another version of it");
  const auto* before = find(existing.record, "in");
  const bool is_single = runbook::execution_of(existing.record) == runbook::Execution::Single;
  if (is_single && runbook::asks_for_rate_control(input)) return mismatch("a single execution");
  if (!before) return {};
  for (const std::string_view member : {"Parameters", "Targets", "TargetMaps",
                                        "TargetParameterName", "MaxConcurrency", "MaxErrors"}) {
    const auto* then = find(*before, member);
    const auto* now = find(input, member);
    if ((then ? *then : Value()) != (now ? *now : Value()))
      return mismatch(fmt::format("other {}", member));
  }
  return {};
}

Result<> check_parameters(const runbook::Document& document, const Ask& ask,
                          const Value& parameters) {
  auto asked = ask.input.as_object();
  asked["Parameters"] = parameters;
  TRY_DO(runbook::check_rate_control(document, asked));
  if (!runbook::asks_for_rate_control(ask.input))
    TRY(runbook::bind_parameters(document, parameters));
  return {};
}

/// With `iam: enforce`: the caller may pass the role on, and SSM may take it. Of many at once each
/// is asked about by itself.
Result<> check_role(const runbook::Document& document, const Ask& ask, const Value& parameters,
                    std::string_view id) {
  if (!access::is_enforced(ask.turn.tables()) || runbook::asks_for_rate_control(ask.input))
    return {};
  const auto bound = TRY(runbook::bind_parameters(document, parameters));
  const auto role = TRY(runbook::role_of(document, bound));
  if (role.empty()) return {};
  const access::MachineTags none;
  const access::Ground ground{ask.turn.tables(), ask.turn.now(), none};
  TRY_DO(access::check_passed(ground, ask.scope, ask.caller, role, "ssm.amazonaws.com"));
  const auto taken =
      access::check_taken(ground, ask.scope, role, "ssm.amazonaws.com",
                          arn_of("ssm", ask.scope, fmt::format("automation-execution/{}", id)));
  if (taken) return {};
  return aws::aws_error(
      "InvalidAutomationExecutionParametersException",
      "The defined assume role is unable to be assumed. " + taken.error().message);
}

Result<> refuse_while_full(const Ask& ask, const Object& tags) {
  if (!family_of(tags).parent.empty()) return {};
  return refuse_while_queue_is_full(
      ask, runbook::asks_for_rate_control(ask.input) ? Line::RateControls : Line::Executions);
}

}  // namespace

Result<Value> start_execution(const Ask& ask, Library& library) {
  TRY_DO(refuse_what_is_not_done(ask));
  const auto document = TRY(find_document(ask, library, text_at(ask.input, "DocumentName"),
                                          text_at(ask.input, "DocumentVersion"),
                                          "AutomationDefinitionNotFoundException"));
  const auto compiled = library.by_hash(document.hash);
  if (!compiled)
    return aws::aws_error("InternalServerError", "document " + document.name +
                                                     " cannot be read any more; create it again");
  const auto parameters = TRY(start_parameters(ask, *compiled));
  TRY_DO(check_parameters(*compiled, ask, parameters));
  const auto* tag_member = find(ask.input, "Tags");
  const auto tags = tag_member ? tags_of(*tag_member) : Object();
  if (family_of(tags).depth > limits::kChildDepth)
    return aws::aws_error(
        "AutomationExecutionLimitExceededException",
        "executions are nested deeper than " + std::to_string(limits::kChildDepth));
  const auto id = id_of_start(ask);
  TRY_DO(check_role(*compiled, ask, parameters, id));
  auto input = started_input(ask, document, tags, parameters, id);
  if (const auto existing = ask.turn.kernel().view(run_id(ask.scope, id))) {
    TRY_DO(same_request(ask, *existing, input));
  } else {
    TRY_DO(refuse_while_disk_is_short(ask, tags));
    TRY_DO(refuse_while_full(ask, tags));
    ask.turn.start(run_id(ask.scope, id), std::move(input));
  }
  return Object{{"AutomationExecutionId", id}};
}

}  // namespace hikae::plane::automation
