// Whose stop was it? EC2 answers StopInstances with the state it found (PreviousState): `running`
// means that this call stopped it, `stopping` or `stopped` that somebody else had. A look before
// the stop cannot say that: people have hands too.
//
// What can go wrong:
// - The answer is lost. The engine looks; a stop that took effect is answered without
// PreviousState.
//   Then nobody knows, and the obligation stays: an instance left stopped would be the worse fault.
//   Unless EC2 names a time of that stop at which none of our sendings can have arrived.
// - The answer is lost, the look still shows `running`, the engine sends again, and the second
//   sending finds what the first has done: `stopping`. It sends again no earlier than
//   kFirstSending after the first (the horizon in engine/probes.cc), so an answer that quick is
//   that of the first sending, and a later one is believed only where it says `running`.
// - The stop is refused. Where the refusal is quick, nothing was stopped.
#include "runbook/power_stop.h"

#include <fmt/format.h>

#include <charconv>

#include "runbook/actions/api_call.h"
#include "runbook/power.h"
#include "runbook/run_failure.h"

namespace hikae::runbook {
namespace {

constexpr Duration kFirstSending = seconds(10);
constexpr int kStopWithinMax = 7 * 24 * 60;  // minutes; no window is that long

bool was_on(std::string_view state) { return state == "running" || state == "pending"; }

void signal_stop(Commands& commands, const StopAsked& stop, std::string_view instance_id,
                 std::string_view name) {
  commands.signal(power_machine(stop.scope, instance_id, stop.root), str(name),
                  Object{{"Stop", stop.key}, {"Run", stop.run}, {"At", unix_ms(stop.now)}});
}

int minutes_of(const RunRecord& record) {
  const auto* given = find(record.parameters, kStopWithinParameter);
  if (!given) return 0;
  if (const auto number = int_of(*given)) return static_cast<int>(*number);
  const auto text = text_of(*given);
  int minutes = 0;
  const auto* end = text.data() + text.size();
  return std::from_chars(text.data(), end, minutes).ptr == end ? minutes : 0;
}

// What hikae itself did not let out, for want of disk space, is not in doubt.
bool is_doubtful(const Error& error) {
  if (error.code == "InsufficientDiskSpace") return false;
  return error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::Timeout;
}

}  // namespace

void limit_stops(RunRecord& record, WallTime created) {
  if (!record.tags.is_object() || text_at(record.tags, kWindowTag).empty()) return;
  if (stop_limit(record)) return;
  const auto within = minutes_of(record);
  if (within <= 0 || within > kStopWithinMax) return;
  record.tags.get_object()[kStopBeforeTag] = iso(created + minutes(within));
}

std::optional<WallTime> stop_limit(const RunRecord& record) {
  const auto limit = parse_iso(text_at(record.tags, kStopBeforeTag));
  return limit ? std::optional(*limit) : std::nullopt;
}

std::optional<Failure> refusal_of_stop(const RunRecord& record, const Value& input, WallTime now) {
  const auto limit = stop_limit(record);
  if (!limit || now < *limit) return std::nullopt;
  std::string ids;
  for (const auto& id : list_at(input, "InstanceIds"))
    ids += fmt::format("{}{}", ids.empty() ? "" : ", ", text_of(id));
  return step_failure(
      "stopping the instance(s)",
      fmt::format("{} was not stopped, and nothing was done to it: its window closed at {} and it "
                  "is {} now. hikae was not running, or another run of the same instance came "
                  "first. To make the backup by hand: hikae backup {}",
                  ids, iso(*limit), iso(now), ids));
}

bool may_ask_for_stop(const Step& step) {
  if (step.action == "aws:changeInstanceState") return true;
  if (step.action != "aws:executeAwsApi") return false;
  const auto api = text_at(step.inputs, "Api");
  return api.find("{{") != std::string_view::npos || operation_name(api) == "StopInstances";
}

bool asks_for_stop(const Step& step, const Object& inputs, std::string_view item) {
  if (step.action == "aws:changeInstanceState")
    return item == "change" && text_at(inputs, "DesiredState") == "stopped";
  if (step.action != "aws:executeAwsApi") return false;
  const auto call = api_call_of(inputs);
  return call.service == "ec2" && call.operation == "StopInstances";
}

Call marking_call(const Array& instance_ids, std::string_view mark, std::string_view caller) {
  const Object tag{{"Key", kStoppedByTag}, {"Value", mark}};
  return {"ec2", "CreateTags", Object{{"Resources", instance_ids}, {"Tags", Array{tag}}},
          str(caller)};
}

void note_leaving(Commands& commands, const StopAsked& stop, std::string_view mark) {
  for (const auto& id : stop.instance_ids)
    commands.signal(power_machine(stop.scope, text_of(id), stop.root), str(kPowerLeaving),
                    Object{{"Stop", stop.key}, {"At", unix_ms(stop.now)}, {"Mark", mark}});
}

void oblige_power(Commands& commands, const StopAsked& stop, std::string_view reason) {
  for (const auto& id : stop.instance_ids) {
    commands.start(power_machine(stop.scope, text_of(id), stop.root),
                   Object{{"InstanceId", id}, {"RunId", stop.root}, {"Reason", reason}});
    signal_stop(commands, stop, text_of(id), kPowerStopping);
  }
}

void excuse_power(Commands& commands, const StopAsked& stop, std::string_view instance_id) {
  signal_stop(commands, stop, instance_id, kPowerNotOurs);
}

void settle_stop(Commands& commands, const StopAsked& stop, Duration took, Result<Value>& answer) {
  const bool is_first = took < kFirstSending;
  for (const auto& id : stop.instance_ids) signal_stop(commands, stop, text_of(id), kPowerAnswered);
  if (!answer) {
    if (!is_first || is_doubtful(answer.error())) return;
    for (const auto& id : stop.instance_ids) excuse_power(commands, stop, text_of(id));
    return;
  }
  if (!answer->is_object() || list_at(*answer, "StoppingInstances").empty()) return;
  for (auto& change : answer->get_object()["StoppingInstances"].get_array()) {
    const auto before = str(text_at(object_at(change, "PreviousState"), "Name"));
    if (before.empty()) continue;
    const bool is_proven = change.get_object().erase("StateTransitionReason") > 0;
    if (was_on(before))
      signal_stop(commands, stop, text_at(change, "InstanceId"), kPowerOurs);
    else if (is_first || is_proven)
      excuse_power(commands, stop, text_at(change, "InstanceId"));
    else
      change.get_object().erase("PreviousState");
  }
}

}  // namespace hikae::runbook
