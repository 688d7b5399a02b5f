// For the tests of runs: plays machines in memory against a scripted cloud, under a clock that
// jumps. Between any two events of any test the machine is killed: it goes on as one that is made
// anew from the text that was saved. Equal records and equal commands are expected of the one that
// was not killed, and of a replay of the whole journal at the end by one that never was.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/machine.h"
#include "runbook/document.h"

namespace hikae::runbook::testing {

struct Reply {
  std::optional<Result<Value>> answer = Value(Object{});  // nullopt: it never comes
  Duration after{10};
};

[[nodiscard]] Reply answers(Value value);
[[nodiscard]] Reply refuses(std::string code, std::string message,
                            ErrorKind kind = ErrorKind::Invalid);
[[nodiscard]] Reply never();

class RunDriver {
 public:
  using Cloud = std::function<Reply(const Call& call, WallTime now)>;

  RunDriver();
  ~RunDriver();

  /// Reads a document, which must be without errors; it is then there by its name.
  void add_document(const std::string& name, std::string_view text);
  /// The three AWS-owned ones from the folder runbooks/.
  void add_aws_documents();

  /// Answers all calls but the starts and stops of automations, which the driver plays itself.
  Cloud cloud;
  bool answers_starts = true;  // false: StartAutomationExecution is never answered

  /// Starts a run; `more` is merged into Started.input. Gives its id.
  std::string start(const std::string& document, Object parameters = {}, Object more = {});
  void start_machine(const MachineId& id, const Value& input);
  void signal(const std::string& run, const std::string& name, Value payload = Object{});
  [[nodiscard]] Value saved(const std::string& run) const;
  void lease_granted(const std::string& run);
  /// Whether another run holds every lease that a power machine asks for; they have them at once
  /// otherwise.
  bool leased_elsewhere = false;
  void return_lease();
  /// The resources that a machine has asked for.
  [[nodiscard]] std::vector<std::string> leases(const MachineId& id) const;

  /// Plays until nothing is left to happen.
  void play();
  void play_for(Duration duration);

  [[nodiscard]] bool ended(const std::string& run) const;
  [[nodiscard]] std::string status(const std::string& run) const;
  [[nodiscard]] Value outcome(const std::string& run) const;
  [[nodiscard]] Value describe(const std::string& run) const;
  /// The visited steps: "CheckTag S, Stop T"; C is Cancelled, ? is still open.
  [[nodiscard]] std::string visited(const std::string& run) const;
  /// The step as describe shows it.
  [[nodiscard]] Value step(const std::string& run, std::string_view name) const;
  [[nodiscard]] std::string failure_of(const std::string& run, std::string_view step) const;
  /// The resolved input of a step, from the JSON text that describe shows.
  [[nodiscard]] std::string input_of(const std::string& run, std::string_view step,
                                     std::string_view input) const;
  [[nodiscard]] Value power_outcome(const std::string& instance, const std::string& run) const;
  [[nodiscard]] bool has_power_machine(const std::string& instance, const std::string& run) const;

  [[nodiscard]] std::vector<Value> events(std::string_view detail_type) const;
  [[nodiscard]] std::vector<Call> calls(std::string_view operation) const;
  [[nodiscard]] std::vector<std::string> child_runs() const { return children_; }
  [[nodiscard]] WallTime now() const { return now_; }
  /// From the beginning of the play to the end of that run.
  [[nodiscard]] Duration took(const std::string& run) const;
  [[nodiscard]] const Document& document(const std::string& name) const {
    return *documents_.at(name);
  }

  /// How often a machine was killed and read back: once for each event of each machine.
  [[nodiscard]] int kills() const { return kills_; }

  static constexpr WallTime kStart = wall_ms(1746124200000);  // 2025-05-01T18:30:00Z
  static const Scope kScope;

 private:
  struct Item;
  struct Slot;
  [[nodiscard]] const Slot& run_slot(const std::string& run) const;
  Slot* find_slot(const MachineId& id);
  const MachineKind& kind_of_machine(const std::string& kind) const;
  void deliver(Slot& slot, const Event& event);
  [[nodiscard]] std::unique_ptr<Machine> resumed(const Slot& slot) const;
  void apply(Slot& slot, const Command& command);
  void open_send(Slot& slot, const std::string& tag, const Call& call);
  void grant_lease(Slot& slot);
  void open_wake(Slot& slot, const std::string& tag, WallTime when);
  void open_await(Slot& slot, const std::string& tag, const Call& call, const PollPace& pace);
  void poll(const MachineId& id, const std::string& tag, std::int64_t item);
  void answer(const MachineId& id, const std::string& tag, std::int64_t item, Result<Value> answer);
  void finish(Slot& slot, const Value& outcome);
  void check_replay(const Slot& slot) const;
  Reply call_cloud(const Call& call);
  Reply start_automation(const Call& call);
  Reply stop_automation(const Call& call);
  void at(WallTime when, std::function<void()> what);
  bool play_one(WallTime until);

  std::map<std::string, std::shared_ptr<const Document>> documents_;
  std::unique_ptr<MachineKind> runs_;
  std::unique_ptr<MachineKind> powers_;
  std::map<MachineId, std::unique_ptr<Slot>> slots_;
  std::map<std::pair<WallTime, std::int64_t>, std::function<void()>> queue_;
  std::vector<Value> events_;
  std::vector<Call> calls_;
  std::vector<std::string> children_;
  WallTime now_ = kStart;
  std::int64_t last_ = 0;
  int runs_started_ = 0;
  int kills_ = 0;
};

}  // namespace hikae::runbook::testing
