// Where steps lead to, and whether that ever ends.
//
// An edge is every way on which a run may go from one step to another: nextStep or the next in the
// list, a branch's choices and Default, onFailure and onCancel. AWS does not say which of them its
// own check counts; no document in use has a circle even when all of them count, so all do
// (docs/reference/ssm-automation.md 1.4). A circle is reported once, with the way around it.
#include <fmt/format.h>

#include <array>
#include <optional>

#include "runbook/check.h"

namespace hikae::runbook {
namespace {

constexpr std::array<std::string_view, 8> kTooSlowForCancel{
    "aws:approve",    "aws:copyImage", "aws:createImage",  "aws:createStack",
    "aws:createTags", "aws:pause",     "aws:runInstances", "aws:sleep"};
constexpr std::size_t kShownTrace = 12;
constexpr std::size_t kShownCircles = 10;

class FlowCheck {
 public:
  FlowCheck(const Document& document, Findings& findings)
      : document_(document), findings_(findings), edges_(document.steps.size()) {
    for (const auto& step : document.steps)
      if (!step.name.empty()) names_.push_back(step.name);
  }

  void check() {
    for (std::size_t i = 0; i < document_.steps.size(); ++i) gather_edges(i);
    find_circles();
    warn_of_unreached();
    warn_of_uncritical_ends();
  }

 private:
  void gather_edges(std::size_t index) {
    const auto& step = document_.steps[index];
    const auto spot = spot_of(document_, index);
    if (!step.next_step.empty())
      add_edge(index, step.next_step, spot.below("nextStep"), "nextStep");
    if (step.on_failure == Jump::Step)
      add_edge(index, step.on_failure_step, spot.below("onFailure"), "onFailure");
    if (step.on_cancel == Jump::Step) add_cancel_edge(index, spot.below("onCancel"));
    const auto targets = branch_targets(step);
    bool has_default = false;
    for (const auto& target : targets) {
      has_default = has_default || target.what == "Default";
      add_edge(index, target.step, {spot.below("inputs").pointer + target.pointer, spot.path},
               target.what);
    }
    if (falls_through(step, has_default) && index + 1 < end_of_list(step))
      add_once(index, index + 1);
    if (step.body_size > 0) add_once(index, step.body);
  }

  /// Behind the last step of the list that the step stands in.
  [[nodiscard]] std::size_t end_of_list(const Step& step) const {
    if (!step.loop) return document_.main_steps;
    const auto& loop = document_.steps[*step.loop];
    return loop.body + loop.body_size;
  }

  static bool falls_through(const Step& step, bool has_default) {
    if (!step.next_step.empty() || step.is_end) return false;
    return !has_default || step.on_failure == Jump::Continue;
  }

  void add_edge(std::size_t from, const std::string& name, const Spot& spot, std::string_view key) {
    const auto to = document_.step_index(name);
    if (to && document_.steps[from].loop == document_.steps[*to].loop) return add_once(from, *to);
    if (to)
      return findings_.error(spot, "loop-jump",
                             fmt::format("{} leads to the step '{}', {} a loop", key, name,
                                         document_.steps[*to].loop ? "inside of" : "out of"),
                             "name a step of the same list");
    is_complete_ = false;
    findings_.error(spot, "unknown-step",
                    fmt::format("{} names the step '{}', which does not exist{}", key, name,
                                did_you_mean(name, names_)),
                    "name a step of mainSteps");
  }

  void add_once(std::size_t from, std::size_t to) {
    auto& edges = edges_[from];
    if (std::ranges::find(edges, to) == edges.end()) edges.push_back(to);
  }

  void add_cancel_edge(std::size_t from, const Spot& spot) {
    const auto& name = document_.steps[from].on_cancel_step;
    add_edge(from, name, spot, "onCancel");
    const auto* target = document_.step(name);
    if (!target || std::ranges::find(kTooSlowForCancel, target->action) == kTooSlowForCancel.end())
      return;
    findings_.error(spot, "cancel-target",
                    fmt::format("onCancel leads to {}, an action that may not run after a cancel",
                                target->action),
                    "jump to a step of another action");
  }

  /// Depth first; an edge to a step that is still open closes a circle.
  void find_circles() {
    enum class Mark { New, Open, Done };
    std::vector<Mark> marks(edges_.size(), Mark::New);
    std::vector<std::pair<std::size_t, std::size_t>> open;  // step, next edge
    for (std::size_t root = 0; root < edges_.size(); ++root) {
      if (marks[root] != Mark::New) continue;
      marks[root] = Mark::Open;
      open.assign(1, {root, 0});
      while (!open.empty()) {
        auto& [step, edge] = open.back();
        if (edge == edges_[step].size()) {
          marks[step] = Mark::Done;
          open.pop_back();
          continue;
        }
        const auto to = edges_[step][edge++];
        if (marks[to] == Mark::Open) report_circle(open, to);
        if (marks[to] != Mark::New) continue;
        marks[to] = Mark::Open;
        open.emplace_back(to, 0);
      }
    }
  }

  void report_circle(const std::vector<std::pair<std::size_t, std::size_t>>& open, std::size_t to) {
    if (++circles_ > kShownCircles) return;
    std::vector<std::string_view> trace;
    bool inside = false;
    for (const auto& [step, edge] : open) {
      inside = inside || step == to;
      if (inside) trace.push_back(document_.steps[step].name);
    }
    const auto length = trace.size();
    if (length > kShownTrace) {
      trace.resize(kShownTrace);
      trace.push_back("…");
    }
    trace.push_back(document_.steps[to].name);
    findings_.error(spot_of(document_, open.back().first), "circle",
                    fmt::format("the steps go in a circle: {}", fmt::join(trace, " -> ")),
                    "let one of these steps lead elsewhere, or end with isEnd: true");
  }

  void warn_of_unreached() {
    if (edges_.empty() || !is_complete_) return;
    std::vector<bool> reached(edges_.size(), false);
    std::vector<std::size_t> pending{0};
    reached[0] = true;
    while (!pending.empty()) {
      const auto step = pending.back();
      pending.pop_back();
      for (const auto to : edges_[step])
        if (!reached[to]) reached[to] = true, pending.push_back(to);
    }
    for (std::size_t i = 0; i < reached.size(); ++i)
      if (!reached[i])
        findings_.warning(spot_of(document_, i), "unreached", "no step ever leads here",
                          "remove it, or name it in nextStep, onFailure or a choice");
  }

  /// 2.3: the run stops at a failure, and yet ends as Success.
  void warn_of_uncritical_ends() {
    for (std::size_t i = 0; i + 1 < document_.main_steps; ++i) {
      const auto& step = document_.steps[i];
      const bool stops = step.on_failure == Jump::Abort && !step.is_end;
      if (stops && step.is_critical == false)
        findings_.warning(spot_of(document_, i).below("isCritical"), "silent-stop",
                          "if this step fails, the run stops here and yet counts as Success",
                          "add onFailure: Continue or step:NAME, or remove isCritical: false");
    }
  }

  const Document& document_;
  Findings& findings_;
  std::vector<std::vector<std::size_t>> edges_;
  std::vector<std::string> names_;
  std::size_t circles_ = 0;
  bool is_complete_ = true;  // every target exists
};

}  // namespace

void check_flow(const Document& document, Findings& findings) {
  FlowCheck(document, findings).check();
}

}  // namespace hikae::runbook
