// P8-P14, P36: instances left stopped, or switched for nothing.
//
// P9 is the hard one. A path that ends with an instance stopped is easy to find; the question is
// which step to blame. Stop, Image (fails -> Restore), Restore (fails -> Abort): when Image fails
// the way through Restore is good, so Image is not to blame; when Restore fails, it is. So a step
// is to blame where its failure leads to an end with the instance stopped although nothing else
// fails, while its success does not.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "plan/lint_rules.h"
#include "plan/lint_source.h"

namespace hikae::plan {
namespace {

using enum PowerWork;

bool is_owed(const PathState& state, const std::string& machine) {
  return machine_at(state, machine).now == Switch::Stopped;
}

/// For each node: what happens to the instance if nothing more fails.
struct Fate {
  std::vector<bool> may_stay_stopped;
  std::vector<bool> must_stay_stopped;
  std::vector<bool> may_be_started;
};

Fate fate_of(const Walk& walk, const std::string& machine) {
  const std::vector<bool> no(walk.nodes.size());
  Fate fate{no, no, no};
  for (auto at = walk.order.rbegin(); at != walk.order.rend(); ++at) {
    const auto& node = walk.nodes[*at];
    const bool owed = is_owed(node.state, machine);
    bool may = node.step == kEnd && owed;
    bool must = node.step != kEnd || owed;
    bool started = node.step == kEnd && machine_at(node.state, machine).now == Switch::Started;
    for (const auto& edge : node.edges) {
      if (edge.turn != Turn::Well) continue;
      may = may || fate.may_stay_stopped[edge.to];
      must = must && fate.must_stay_stopped[edge.to];
      started = started || fate.may_be_started[edge.to];
    }
    fate.may_be_started[*at] = started;
    fate.may_stay_stopped[*at] = may;
    fate.must_stay_stopped[*at] = must;
  }
  return fate;
}

bool goes_well_to_stopped(const Node& node, const Fate& fate) {
  return std::ranges::all_of(node.edges, [&](const Edge& edge) {
    return edge.turn != Turn::Well || fate.must_stay_stopped[edge.to];
  });
}

struct Culprits {
  std::set<std::size_t> by_failure;
  std::set<std::size_t> by_cancel;
};

Culprits culprits_of(const Walk& walk, const Fate& fate) {
  Culprits culprits;
  const auto& first = walk.nodes.front();
  const bool is_option = fate.may_stay_stopped.front() && first.step != kEnd;
  const auto& lost = is_option ? fate.must_stay_stopped : fate.may_stay_stopped;
  for (std::size_t at = 0; at < walk.nodes.size(); ++at) {
    const auto& node = walk.nodes[at];
    const bool fails_anyway = goes_well_to_stopped(node, fate);
    for (const auto& edge : node.edges) {
      if (!lost[edge.to]) continue;
      if (edge.turn == Turn::Failed && !fails_anyway) culprits.by_failure.insert(node.step);
      if (edge.turn == Turn::Cancelled && fate.may_be_started[at])
        culprits.by_cancel.insert(node.step);
    }
  }
  return culprits;
}

/// Whether a branch asks what a person has decided: a parameter or a tag.
bool asks_a_person(const LintSubject& subject, std::size_t branch) {
  const auto asked = looked_at(subject.step(branch).inputs);
  return std::ranges::any_of(asked, [&](const auto& reference) {
    const auto kind = source_of(subject.document, reference).kind;
    return kind == SourceKind::Parameter || kind == SourceKind::TagText;
  });
}

/// Branches of a good run that start the instance or leave it stopped, by what nobody has decided.
std::set<std::size_t> careless_branches(const LintSubject& subject, const Fate& fate) {
  std::set<std::size_t> branches;
  for (const auto& node : subject.walk.nodes) {
    if (node.step == kEnd || node.state.mode != Mode::Well || node.edges.size() < 2) continue;
    if (subject.step(node.step).action != "aws:branch") continue;
    bool lost = false, started = false;
    for (const auto& edge : node.edges) {
      lost = lost || fate.must_stay_stopped[edge.to];
      started = started || fate.may_be_started[edge.to];
    }
    if (lost && started && !asks_a_person(subject, node.step)) branches.insert(node.step);
  }
  return branches;
}

std::string way_after_failure(const LintSubject& subject, std::size_t index) {
  const auto next = after_failure(subject.document, index);
  return next == kEnd ? "the run ends there" : "the run goes on to " + subject.step(next).name;
}

void report_failures(const LintSubject& subject, LintFindings& findings,
                     const std::set<std::size_t>& steps, const std::string& stops) {
  for (const auto index : steps)
    findings.add(index, "/onFailure",
                 fmt::format("if this step fails or times out, {}, and the instance that {} "
                             "stopped stays down: no step on that way starts it",
                             way_after_failure(subject, index), stops));
}

void report_cancels(const LintSubject& subject, LintFindings& findings,
                    const std::set<std::size_t>& steps, const std::string& stops) {
  if (steps.empty()) return;
  const std::vector<std::size_t> list(steps.begin(), steps.end());
  findings.add(
      list.front(), "/onCancel",
      fmt::format("a cancel during {} leaves the instance that {} stopped down: no onCancel "
                  "leads to a step that starts it",
                  steps_named(subject, list), stops));
}

bool starts_somewhere(const LintSubject& subject, const std::string& machine) {
  return !subject.steps_with(Start, machine).empty() ||
         !subject.steps_with(Restart, machine).empty();
}

/// Every path without a failure that stops it leaves it so.
bool never_started_when_well(const Walk& walk, const std::string& machine) {
  bool any = false;
  for (const auto& node : walk.nodes) {
    if (node.step != kEnd || node.state.mode != Mode::Well) continue;
    const auto now = machine_at(node.state, machine).now;
    if (now == Switch::Started) return false;
    any = any || now == Switch::Stopped;
  }
  return any;
}

std::vector<const Node*> nodes_of(const LintSubject& subject, std::size_t index) {
  std::vector<const Node*> nodes;
  for (const auto& node : subject.walk.nodes)
    if (node.step == index) nodes.push_back(&node);
  return nodes;
}

std::string whole_seconds(Duration duration) { return fmt::format("{} s", to_seconds(duration)); }

bool touches(const Effect& effect) { return effect.power == Start || effect.power == Restart; }

/// Whether an instance is down here that will be started later.
class Downtime {
 public:
  explicit Downtime(const LintSubject& subject) {
    for (const auto& machine : subject.machines()) fates_[machine] = fate_of(subject.walk, machine);
  }

  [[nodiscard]] bool at(const Walk& walk, std::size_t node) const {
    return std::ranges::any_of(fates_, [&](const auto& fate) {
      return is_owed(walk.nodes[node].state, fate.first) && fate.second.may_be_started[node];
    });
  }

 private:
  std::map<std::string, Fate> fates_;
};

bool works_behind_the_image(const LintSubject& subject, const Node& node) {
  const auto& action = subject.step(node.step).action;
  return !node.state.images.empty() &&
         (action == "aws:createTags" || action == "aws:invokeLambdaFunction" ||
          calls(subject.step(node.step), "ec2", "CreateTags"));
}

/// Steps that wait for an image while an instance is down, where every good way does.
std::set<std::size_t> waits_while_down(const LintSubject& subject, const Downtime& downtime) {
  std::set<std::size_t> waits;
  for (std::size_t at = 0; at < subject.walk.nodes.size(); ++at) {
    const auto& node = subject.walk.nodes[at];
    if (node.step == kEnd || node.state.mode != Mode::Well || !downtime.at(subject.walk, at))
      continue;
    const auto& effect = subject.effects[node.step];
    if (touches(effect) && !node.state.waited_while_off) return {};
    if (effect.image == ImageWork::AwaitEnd || effect.image == ImageWork::AwaitGood ||
        effect.image == ImageWork::MakeAndWait)
      waits.insert(node.step);
  }
  return waits;
}

/// Whether somebody may look for the image or its snapshots here: what a function or a child does
/// is not seen.
bool may_look_after_images(const LintSubject& subject, std::size_t index) {
  const auto& step = subject.step(index);
  const auto& effect = subject.effects[index];
  const bool is_elsewhere = step.action == "aws:executeScript" ||
                            step.action == "aws:invokeLambdaFunction" ||
                            step.action == "aws:executeAutomation";
  return (is_elsewhere && effect.power == None && effect.image != ImageWork::Prune) ||
         calls(step, "ec2", "DescribeSnapshots") || calls(step, "ec2", "DescribeImages");
}

/// Starts of a stopped instance that come after the image's step where nothing fails, and nobody
/// has looked in between.
std::set<std::size_t> starts_right_after(const LintSubject& subject, std::size_t maker) {
  std::set<std::size_t> starts;
  std::vector<bool> seen(subject.walk.nodes.size());
  std::vector<std::size_t> open;
  const auto go_on_from = [&](const Node& node) {
    for (const auto& edge : node.edges) {
      if (edge.turn != Turn::Well || seen[edge.to]) continue;
      seen[edge.to] = true;
      open.push_back(edge.to);
    }
  };
  for (const auto* node : nodes_of(subject, maker))
    if (node->state.mode == Mode::Well) go_on_from(*node);
  while (!open.empty()) {
    const auto& node = subject.walk.nodes[open.back()];
    open.pop_back();
    if (node.step == kEnd || may_look_after_images(subject, node.step)) continue;
    const auto& effect = subject.effects[node.step];
    if (!touches(effect))
      go_on_from(node);
    else if (is_owed(node.state, effect.machine) && node.state.images.contains(maker))
      starts.insert(node.step);
  }
  return starts;
}

void find_hasty_starts(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t maker = 0; maker < subject.size(); ++maker) {
    if (subject.effects[maker].image != ImageWork::Make) continue;
    for (const auto start : starts_right_after(subject, maker))
      findings.add(start, "",
                   fmt::format("the instance is started as soon as {} has answered, and nothing "
                               "waits until the snapshot of every volume has begun: one that "
                               "begins later also holds what is written after the start",
                               subject.step(maker).name));
  }
}

}  // namespace

void find_left_stopped(const LintSubject& subject, LintFindings& findings) {
  for (const auto& machine : subject.machines()) {
    if (!subject.works_on_stopped(machine)) continue;
    const auto stops = subject.steps_with(Stop, machine);
    const auto names = steps_named(subject, stops);
    if (!starts_somewhere(subject, machine)) {
      if (subject.makes_images())
        findings.add(stops.front(), "",
                     "the instance is stopped for its image, and no step ever starts it",
                     text::Severity::Warning);
      continue;
    }
    const auto fate = fate_of(subject.walk, machine);
    if (never_started_when_well(subject.walk, machine))
      findings.add(stops.front(), "",
                   "even if nothing fails, no step starts the instance again: only ways after a "
                   "failure do");
    for (const auto branch : careless_branches(subject, fate))
      findings.add(
          branch, "/inputs",
          fmt::format("even if nothing fails, one way from here ends with the instance that "
                      "{} stopped still down",
                      names));
    const auto culprits = culprits_of(subject.walk, fate);
    report_failures(subject, findings, culprits.by_failure, names);
    report_cancels(subject, findings, culprits.by_cancel, names);
  }
}

void find_outliving_children(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& effect = subject.effects[i];
    const auto& timeout = subject.step(i).timeout;
    if (subject.step(i).action != "aws:executeAutomation" || effect.power == None) continue;
    if (!timeout || effect.child_longest <= *timeout) continue;
    const bool fights = subject.failure_leads_to(i, {Stop, Start, Restart}, effect.machine);
    if (!fights && effect.power == Start) continue;
    findings.add(i, "/timeoutSeconds",
                 fmt::format("this step gives up after {}, but its child may go on for {}; {}",
                             whole_seconds(*timeout), whole_seconds(effect.child_longest),
                             fights ? "the way after the failure switches the same instance, and "
                                      "the two work against each other"
                                    : "the child may still stop the instance when nobody looks "
                                      "any more"));
  }
}

void find_needless_downtime(const LintSubject& subject, LintFindings& findings) {
  const Downtime downtime(subject);
  std::set<std::size_t> late;
  for (std::size_t at = 0; at < subject.walk.nodes.size(); ++at) {
    const auto& node = subject.walk.nodes[at];
    if (node.step == kEnd || node.state.mode != Mode::Well || !downtime.at(subject.walk, at))
      continue;
    const bool prunes = subject.effects[node.step].image == ImageWork::Prune;
    if ((prunes || works_behind_the_image(subject, node)) && late.insert(node.step).second)
      findings.add(node.step, "",
                   fmt::format("the instance is still stopped while this step {}",
                               prunes ? "deletes old images" : "works on the image's papers"),
                   prunes ? text::Severity::Error : text::Severity::Warning);
  }
  for (const auto index : waits_while_down(subject, downtime))
    findings.add(index, "",
                 "the instance stays stopped until the whole image is available, which can take "
                 "hours",
                 text::Severity::Warning);
  find_hasty_starts(subject, findings);
}

void find_needless_restarts(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& effect = subject.effects[i];
    if (!subject.works_on_stopped(effect.machine)) continue;
    for (const auto* node : nodes_of(subject, i)) {
      const auto machine = machine_at(node->state, effect.machine);
      const bool untouched = machine.now == Switch::Untouched;
      const bool failed = node->state.mode == Mode::Failed || node->state.mode == Mode::Recovered;
      const bool makes = effect.image == ImageWork::Make || effect.image == ImageWork::MakeAndWait;
      if (!untouched || !((effect.power == Restart && failed) ||
                          (makes && effect.reboots && machine.before != Seen::Off)))
        continue;
      findings.add(i, "",
                   makes
                       ? "NoReboot is not true, so making the image reboots the instance also on "
                         "the way on which it is not to be stopped"
                       : "after a failure this step also restarts an instance that this run never "
                         "stopped: one that was not to be stopped goes down because a call failed");
      break;
    }
  }
}

void find_blind_starts(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& effect = subject.effects[i];
    if (!touches(effect) || !subject.works_on_stopped(effect.machine)) continue;
    const auto nodes = nodes_of(subject, i);
    const bool blind = std::ranges::any_of(nodes, [&](const Node* node) {
      const auto machine = machine_at(node->state, effect.machine);
      const bool is_first = machine.now == Switch::Stopped || machine.now == Switch::Untouched;
      return is_first && machine.before != Seen::Running;
    });
    if (blind)
      findings.add(
          i, "",
          "nothing on the way here has seen that the instance was running before: one that "
          "was off on purpose is switched on");
  }
}

void find_slow_boots_punished(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& effect = subject.effects[i];
    if (effect.power != Start || !effect.waits_for_checks) continue;
    if (subject.failure_leads_to(i, {Stop, Restart}, effect.machine))
      findings.add(
          i, "/onFailure",
          fmt::format("this step waits{} for both status checks; a guest that boots slowly "
                      "misses that, and the way after the failure stops it while it boots",
                      subject.step(i).timeout ? " " + whole_seconds(*subject.step(i).timeout)
                                              : std::string()));
  }
}

void find_risky_switches(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& effect = subject.effects[i];
    if (!subject.works_on_stopped(effect.machine)) continue;
    if (effect.forced && effect.power == Stop)
      findings.add(i, "/inputs/Force",
                   "the guest is cut off without having written its data, and that is what the "
                   "image then holds");
    const bool last_try = touches(effect) && effect.tries == 1 &&
                          !subject.failure_leads_to(i, {Start, Restart}, effect.machine);
    const auto nodes = nodes_of(subject, i);
    const bool matters = std::ranges::any_of(nodes, [&](const Node* node) {
      return node->state.mode != Mode::Cancelled &&
             machine_at(node->state, effect.machine).now == Switch::Stopped;
    });
    if (last_try && matters)
      findings.add(i, "",
                   "the start is tried once; if EC2 has no capacity at that moment, the instance "
                   "stays down",
                   text::Severity::Warning);
  }
}

void find_queueing_children(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& effect = subject.effects[i];
    const auto& step = subject.step(i);
    if (step.action != "aws:executeAutomation" || effect.power == None || !step.timeout) continue;
    const auto nodes = nodes_of(subject, i);
    const bool usual =
        std::ranges::any_of(nodes, [](const Node* node) { return node->state.mode == Mode::Well; });
    if (usual && *step.timeout < effect.child_longest)
      findings.add(i, "/action",
                   fmt::format("this child counts in the same quota as its parents: in a full "
                               "window it waits in the queue while the step's {} pass",
                               whole_seconds(*step.timeout)));
  }
}

}  // namespace hikae::plan
