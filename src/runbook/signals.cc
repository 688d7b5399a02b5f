#include "runbook/signals.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "runbook/run_references.h"
#include "runbook/run_turn.h"

namespace hikae::runbook {
namespace {

std::unexpected<Error> bad_signal(std::string message) {
  return fail(ErrorKind::Invalid, "InvalidAutomationSignalException", std::move(message));
}

std::unexpected<Error> no_such_step(std::string message) {
  return fail(ErrorKind::NotFound, "AutomationStepNotFoundException", std::move(message));
}

/// "arn:aws:sts::1:assumed-role/R/session" -> "arn:aws:iam::1:role/R"; else empty.
std::string role_behind(std::string_view caller) {
  constexpr std::string_view kAssumed = ":assumed-role/";
  const auto at = caller.find(kAssumed);
  const auto sts = caller.find(":sts:");
  if (at == std::string_view::npos || sts == std::string_view::npos || sts > at) return {};
  const auto name = caller.substr(at + kAssumed.size());
  return fmt::format("{}:iam:{}:role/{}", caller.substr(0, sts),
                     caller.substr(sts + 5, at - sts - 5), name.substr(0, name.find('/')));
}

std::string_view user_name(std::string_view caller) {
  return caller.find(":user/") == std::string_view::npos ? std::string_view()
                                                         : caller.substr(caller.rfind('/') + 1);
}

/// With a path ("role/service-role/R") the assumed role's ARN has the last part only.
bool is_role(std::string_view approver, std::string_view role) {
  if (role.empty() || approver == role) return approver == role && !role.empty();
  const auto head = role.substr(0, role.find(":role/") + 6);
  return approver.starts_with(head) && approver.ends_with(role.substr(head.size() - 1));
}

/// The step that waits for a person, where it is of that action.
Result<> waits_in(const RunRecord& record, const Document& document, std::string_view action,
                  std::string_view signal) {
  if (record.attempt && document.steps[record.current().index].action == action &&
      record.current().status == Status::Waiting)
    return {};
  return bad_signal(fmt::format("Signal {}: no step of this execution waits for it", signal));
}

Result<> check_start(const RunRecord& record, const Document& document, std::string_view name) {
  if (!name.empty() && !document.step(name))
    return no_such_step(fmt::format("The document has no step {}", name));
  if (!record.held) return bad_signal("Signal StartStep: no step waits to be started");
  const auto& held = document.steps[*record.held].name;
  if (name.empty() || name == held) return {};
  return bad_signal(fmt::format("Signal StartStep: the step that waits is {}, not {}", held, name));
}

Result<> check_stop(const MachineId& run, const RunRecord& record, const Document& document,
                    std::string_view id) {
  if (!record.attempt) return bad_signal("Signal StopStep: no step is under way");
  if (id.empty() || id == step_execution_id(run, document, record, record.at)) return {};
  return no_such_step(fmt::format("The step execution {} is not under way", id));
}

Result<> check_resume(const RunRecord& record, const Document& document, std::string_view name) {
  if (!name.empty() && !document.step(name))
    return no_such_step(fmt::format("The document has no step {}", name));
  TRY_DO(waits_in(record, document, "aws:pause", kSignalResume));
  const auto& paused = document.steps[record.current().index].name;
  if (name.empty() || name == paused) return {};
  return bad_signal(fmt::format("Signal Resume: the step that waits is {}, not {}", paused, name));
}

Result<> check_decision(const MachineId& run, const RunRecord& record, const Document& document,
                        std::string_view signal, std::string_view caller) {
  TRY_DO(waits_in(record, document, "aws:approve", signal));
  const auto inputs = TRY(inputs_of_step(run, document, record, record.current()));
  if (is_approver(list_at(inputs, "Approvers"), caller)) return {};
  return bad_signal(fmt::format("Signal {}: {} is not among the approvers", signal,
                                caller.empty() ? "the caller" : caller));
}

}  // namespace

Value signal_payload(const Value& given, std::string_view caller) {
  Object payload;
  if (const auto* object = given.if_object())
    for (const auto& [name, value] : *object) {
      const auto* list = value.if_array();
      const auto& text = list && !list->empty() ? list->front() : value;
      if (text.is_string()) payload[name] = text;
    }
  payload["Caller"] = caller;
  return payload;
}

Result<> check_signal(const MachineId& run, const Value& saved, const Document& document,
                      std::string_view signal, const Value& payload) {
  const auto record = TRY(load_record(saved));
  if (is_terminal(record.status)) return bad_signal("The execution has ended");
  if (record.held && *record.held >= document.steps.size())
    return bad_signal("The execution belongs to another document");
  if (signal == kSignalStartStep)
    return check_start(record, document, text_at(payload, "StepName"));
  if (signal == kSignalStopStep)
    return check_stop(run, record, document, text_at(payload, "StepExecutionId"));
  if (signal == kSignalResume) return check_resume(record, document, text_at(payload, "StepName"));
  if (signal == kSignalApprove || signal == kSignalReject || signal == kSignalRevoke)
    return check_decision(run, record, document, signal, text_at(payload, "Caller"));
  return bad_signal(fmt::format("There is no signal {}", signal));
}

std::string step_execution_id(const MachineId& run, const Document& document,
                              const RunRecord& record, std::size_t place) {
  const auto& step = record.steps[place];
  if (step.iteration == 0) return step_execution_id(run, document.steps[step.index]);
  return uuid_of(fmt::format("step/{}/{}@{}", run.id, document.steps[step.index].name, place));
}

std::string step_execution_id(const MachineId& run, const Step& step) {
  return uuid_of(fmt::format("step/{}/{}", run.id, step.name));
}

bool is_approver(const Array& approvers, std::string_view caller) {
  if (caller.empty()) return false;
  const auto user = user_name(caller);
  const auto role = role_behind(caller);
  return std::ranges::any_of(approvers, [&](const Value& entry) {
    const auto approver = text_of(entry);
    return approver == caller || (!user.empty() && approver == user) || is_role(approver, role);
  });
}

}  // namespace hikae::runbook
