// Every path through a document, as a graph: a node is a step and what holds when it begins.
// Private to the linter.
//
// A step alone does not tell whether the instance is up: RestorePower is right after a stop and
// right without one, because a branch looks at what was recorded. So a path carries what it knows:
// who switched the instance, which images are good, what branches have answered. Two paths that
// know the same meet in one node. Knowledge that no later branch asks for is dropped, which keeps
// the number of nodes near (steps × answers that still matter).
//
// What can go wrong: a document whose branches ask for many independent things has too many nodes;
// then the walk gives up and says so (`complete`), and rules that need paths are not applied.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "plan/lint_effects.h"
#include "plan/lint_flow.h"
#include "plan/lint_values.h"
#include "runbook/document.h"

namespace hikae::plan {

/// What this run has done to an instance's power.
enum class Switch : std::uint8_t {
  Untouched,
  Stopped,      // stopped, or asked to
  StartFailed,  // a start was tried and failed
  Started,
};

enum class Seen : std::uint8_t { NotSeen, Running, Off };

struct Machine {
  Switch now = Switch::Untouched;
  bool ours = false;            // this run has stopped it, and not started it since
  Seen before = Seen::NotSeen;  // its state before this run touched it
  auto operator<=>(const Machine&) const = default;
};

enum class Stage : std::uint8_t { Pending, Ended, Good };

enum class Mode : std::uint8_t {
  Well,       // every step so far went well
  Recovered,  // some failed that do not count
  Failed,     // a critical step failed
  Cancelled,
};

/// What holds on a path at one place.
struct PathState {
  Knowledge knowledge;
  std::map<std::string, Machine> machines;
  std::map<std::size_t, Stage> images;  // by the step that made it
  Mode mode = Mode::Well;
  std::set<std::string> looks;    // outputs that tell an instance's state before it was touched
  bool told = false;              // since the first critical failure
  bool image_missing = false;     // making one failed, and none was made since
  bool waited_while_off = false;  // for an image, since an instance was stopped
  auto operator<=>(const PathState&) const = default;
};

enum class Turn : std::uint8_t { Well, Failed, Cancelled };

struct Edge {
  Turn turn = Turn::Well;
  std::size_t to = 0;  // a node
};

struct Node {
  std::size_t step = kEnd;  // kEnd: the run has ended
  PathState state;
  std::vector<Edge> edges;
};

struct Walk {
  std::vector<Node> nodes;         // the first is where a run begins
  std::vector<std::size_t> order;  // of nodes: each after those that lead to it
  bool complete = true;
};

/// What is known of an instance that may not have been heard of yet.
[[nodiscard]] Machine machine_at(const PathState& state, const std::string& machine);
/// It is down: this run stopped it, or found it off and left it so.
[[nodiscard]] bool is_off(const Machine& machine);

[[nodiscard]] Walk walk(const runbook::Document& document, const std::vector<Effect>& effects);

}  // namespace hikae::plan
