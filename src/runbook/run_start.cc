// A start of a run that restores power, after a stop of its own: it looks first. An operator may
// have stopped the instance since, perhaps while hikae was down in the middle of the run's own
// start; then the step that waited for `running` times out, and the document starts it again and
// again although it is theirs by now (runbook/last_stop.h).
//
// What is theirs is not started: the start is answered with the CurrentState `stopped`, which EC2
// never answers of a start that it has taken; hikae's own documents branch on it. A look that
// fails, or that proves nothing, holds up no start. Where one call names several instances it goes
// out unless all of them are theirs.
#include "runbook/actions/ec2_answers.h"
#include "runbook/run_tags.h"
#include "runbook/run_turn.h"

namespace hikae::runbook {
namespace {

constexpr int kStoppedCode = 80;  // EC2's number for it

/// As StartInstances answers; nullopt: some of them may be started.
std::optional<Value> answer_for_theirs(const Array& instance_ids, const Value& seen,
                                       const LastStop& ours) {
  Array states;
  for (const auto& id : instance_ids) {
    const auto* instance = instance_in(seen, text_of(id));
    if (!instance || !was_stopped_by_others(*instance, ours)) return std::nullopt;
    states.push_back(Object{{"InstanceId", id},
                            {"CurrentState", Object{{"Code", kStoppedCode}, {"Name", "stopped"}}},
                            {"PreviousState", object_at(*instance, "State")}});
  }
  if (states.empty()) return std::nullopt;
  return Object{{"StartingInstances", std::move(states)}};
}

}  // namespace

void RunTurn::looked_before_start(const std::string& item, const Event& event) {
  if (record_.attempt->leaving != Leaving::No) return;
  const auto* answered = std::get_if<event::Answered>(&event);
  const auto inputs = inputs_of_current();
  std::optional<Value> theirs;
  if (answered && answered->answer && inputs)
    theirs =
        answer_for_theirs(list_at(*inputs, "InstanceIds"), *answered->answer, record_.last_stop);
  if (theirs) return play_item(item, event::Answered{tag(item), *std::move(theirs)});
  go_on(play([](const Action& action, Play& scene) {
    scene.may_start();
    action.begin(scene);
  }));
}

}  // namespace hikae::runbook
