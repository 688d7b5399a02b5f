// Run Command on the embedded machines: a command, what became of it on each machine, and what
// makes it go on.
//
// A command lies until its agent pings; a lost agent's is given up after the delivery time-out.
// What the agent then runs is a real script, in the machine's own folder, by the Spawner port.
// Where the process ends while a script runs, the script ends with it: opened again, its invocation
// is Failed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/spawner.h"
#include "base/time.h"
#include "sandbox/records.h"

namespace hikae::sandbox {

struct Region;
class World;

/// As SSM's StatusDetails name them. Rows keep the number: new ones go to the end.
enum class CommandState {
  Pending,
  Delayed,  // the agent does not answer; it is tried again
  InProgress,
  Cancelling,
  Success,
  Failed,
  ExecutionTimedOut,
  DeliveryTimedOut,
  Cancelled,
  InvalidPlatform,
  Terminated,  // not begun: too many others had failed
};

struct CommandInvocation {
  std::string instance{};
  CommandState state = CommandState::Pending;
  std::int64_t code = -1;
  WallTime begun{};
  WallTime ended{};
  std::string out{};
  std::string err{};
};

struct CommandRow {
  std::string id{};
  std::string comment{};
  std::string parameters{};  // JSON, as given
  std::string targets{};     // JSON, as given
  std::string role{};
  std::string script{};
  std::string directory{};
  Duration delivery = hours(1);
  Duration execution = hours(1);
  std::string concurrency = "50";
  std::string errors = "0";
  WallTime requested{};
  std::vector<CommandInvocation> invocations{};
};

[[nodiscard]] std::string save(const CommandRow& row);
[[nodiscard]] Result<> load(std::string_view text, CommandRow& row);
[[nodiscard]] std::vector<Term> terms_of(const CommandRow& row);

[[nodiscard]] bool is_over(CommandState state);
[[nodiscard]] bool is_over(const CommandRow& row);
/// StatusDetails: "DeliveryTimedOut".
[[nodiscard]] std::string_view details_of(CommandState state);
/// Status: "TimedOut".
[[nodiscard]] std::string_view status_of(CommandState state);
/// What the invocations make of the whole command.
[[nodiscard]] CommandState state_of(const CommandRow& row);
/// "10%" of `count`, or the number; at least `least`.
[[nodiscard]] std::size_t share_of(std::string_view limit, std::size_t count, std::size_t least);

/// A command is to be looked at by its machine's agent (transition CommandDelivers).
void deliver_command(World& world, Region& region, const Transition& due);
/// Takes back what has not begun and kills what runs, on these machines.
void cancel_command(World& world, Region& region, const std::string& id,
                    const std::vector<std::string>& instances);
/// A machine loses its power: what its agent runs ends.
void cut_commands(World& world, Region& region, const std::string& instance);
/// After a start of the process: scripts that ran when it ended.
void settle_lost_commands(World& world, Region& region);

}  // namespace hikae::sandbox
