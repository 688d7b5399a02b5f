// What the parent of a rate-controlled execution remembers (rate.h). Internal to this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/machine.h"
#include "runbook/status.h"

namespace hikae::runbook {

/// The most targets of one parent; its record is rewritten every few events.
inline constexpr std::size_t kMostTargets = 5000;

struct RateChild {
  std::string value;  // of the target parameter; with TargetMaps the map as JSON text
  Status status = Status::Pending;
  WallTime start{};
  WallTime end{};
  std::string message = {};  // why it went wrong
};

/// Why nothing more is started.
enum class RateStop : std::uint8_t { No, Errors, Completed, Cancelled };

struct RateRecord {
  Value input;  // Started.input
  Status status = Status::Pending;
  WallTime start{};
  WallTime end{};
  RateStop stop = RateStop::No;
  bool is_looking = false;  // for its targets
  std::string page;         // of the look under way
  std::size_t looks = 0;    // pages asked for, failures counted too
  std::vector<RateChild> children;
  std::size_t next = 0;  // into `children`: the first that was not started
  std::string trouble;   // what ended it outside of any child

  // Counts of `children`, made again when loaded.
  std::size_t running = 0;
  std::size_t ended = 0;
  std::size_t errors = 0;

  [[nodiscard]] bool is_over() const { return is_terminal(status); }
  [[nodiscard]] std::size_t not_started() const { return children.size() - next; }
};

[[nodiscard]] Value save_rate(const RateRecord& record);
[[nodiscard]] Result<RateRecord> load_rate(const Value& saved);

[[nodiscard]] std::string rate_child_id(const MachineId& parent, std::size_t number);
/// The parameters of one target, beside those of all.
[[nodiscard]] Object parameters_of_target(const Value& asked, std::string_view value);
/// Parameters of the parent with those of the target.
[[nodiscard]] Object rate_child_parameters(const Value& asked, std::string_view value);

}  // namespace hikae::runbook
