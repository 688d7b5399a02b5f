// What a run remembers, and nothing else: names, inputs and flow live once in the shared document.
// Resolved inputs are not kept: they are a pure function of (document, parameters, outputs so far,
// the step's start), so they are made again when somebody asks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/machine.h"
#include "base/value.h"
#include "runbook/last_stop.h"
#include "runbook/run_failure.h"
#include "runbook/status.h"

namespace hikae::runbook {

/// Why an attempt is left before its action has ended it.
enum class Leaving : std::uint8_t { No, TimedOut, Cancelled };

/// A stop that has not left yet: the tag that says whose it is goes first (run_stop.cc).
struct HeldStop {
  std::string item;
  Call call;
  std::string mark;  // the tag's value
  WallTime since{};
};

/// The attempt that is under way.
struct AttemptRecord {
  Value state;                     // the action's own
  std::vector<std::string> calls;  // items sent, not answered
  std::vector<std::string> waits;  // items awaited: polls, wake-ups, children
  Leaving leaving = Leaving::No;
  std::optional<HeldStop> stop;
  Duration stop_held{};  // how long the last stop waited for its tag
};

struct StepRecord {
  std::size_t index = 0;  // in Document::steps
  Status status = Status::InProgress;
  int attempts = 0;
  WallTime start{};
  WallTime end{};
  Object outputs = {};  // typed
  Failure failure = {};
  int iteration = 0;      // of the loop around it, from 1; 0: there is none
  Value iterators = {};   // of a loop: the list it goes through
  Object variables = {};  // what it has set, by name
};

/// The loop that is going on. Its own step stays open; the steps inside are visited like any other.
struct LoopRecord {
  std::size_t at = 0;         // in RunRecord::steps: the loop's own
  std::size_t body_from = 0;  // there: where this iteration begins
  int iteration = 0;          // from 1
  int most = 0;               // iterations
  bool has_timer = false;
  bool timed_out = false;     // ends as soon as the step inside has been left
  bool after_cancel = false;  // it belongs to an onCancel workflow
};

/// What the steps that have ended have left behind, for whoever refers to it. Made of them, never
/// saved: a lookup must not walk through all steps, of which there may be a million.
class Visits {
 public:
  /// To be told of every step once it has ended, in order. `position` is its place in the record.
  void note(const StepRecord& step, std::size_t position);
  /// The place of the last visit of that step of the document.
  [[nodiscard]] std::optional<std::size_t> last(std::size_t index) const;
  /// Variables that were set, with their values.
  [[nodiscard]] const Object& variables() const { return variables_; }

 private:
  std::vector<std::uint32_t> last_;  // by index: place + 1; 0: never
  Object variables_;
};

/// Requested: the current step is being left. Workflow: onCancel's steps run, within two minutes.
enum class Cancel : std::uint8_t { No, Requested, Workflow, Over };

struct RunRecord {
  std::string document_name;
  std::string document_version;
  std::string document_hash;
  Object parameters;  // typed, with defaults
  std::string executed_by;
  std::string caller;
  std::string parent;  // run id, or empty
  std::string root;    // run id of the topmost; its own where it is that
  int depth = 0;
  std::string lease;
  bool restores_power = false;
  std::string installation;  // which hikae this is; for the tag of what it stops
  LastStop last_stop;        // asked for by this run, or by those above it before it began
  bool tells_steps = false;  // also of steps that went well
  std::string role;          // of assumeRole; empty: the steps call as `caller`
  bool interactive = false;  // each step waits for a StartStep
  Value tags;

  Status status = Status::Pending;
  WallTime start{};
  WallTime end{};
  Status verdict = Status::Success;      // the status rule so far
  std::optional<std::size_t> failed;     // into `steps`: the one that decided the verdict
  std::string trouble;                   // what ended a run outside of any step
  std::vector<StepRecord> steps;         // visited, in order
  std::size_t at = 0;                    // into `steps`: the one that is under way
  std::optional<AttemptRecord> attempt;  // of that one, while it is open
  std::optional<LoopRecord> loop;
  std::optional<std::size_t> held;  // Interactive: the step of the document that waits to be begun
  Cancel cancel = Cancel::No;
  bool completes = false;  // ends after the current step
  Visits visits;           // of the steps that have ended

  [[nodiscard]] StepRecord& current() { return steps[at]; }
  [[nodiscard]] const StepRecord& current() const { return steps[at]; }
  /// The last visit of that step of the document that has ended.
  [[nodiscard]] const StepRecord* visited(std::size_t index) const;
  /// The failing step's text, or what ended the run outside of any step; empty: all is well.
  [[nodiscard]] std::string_view failure_message() const;
};

[[nodiscard]] Value save_record(const RunRecord& record);
[[nodiscard]] Result<RunRecord> load_record(const Value& saved);

/// A value as the API shows it: a list of texts.
[[nodiscard]] Array as_texts(const Value& value);

}  // namespace hikae::runbook
