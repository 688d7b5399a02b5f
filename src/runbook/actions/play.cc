#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/invariant.h"
#include "runbook/actions/action.h"
#include "runbook/events.h"
#include "runbook/power.h"
#include "runbook/run_tags.h"

namespace hikae::runbook {
namespace {

// What the step's own `outputs` find in the answer. Empty texts vanish, as the service drops them
// (docs/reference/ssm-automation.md 3.4); what is not found is absent, not an error.
Result<> add_declared_outputs(const Step& step, const Value& answer, Object& outputs) {
  for (const auto& declared : step.outputs) {
    const auto found = declared.selector.select(answer);
    if (!found || found->is_null()) continue;
    auto value = in_context(convert_found(*found, declared.selector, declared.type),
                            fmt::format("output {}.{}", step.name, declared.name));
    if (!value) return std::unexpected(value.error());
    if (value->is_string() && value->get_string().empty()) continue;
    outputs[declared.name] = *std::move(value);
  }
  return {};
}

bool holds_item(const std::vector<std::string>& items, std::string_view item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

}  // namespace

Play::Play(const Site& site, Commands& commands) : site_(site), commands_(commands) {
  INVARIANT(site.record.attempt && !site.record.steps.empty(), "no attempt is under way");
}

std::string Play::tag(std::string_view item) const {
  return item_tag(site_.record, site_.record.at, item);
}

void Play::send(std::string_view item, std::string_view service, std::string_view operation,
                Value input) {
  send_as(item, {str(service), str(operation), std::move(input), caller_of_steps(record())});
}

void Play::send_as_starter(std::string_view item, std::string_view service,
                           std::string_view operation, Value input) {
  send_as(item, {str(service), str(operation), std::move(input), record().caller});
}

void Play::send_as(std::string_view item, Call call) {
  if (restores_power() && call.service == "ec2") {
    const auto operation = operation_name(call.operation);
    if (operation == "StopInstances") return send_stop(item, std::move(call));
    if (operation == "StartInstances" && !has_looked_ && record().last_stop.is_there())
      return look_before_start(item, call);
    guard_power(operation, call.input);
  }
  site_.record.attempt->calls.emplace_back(item);
  commands_.send(tag(item), std::move(call));
}

void Play::await(std::string_view item, std::string_view service, std::string_view operation,
                 Value input, PollPace pace) {
  site_.record.attempt->waits.emplace_back(item);
  commands_.await(
      tag(item), {str(service), str(operation), std::move(input), caller_of_steps(record())}, pace);
}

void Play::wake(std::string_view item, WallTime at) {
  site_.record.attempt->waits.emplace_back(item);
  commands_.wake(tag(item), at);
}

void Play::pause(std::string_view item, Duration wait) {
  site_.record.attempt->waits.emplace_back(item);
  commands_.pause(tag(item), wait);
}

void Play::await_run(std::string_view item, std::string_view run_id) {
  site_.record.attempt->waits.emplace_back(item);
  commands_.await_end(tag(item), {run().scope, "run", str(run_id)});
}

void Play::drop(std::string_view item) {
  if (!is_open(item)) return;
  auto& attempt = *site_.record.attempt;
  std::erase(attempt.calls, item);
  std::erase(attempt.waits, item);
  commands_.drop(tag(item));
}

bool Play::is_open(std::string_view item) const {
  const auto& attempt = *site_.record.attempt;
  return holds_item(attempt.calls, item) || holds_item(attempt.waits, item);
}

// Every way to a stop goes through here, so that no action can forget the obligation. It is opened
// before the call leaves, which waits for its tag (run_stop.cc).
void Play::send_stop(std::string_view item, Call call) {
  if (auto refusal = refusal_of_stop(record(), call.input, now())) {
    site_.record.last_stop.refuse();
    return fail(*std::move(refusal));
  }
  const auto& ids = list_at(call.input, "InstanceIds");
  oblige_power(commands_, stop_of(ids),
               fmt::format("step {} of {}", step().name, record().document_name));
  auto mark = to_tag_value({record().root, now(), record().installation});
  auto& attempt = *site_.record.attempt;
  attempt.calls.emplace_back(kMark);
  commands_.send(tag(kMark), marking_call(ids, mark, call.caller));
  pause(kMarkTimer, kMarkPatience);
  attempt.stop = HeldStop{str(item), std::move(call), std::move(mark), now()};
}

void Play::guard_power(std::string_view operation, const Value& input) {
  if (operation == "StartInstances")
    for (const auto& id : list_at(input, "InstanceIds"))
      commands_.signal(power_machine(run().scope, text_of(id), record().root), str(kPowerStarting));
}

StopAsked Play::stop_of(const Array& instance_ids) const {
  return {run().scope,  record().root, run().id, fmt::format("{}/{}", run().id, tag({})),
          instance_ids, now()};
}

// Not a call that an attempt is left with: nobody waits for it where the run is cancelled.
void Play::look_before_start(std::string_view item, const Call& start) {
  const auto look = fmt::format("{}{}", kLookBeforeStart, item);
  site_.record.attempt->waits.emplace_back(look);
  commands_.send(tag(look),
                 {"ec2", "DescribeInstances",
                  Object{{"InstanceIds", list_at(start.input, "InstanceIds")}}, start.caller});
}

void Play::saw_stopped_before(std::string_view instance_id) {
  const Array ids{Value(instance_id)};
  excuse_power(commands_, stop_of(ids), instance_id);
}

void Play::saw_running(std::string_view instance_id) {
  if (!record().restores_power) return;
  commands_.signal(power_machine(run().scope, instance_id, record().root), str(kPowerDischarged));
}

void Play::wait_for_people() {
  site_.record.current().status = Status::Waiting;
  if (site_.record.status != Status::InProgress) return;
  site_.record.status = Status::Waiting;
  emit_event(commands_, run().scope, execution_event(run(), record(), now()));
}

void Play::set_variable(std::string_view name, Value value) {
  site_.record.current().variables[name] = std::move(value);
}

void Play::enter_loop(Value iterators, int most) {
  INVARIANT(!record().loop, "a loop is entered within another");
  site_.record.current().iterators = std::move(iterators);
  site_.record.loop = LoopRecord{.at = site_.record.at, .most = most};
}

std::string Play::token(std::string_view purpose) const {
  return uuid_of(fmt::format("{}/{}/{}", purpose, run().id, tag({})));
}

void Play::succeed(Object outputs, const Value& answer) {
  INVARIANT(!end_, "an attempt ends once");
  if (auto selected = add_declared_outputs(step(), answer, outputs); !selected) {
    fail(step_failure("verifying the step outputs", selected.error().message,
                      FailureStage::PostVerification, FailureType::Verification));
    return;
  }
  end_ = AttemptEnd{.outputs = std::move(outputs)};
}

void Play::choose(std::string step_name) {
  INVARIANT(!end_, "an attempt ends once");
  end_ = AttemptEnd{.chosen = std::move(step_name)};
}

void Play::fail(Failure failure, Object outputs) {
  INVARIANT(!end_, "an attempt ends once");
  end_ = AttemptEnd{
      .result = Status::Failed, .outputs = std::move(outputs), .failure = std::move(failure)};
}

}  // namespace hikae::runbook
