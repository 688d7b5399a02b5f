// What a run remembers, and nothing else: names, inputs and flow live once in the shared document.
// Resolved inputs are not kept: they are a pure function of (document, parameters, outputs so far,
// the step's start), so they are made again when somebody asks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/machine.h"
#include "base/value.h"
#include "runbook/run_failure.h"
#include "runbook/status.h"

namespace hikae::runbook {

/// Why an attempt is left before its action has ended it.
enum class Leaving : std::uint8_t { No, TimedOut, Cancelled };

/// The attempt that is under way.
struct AttemptRecord {
  Value state;                     // the action's own
  std::vector<std::string> calls;  // items sent, not answered
  std::vector<std::string> waits;  // items awaited: polls, wake-ups, children
  Leaving leaving = Leaving::No;
};

struct StepRecord {
  std::size_t index = 0;  // in Document::steps
  Status status = Status::InProgress;
  int attempts = 0;
  WallTime start{};
  WallTime end{};
  Object outputs = {};  // typed
  Failure failure = {};
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
  Value tags;

  Status status = Status::Pending;
  WallTime start{};
  WallTime end{};
  Status verdict = Status::Success;      // the status rule so far
  std::optional<std::size_t> failed;     // into `steps`: the one that decided the verdict
  std::string trouble;                   // what ended a run outside of any step
  std::vector<StepRecord> steps;         // visited, in order
  std::optional<AttemptRecord> attempt;  // of the last step, while it is open
  Cancel cancel = Cancel::No;
  bool completes = false;  // ends after the current step

  [[nodiscard]] const StepRecord* visited(std::size_t index) const;
  /// The failing step's text, or what ended the run outside of any step; empty: all is well.
  [[nodiscard]] std::string_view failure_message() const;
};

[[nodiscard]] Value save_record(const RunRecord& record);
[[nodiscard]] Result<RunRecord> load_record(const Value& saved);

/// A value as the API shows it: a list of texts.
[[nodiscard]] Array as_texts(const Value& value);

}  // namespace hikae::runbook
