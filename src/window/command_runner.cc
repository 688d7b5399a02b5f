#include "window/command_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/escape.h"
#include "base/limits.h"

namespace hikae::window {
namespace {

// SSM does not know a command's invocation at once.
constexpr Duration kUntilSeen = minutes(5);
constexpr PollPace kCommandPace{seconds(2), seconds(10)};
constexpr std::size_t kErrorOutputBytes = 500;

void await_command(Turn& turn, Slot slot) {
  const auto& one = invocation_at(turn.o, slot);
  turn.commands.await(tag_for("command", slot),
                      {"ssm",
                       "GetCommandInvocation",
                       Object{{"CommandId", one.run}, {"InstanceId", one.target}},
                       {}},
                      kCommandPace);
}

Status command_status(std::string_view text) {
  if (text == "Success") return Status::Success;
  if (text == "TimedOut") return Status::TimedOut;
  return text == "Cancelled" ? Status::Cancelled : Status::Failed;
}

std::string command_details(const Value& answer) {
  auto text = str(text_at(answer, "StatusDetails", text_at(answer, "Status")));
  if (text_at(answer, "Status") == "Success") return text;
  if (const auto code = int_at(answer, "ResponseCode"); code && *code >= 0)
    text += fmt::format(" (exit code {})", *code);
  const auto errors = text_at(answer, "StandardErrorContent").substr(0, kErrorOutputBytes);
  return printable(errors.empty() ? text : text + ": " + str(errors));
}

}  // namespace

void take_command_start(Turn& turn, Slot slot, const Value& answer) {
  auto& one = invocation_at(turn.o, slot);
  one.run = text_at(object_at(answer, "Command"), "CommandId");
  if (one.run.empty())
    return conclude(turn, slot, Status::Failed, "ssm:SendCommand answered without a CommandId");
  one.details.clear();
  record_target(turn, one.target);
  await_command(turn, slot);
  turn.commands.pause(tag_for("cap", slot), limits::kStepSafetyCap);
}

bool ends_command(const Result<Value>& answer) {
  constexpr std::array<std::string_view, 4> kGoingOn{"Pending", "InProgress", "Delayed",
                                                     "Cancelling"};
  if (!answer) return true;
  return std::ranges::find(kGoingOn, text_at(*answer, "Status")) == kGoingOn.end();
}

void take_command_end(Turn& turn, Slot slot, const Result<Value>& answer) {
  const auto& one = invocation_at(turn.o, slot);
  if (one.status != Status::InProgress) return;
  if (!answer && answer.error().code == "InvocationDoesNotExist" &&
      turn.now - one.start < kUntilSeen)
    return await_command(turn, slot);
  turn.commands.drop(tag_for("cap", slot));
  if (!answer)
    return conclude(
        turn, slot, Status::Failed,
        fmt::format("what became of command {} is not known: {}", one.run, answer.error().text()));
  conclude(turn, slot, command_status(text_at(*answer, "Status")), command_details(*answer));
}

void take_command_cap(Turn& turn, Slot slot) {
  const auto& one = invocation_at(turn.o, slot);
  if (one.status != Status::InProgress) return;
  turn.commands.drop(tag_for("command", slot));
  conclude(turn, slot, Status::TimedOut,
           fmt::format("command {} had not ended after {}", one.run, human(turn.now - one.start)));
}

void cancel_commands(Turn& turn, std::size_t task) {
  const auto& of = turn.o.definition.tasks[task];
  if (of.type != "RUN_COMMAND" || of.at_cutoff != CutoffBehavior::CancelTask) return;
  auto& list = turn.o.tasks[task].invocations;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto& one = list[i];
    if (one.status != Status::InProgress || one.run.empty() || one.was_cut) continue;
    one.was_cut = true;
    turn.commands.send(tag_for("uncommand", {task, i}),
                       {"ssm",
                        "CancelCommand",
                        Object{{"CommandId", one.run}, {"InstanceIds", Array{one.target}}},
                        {}});
  }
}

void take_cancel_answer(Turn& turn, Slot slot, const Result<Value>& answer) {
  if (!answer)
    invocation_at(turn.o, slot).note =
        "cancelling it at the cutoff was refused: " + answer.error().text();
}

}  // namespace hikae::window
