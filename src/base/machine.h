// What lasts is a machine: a record and a pure `decide` that changes the record in place and says
// what to do next. A run of a document is a machine; so are a window's occurrence, an event on the
// bus, a delivery, a stack operation and an asynchronous invocation.
//
// The core decides, the shell acts: a machine knows no clock, socket or database. The engine
// (src/engine) journals each event before it releases what `decide` asked for; replaying the events
// of a journal through `decide` gives the same record and the same commands, byte for byte.
//
// On disk if the process dies: the events up to the last commit. What a machine asked for in that
// commit and was not answered is asked for again; a mutating call is first settled by looking at
// the world (engine/effects.h).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace hikae {

/// Names a machine: its kind ("run", "window", "delivery", …) and its id, unique within the kind
/// and scope.
struct MachineId {
  Scope scope;
  std::string kind;
  std::string id;
  friend auto operator<=>(const MachineId&, const MachineId&) = default;
};

/// One API call that a machine asks for. The scope is the machine's own.
struct Call {
  std::string service;    // lower case, boto3's client name: "ec2"
  std::string operation;  // as in the service model: "CreateImage"
  Value input;
  std::string caller;  // ARN in whose name; empty: hikae itself
};

/// How often an awaited answer is asked for.
struct PollPace {
  Duration first = seconds(2);   // after the command
  Duration every = seconds(10);  // afterwards
};

// Events: what has happened. `tag` is the one given with the command.
namespace event {
/// The first event of every machine.
struct Started {
  Value input;
};
/// The answer of a call, or the observation that decided an await.
struct Answered {
  std::string tag;
  Result<Value> answer;
};
struct Woke {
  std::string tag;
};
/// The awaited machine has finished; or `NotFound` where there is none.
struct Ended {
  std::string tag;
  Result<Value> outcome;
};
struct Leased {
  std::string tag;
};
/// From outside: a cancel, an approval, a message of another machine.
struct Signalled {
  std::string name;
  Value payload;
};
}  // namespace event

using Event = std::variant<event::Started, event::Answered, event::Woke, event::Ended,
                           event::Leased, event::Signalled>;

// Commands: what to do next. A tag names the open item until its event has come; a second command
// with an open tag replaces the first.
namespace command {
/// Sent once, with the engine's retries for throttling; answered by `Answered`.
struct Send {
  std::string tag;
  Call call;
};
/// A read-only call, repeated until `Machine::decides` says yes; answered by `Answered` once.
/// Machines that await the same kind of thing share one request.
struct Await {
  std::string tag;
  Call call;
  PollPace pace;
};
/// At an instant of the wall clock: never before it, however the clock is set.
struct Wake {
  std::string tag;
  WallTime at;
};
/// After a while, whatever becomes of the wall clock; after a restart of the process, what the wall
/// clock says is left of it, at the most all of it. Answered by `Woke`.
struct Pause {
  std::string tag;
  Duration wait;
};
struct AwaitEnd {
  std::string tag;
  MachineId machine;
};
/// Waits in line for a resource (an instance); held until this machine finishes.
struct Lease {
  std::string tag;
  std::string resource;
};
/// Forgets the open item of that tag: its event will not come. A call that is out is not undone.
struct Drop {
  std::string tag;
};
/// In the same commit. Ignored where a machine of that id exists or existed.
struct Start {
  MachineId machine;
  Value input;
};
/// Ignored where that machine is absent or has finished.
struct Signal {
  MachineId machine;
  std::string name;
  Value payload;
};
/// Ends the machine: open items are dropped, leases returned, who awaits it is told.
struct Finish {
  Value outcome;
};
}  // namespace command

using Command =
    std::variant<command::Send, command::Await, command::Wake, command::Pause, command::AwaitEnd,
                 command::Lease, command::Drop, command::Start, command::Signal, command::Finish>;

/// Collects what one `decide` asks for, in order.
class Commands {
 public:
  void send(std::string tag, Call call) { add(command::Send{std::move(tag), std::move(call)}); }
  void await(std::string tag, Call call, PollPace pace = {}) {
    add(command::Await{std::move(tag), std::move(call), pace});
  }
  void wake(std::string tag, WallTime at) { add(command::Wake{std::move(tag), at}); }
  void pause(std::string tag, Duration wait) { add(command::Pause{std::move(tag), wait}); }
  void await_end(std::string tag, MachineId machine) {
    add(command::AwaitEnd{std::move(tag), std::move(machine)});
  }
  void lease(std::string tag, std::string resource) {
    add(command::Lease{std::move(tag), std::move(resource)});
  }
  void drop(std::string tag) { add(command::Drop{std::move(tag)}); }
  void start(MachineId machine, Value input) {
    add(command::Start{std::move(machine), std::move(input)});
  }
  void signal(MachineId machine, std::string name, Value payload = {}) {
    add(command::Signal{std::move(machine), std::move(name), std::move(payload)});
  }
  void finish(Value outcome) { add(command::Finish{std::move(outcome)}); }

  [[nodiscard]] std::vector<Command> take() { return std::exchange(list_, {}); }
  [[nodiscard]] const std::vector<Command>& list() const { return list_; }

 private:
  void add(Command command) { list_.push_back(std::move(command)); }
  std::vector<Command> list_;
};

/// One machine's record. Values only: no clock, no entropy, no order that depends on hashing.
class Machine {
 public:
  virtual ~Machine() = default;
  /// Changes the record and says what to do next. Called once for each event, in order.
  virtual void decide(const Event& event, WallTime now, Commands& commands) = 0;
  /// Whether this answer of an awaited call is the one waited for (only it is journalled).
  /// Throttling and unavailability never come here: the engine asks again.
  [[nodiscard]] virtual bool decides(std::string_view tag, const Result<Value>& answer) const;
  /// The record as a value: `MachineKind::load(save())` gives an equal machine.
  [[nodiscard]] virtual Value save() const = 0;
};

/// Makes machines of one kind.
class MachineKind {
 public:
  virtual ~MachineKind() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// A machine that has not had its `Started` yet.
  [[nodiscard]] virtual std::unique_ptr<Machine> fresh(const MachineId& id) const = 0;
  /// From what `save` gave.
  [[nodiscard]] virtual Result<std::unique_ptr<Machine>> load(const MachineId& id,
                                                              const Value& saved) const = 0;
};

}  // namespace hikae
