// A command's way: to the agent, through the script, to its end.
#include <fmt/format.h>

#include <algorithm>

#include "sandbox/agents.h"
#include "sandbox/commands.h"
#include "sandbox/world.h"
#include "text/code_points.h"

namespace hikae::sandbox {
namespace {

constexpr Duration kAgentLooks = seconds(30);   // how often a silent agent is tried
constexpr Duration kPlaceLooks = seconds(5);    // how often a command waits for MaxConcurrency
constexpr std::size_t kOutCharacters = 24'000;  // as GetCommandInvocation shows them
constexpr std::size_t kErrCharacters = 8'000;
constexpr std::size_t kBytesACharacter = 4;

CommandInvocation* invocation_of(CommandRow& row, std::string_view instance) {
  const auto found = std::ranges::find(row.invocations, instance, &CommandInvocation::instance);
  return found == row.invocations.end() ? nullptr : &*found;
}

/// Changes one invocation; `edit` is not called where there is none.
template <class Edit>
void change_invocation(World& world, Region& region, const std::string& id,
                       std::string_view instance, Edit edit) {
  if (!region.commands.find(id)) return;
  region.commands.change(id, world.now(), [&](CommandRow& row) {
    if (auto* one = invocation_of(row, instance)) edit(*one);
  });
}

void end_invocation(World& world, Region& region, const std::string& id, std::string_view instance,
                    CommandState state, std::int64_t code) {
  change_invocation(world, region, id, instance, [&](CommandInvocation& one) {
    one.state = state;
    one.code = code;
    one.ended = world.now();
  });
}

void look_again(World& world, Region& region, const Transition& due, WallTime at) {
  world.schedule(region, {.due = at,
                          .step = Step::CommandDelivers,
                          .subject = due.subject,
                          .device = due.device,
                          .caller = due.caller,
                          .operation = due.operation});
}

std::string first_characters(std::string_view text, std::size_t most) {
  std::size_t at = 0;
  for (std::size_t count = 0; count < most && at < text.size(); ++count)
    at += std::max<std::size_t>(text::utf8_length(text, at), 1);
  return std::string(text.substr(0, at));
}

ChildJob job_of(const CommandRow& row, const Region& region, const std::string& instance) {
  ChildJob job;
  job.script = ChildScript{"hikae-" + row.id, row.script};
  const auto path = "./" + job.script->name;
  job.argv = row.script.starts_with("#!") ? std::vector<std::string>{path}
                                          : std::vector<std::string>{"/bin/sh", path};
  job.env = {"AWS_SSM_INSTANCE_ID=" + instance, "AWS_SSM_REGION_NAME=" + region.scope.region};
  job.folder =
      fmt::format("machines/{}/{}/{}", region.scope.account, region.scope.region, instance);
  job.directory = row.directory;
  job.limits.time = row.execution;
  job.limits.output_bytes = kOutCharacters * kBytesACharacter;
  return job;
}

CommandState state_after(const ChildEnd& end) {
  switch (end.fate) {
    case ChildFate::Exited: return end.code == 0 ? CommandState::Success : CommandState::Failed;
    case ChildFate::Signalled: return CommandState::Failed;
    case ChildFate::TimedOut: return CommandState::ExecutionTimedOut;
    case ChildFate::Stopped: return CommandState::Cancelled;
  }
  return CommandState::Failed;
}

std::int64_t code_after(const ChildEnd& end) {
  constexpr int kSignalCodes = 128;  // as shells report a signal
  if (end.fate == ChildFate::Exited) return end.code;
  return end.fate == ChildFate::Signalled ? kSignalCodes + end.code : -1;
}

void take_end(World& world, Region& region, const std::string& id, const std::string& instance,
              const Result<ChildEnd>& end) {
  change_invocation(world, region, id, instance, [&](CommandInvocation& one) {
    // It may have been settled meanwhile: its machine lost its power.
    if (is_over(one.state)) return;
    one.ended = world.now();
    one.state = end ? state_after(*end) : CommandState::Failed;
    one.code = end ? code_after(*end) : -1;
    one.out = end ? first_characters(end->out, kOutCharacters) : "";
    one.err = first_characters(end ? end->err : end.error().message, kErrCharacters);
  });
  // A failed write keeps its rows; the next call answers with the reason.
  (void)world.flush();
}

void run_script(World& world, Region& region, const std::string& id, const std::string& instance) {
  change_invocation(world, region, id, instance, [&](CommandInvocation& one) {
    one.state = CommandState::InProgress;
    one.begun = world.now();
  });
  const auto& row = *region.commands.find(id);
  const auto child = world.options().spawner->spawn(
      job_of(row, region, instance),
      [&world, &region, id, instance, alive = world.alive()](Result<ChildEnd> end) {
        if (alive.expired()) return;
        world.children().erase({id, instance});
        take_end(world, region, id, instance, end);
      });
  world.children()[{id, instance}] = child;
}

std::size_t count_of(const CommandRow& row, bool (*is_such)(CommandState)) {
  return static_cast<std::size_t>(std::ranges::count_if(
      row.invocations, [&](const CommandInvocation& one) { return is_such(one.state); }));
}

bool runs(CommandState state) {
  return state == CommandState::InProgress || state == CommandState::Cancelling;
}

/// Deliveries that time out count against nothing (docs/reference/ssm-automation.md 5.14).
bool is_error(CommandState state) {
  return state == CommandState::Failed || state == CommandState::ExecutionTimedOut ||
         state == CommandState::InvalidPlatform;
}

void try_machine(World& world, Region& region, const Transition& due, const CommandRow& row,
                 const Instance& machine) {
  const auto count = row.invocations.size();
  if (count_of(row, is_error) > share_of(row.errors, count, 0))
    return end_invocation(world, region, row.id, machine.id, CommandState::Terminated, -1);
  if (count_of(row, runs) >= share_of(row.concurrency, count, 1))
    return look_again(world, region, due, world.now() + kPlaceLooks);
  if (machine.platform == "windows")
    return end_invocation(world, region, row.id, machine.id, CommandState::InvalidPlatform, -1);
  run_script(world, region, row.id, machine.id);
}

}  // namespace

void deliver_command(World& world, Region& region, const Transition& due) {
  const auto* row = region.commands.find(due.subject);
  if (!row) return;
  const auto one = std::ranges::find(row->invocations, due.device, &CommandInvocation::instance);
  if (one == row->invocations.end() ||
      (one->state != CommandState::Pending && one->state != CommandState::Delayed))
    return;
  const auto* machine = region.instances.find(due.device);
  const auto given_up = row->requested + row->delivery;
  const bool is_there = machine && pings_now(*machine, world.now());
  if (!is_there && (world.now() >= given_up || !world.options().spawner))
    return end_invocation(world, region, due.subject, due.device, CommandState::DeliveryTimedOut,
                          -1);
  if (is_there && world.options().spawner) return try_machine(world, region, due, *row, *machine);
  change_invocation(world, region, due.subject, due.device,
                    [](CommandInvocation& late) { late.state = CommandState::Delayed; });
  look_again(world, region, due, std::min(world.now() + kAgentLooks, given_up));
}

void cancel_command(World& world, Region& region, const std::string& id,
                    const std::vector<std::string>& instances) {
  const auto* row = region.commands.find(id);
  if (!row) return;
  std::vector<std::string> running;
  region.commands.change(id, world.now(), [&](CommandRow& changed) {
    for (auto& one : changed.invocations) {
      const bool is_meant =
          instances.empty() || std::ranges::find(instances, one.instance) != instances.end();
      if (!is_meant || is_over(one.state)) continue;
      if (runs(one.state)) running.push_back(one.instance);
      one.state = runs(one.state) ? CommandState::Cancelling : CommandState::Cancelled;
      if (one.state == CommandState::Cancelled) one.ended = world.now();
    }
  });
  for (const auto& instance : running)
    if (const auto child = world.children().find({id, instance}); child != world.children().end())
      world.options().spawner->stop(child->second);
}

void cut_commands(World& world, Region& region, const std::string& instance) {
  for (const auto& [key, child] : world.children()) {
    if (key.second != instance) continue;
    change_invocation(world, region, key.first, instance, [&](CommandInvocation& one) {
      one.state = CommandState::Failed;
      one.ended = world.now();
      one.err = "The machine was switched off while the script ran.";
    });
    world.options().spawner->stop(child);
  }
}

void settle_lost_commands(World& world, Region& region) {
  std::vector<std::string> lost;
  for (const auto& [id, row] : region.commands.rows())
    if (count_of(row, runs) > 0) lost.push_back(id);
  for (const auto& id : lost)
    region.commands.change(id, world.now(), [&](CommandRow& row) {
      for (auto& one : row.invocations) {
        if (!runs(one.state)) continue;
        one.state = CommandState::Failed;
        one.ended = world.now();
        one.err = "The script was killed: hikae ended while it ran.";
      }
    });
}

}  // namespace hikae::sandbox
