#include "plan/lint_walk.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "plan/lint_source.h"
#include "runbook/resolve.h"

namespace hikae::plan {
namespace {

using runbook::Document;
using runbook::Step;

constexpr std::size_t kNodesMax = 20'000;    // the backup document has 2,300
constexpr std::size_t kWorkMax = 2'000'000;  // pieces of knowledge handled

std::size_t weight_of(const Knowledge& knowledge) {
  std::size_t weight = 1;
  for (const auto& [reference, known] : knowledge)
    weight += 1 + known.differs.size() + known.answers.size();
  return weight;
}

/// Which references branches still ask for from each step on.
class Liveness {
 public:
  explicit Liveness(const Document& document) {
    const auto order = in_order(document);
    live_.resize(document.steps.size());
    for (const auto& step : document.steps)
      for (const auto& name : looked_at(step.inputs)) numbers_.try_emplace(name, numbers_.size());
    for (auto at = order.rbegin(); at != order.rend(); ++at) fill(document, *at);
  }

  [[nodiscard]] bool asked_for(const std::string& reference, std::size_t step) const {
    const auto it = numbers_.find(reference);
    return it != numbers_.end() && live_[step][it->second];
  }

 private:
  void fill(const Document& document, std::size_t step) {
    auto& live = live_[step];
    live.assign(numbers_.size(), false);
    for (const auto& name : looked_at(document.steps[step].inputs)) live[numbers_[name]] = true;
    for (const auto to : ways_from(document, step, Ways::All))
      for (std::size_t i = 0; i < live.size(); ++i) live[i] = live[i] || live_[to][i];
  }

  std::map<std::string, std::size_t> numbers_;
  std::vector<std::vector<bool>> live_;
};

/// The images that a wait or an assert looks at: the steps that make them.
std::vector<std::size_t> images_looked_at(const Document& document,
                                          const std::vector<Effect>& effects, const Step& step) {
  std::vector<std::size_t> by_id, by_name, all;
  const auto* names = filter_values(step.inputs, "name");
  for (const auto& reference : runbook::references_in(step.inputs))
    if (const auto source = source_of(document, reference); source.kind == SourceKind::ImageId)
      by_id.push_back(source.step);
  for (std::size_t i = 0; i < effects.size(); ++i) {
    if (effects[i].image != ImageWork::Make && effects[i].image != ImageWork::MakeAndWait) continue;
    all.push_back(i);
    if (names && machine_of(names) == machine_of(find(document.steps[i].inputs, "Name")))
      by_name.push_back(i);
  }
  if (!by_id.empty()) return by_id;
  return by_name.empty() ? all : by_name;
}

class Walker {
 public:
  Walker(const Document& document, const std::vector<Effect>& effects)
      : document_(document), effects_(effects), live_(document), at_(document.steps.size()) {
    for (const auto& step : document.steps)
      images_.push_back(images_looked_at(document, effects, step));
    for (std::size_t i = 0; i < document.steps.size(); ++i) note_outputs(i);
  }

  Walk walk() {
    if (!document_.steps.empty()) arrive(0, PathState{});
    for (const auto step : in_order(document_))
      for (const auto& [state, node] : at_[step]) {
        if (!walk_.complete) return std::move(walk_);
        walk_.order.push_back(node);
        leave(node);
      }
    for (const auto& [state, node] : ends_) walk_.order.push_back(node);
    return std::move(walk_);
  }

 private:
  /// Outputs that some branch looks at, by their step.
  void note_outputs(std::size_t index) {
    for (const auto& reference : looked_at(document_.steps[index].inputs)) {
      const auto dot = reference.find('.');
      const auto step = document_.step_index(reference.substr(0, dot));
      if (dot != std::string::npos && step) outputs_[*step].insert(reference);
    }
  }

  std::size_t arrive(std::size_t step, PathState state) {
    if (step == kEnd) {
      state.knowledge.clear();
      state.looks.clear();
    } else {
      std::erase_if(state.knowledge,
                    [&](const auto& known) { return !live_.asked_for(known.first, step); });
      std::erase_if(state.looks, [&](const auto& look) { return !live_.asked_for(look, step); });
    }
    auto& there = step == kEnd ? ends_ : at_[step];
    const auto [it, added] = there.try_emplace(std::move(state), walk_.nodes.size());
    if (added) walk_.nodes.push_back({step, it->first, {}});
    if (walk_.nodes.size() > kNodesMax) walk_.complete = false;
    return it->second;
  }

  void go(std::size_t from, Turn turn, std::size_t step, PathState state) {
    const auto to = arrive(step, std::move(state));
    walk_.nodes[from].edges.push_back({turn, to});
  }

  void leave(std::size_t node) {
    const auto index = walk_.nodes[node].step;
    const auto state = walk_.nodes[node].state;
    const auto& step = document_.steps[index];
    if (step.action == "aws:branch") return leave_branch(node, index, state);
    go(node, Turn::Well, into_step(document_, index), after_well(state, index));
    if (can_fail(step))
      go(node, Turn::Failed, after_failure(document_, index), after_failed(state, index));
    if (state.mode != Mode::Cancelled && takes_time(step))
      go(node, Turn::Cancelled, after_cancel(document_, index), after_cancelled(state, index));
  }

  void leave_branch(std::size_t node, std::size_t index, const PathState& state) {
    std::vector<Knowledge> open{state.knowledge};
    for (const auto& choice : list_at(document_.steps[index].inputs, "Choices")) {
      const auto to = document_.step_index(text_at(choice, "NextStep")).value_or(kEnd);
      std::vector<Knowledge> still;
      for (const auto& way : open) {
        if (!spend(weight_of(way))) return;
        auto outcomes = weigh(way, choice);
        for (auto& taken : outcomes.if_true)
          go(node, Turn::Well, to, with_knowledge(state, std::move(taken)));
        for (auto& left : outcomes.if_false) still.push_back(std::move(left));
      }
      std::ranges::sort(still);
      still.erase(std::ranges::unique(still).begin(), still.end());
      open = std::move(still);
    }
    for (auto& way : open)
      go(node, Turn::Well, after_no_choice(document_, index),
         with_knowledge(state, std::move(way)));
  }

  bool spend(std::size_t work) {
    work_ += work;
    if (work_ > kWorkMax) walk_.complete = false;
    return walk_.complete;
  }

  /// What a branch has learned may be an instance's state before this run touched it.
  PathState with_knowledge(PathState state, Knowledge knowledge) const {
    state.knowledge = std::move(knowledge);
    for (const auto& look : state.looks) {
      const auto known = state.knowledge.find(look);
      if (known == state.knowledge.end()) continue;
      const auto source = source_of(document_, look);
      auto& machine = state.machines[source.machine];
      if (source.kind == SourceKind::StopAnswer)
        learn_stop_answer(machine, known->second);
      else if (known->second.equals == "running")
        machine.before = Seen::Running;
      else if (known->second.equals == "stopped")
        machine.before = Seen::Off;
    }
    return state;
  }

  /// An instance that did not run when the stop came was stopped by somebody else.
  static void learn_stop_answer(Machine& machine, const Known& known) {
    const bool ours = known.equals == "running" || known.equals == "pending";
    const bool theirs = (known.equals && !ours) ||
                        (known.differs.contains("running") && known.differs.contains("pending"));
    if (ours) machine.before = Seen::Running;
    if (!theirs) return;
    machine.before = Seen::Off;
    machine.ours = false;
    if (machine.now == Switch::Stopped) machine.now = Switch::Untouched;
  }

  static void set_stopped(Machine& machine) {
    machine.now = Switch::Stopped;
    machine.ours = true;
  }

  PathState after_well(PathState state, std::size_t index) const {
    const auto& effect = effects_[index];
    if (effect.power != PowerWork::None) {
      auto& machine = state.machines[effect.machine];
      machine.now = effect.power == PowerWork::Stop ? Switch::Stopped : Switch::Started;
      machine.ours = effect.power == PowerWork::Stop;
      if (machine.ours) state.waited_while_off = false;
    }
    learn_outputs(state, index);
    if (effect.sees_running && machine_at(state, effect.machine).now == Switch::Untouched)
      state.machines[effect.machine].before = Seen::Running;
    state.told = state.told || (effect.tells && state.mode == Mode::Failed);
    work_on_images(state, index);
    return state;
  }

  void learn_outputs(PathState& state, std::size_t index) const {
    const auto outputs = outputs_.find(index);
    if (outputs == outputs_.end()) return;
    for (const auto& reference : outputs->second) {
      Known known;
      const auto source = source_of(document_, reference);
      if (source.kind == SourceKind::ImageId) {
        known.presence = Known::Presence::Present;
        known.prefix = "ami-";
      }
      const bool answered = source.kind == SourceKind::StopAnswer;
      if (answered) known.presence = Known::Presence::Present;
      state.knowledge[reference] = known;
      if (answered || (source.kind == SourceKind::PowerState &&
                       machine_at(state, source.machine).now == Switch::Untouched))
        state.looks.insert(reference);
    }
  }

  void work_on_images(PathState& state, std::size_t index) const {
    const auto work = effects_[index].image;
    const bool makes = work == ImageWork::Make || work == ImageWork::MakeAndWait;
    const bool waits = work == ImageWork::AwaitGood || work == ImageWork::AwaitEnd ||
                       work == ImageWork::MakeAndWait;
    if (makes) {
      state.images[index] = work == ImageWork::Make ? Stage::Pending : Stage::Good;
      state.image_missing = false;
    }
    if (waits) state.waited_while_off = state.waited_while_off || somebody_waits(state);
    if (makes || work == ImageWork::None || work == ImageWork::Prune) return;
    if (work != ImageWork::AwaitEnd) state.image_missing = false;  // it has seen a good one
    for (const auto image : images_[index])
      if (const auto it = state.images.find(image); it != state.images.end())
        it->second = work == ImageWork::AwaitEnd ? std::max(it->second, Stage::Ended) : Stage::Good;
  }

  static bool somebody_waits(const PathState& state) {
    return std::ranges::any_of(
        state.machines, [](const auto& machine) { return machine.second.now == Switch::Stopped; });
  }

  PathState after_failed(PathState state, std::size_t index) const {
    const auto& effect = effects_[index];
    if (effect.power == PowerWork::Stop && effect.done_on_failure)
      set_stopped(state.machines[effect.machine]);
    if (effect.power == PowerWork::Start || effect.power == PowerWork::Restart) {
      auto& now = state.machines[effect.machine].now;
      const bool runs_already = effect.power == PowerWork::Start && now == Switch::Started;
      if (!runs_already) now = Switch::StartFailed;
    }
    state.image_missing = state.image_missing || effect.image == ImageWork::Make ||
                          effect.image == ImageWork::MakeAndWait;
    if (state.mode == Mode::Cancelled) return state;
    if (failure_counts(document_, index))
      state.mode = Mode::Failed;
    else if (state.mode == Mode::Well)
      state.mode = Mode::Recovered;
    return state;
  }

  PathState after_cancelled(PathState state, std::size_t index) const {
    const auto& effect = effects_[index];
    if (effect.power == PowerWork::Stop) set_stopped(state.machines[effect.machine]);
    for (auto& [name, machine] : state.machines)
      if (machine.ours && machine.now == Switch::StartFailed) machine.now = Switch::Stopped;
    state.mode = Mode::Cancelled;
    return state;
  }

  const Document& document_;
  const std::vector<Effect>& effects_;
  const Liveness live_;
  std::vector<std::map<PathState, std::size_t>> at_;  // the nodes of each step
  std::map<PathState, std::size_t> ends_;
  std::vector<std::vector<std::size_t>> images_;
  std::map<std::size_t, std::set<std::string>> outputs_;
  std::size_t work_ = 0;
  Walk walk_;
};

}  // namespace

Machine machine_at(const PathState& state, const std::string& machine) {
  const auto it = state.machines.find(machine);
  return it == state.machines.end() ? Machine{} : it->second;
}

bool is_off(const Machine& machine) {
  return machine.now == Switch::Stopped ||
         (machine.now == Switch::Untouched && machine.before == Seen::Off);
}

Walk walk(const Document& document, const std::vector<Effect>& effects) {
  return Walker(document, effects).walk();
}

}  // namespace hikae::plan
