// A start of a run that restores power, after a stop of its own: it looks first. An operator may
// have stopped the instance since, perhaps while hikae was down in the middle of the run's own
// start; then the step that waited for `running` times out, and the document starts it again and
// again although it is theirs by now (runbook/last_stop.h).
//
// What is theirs is not started: the start is answered with the CurrentState `stopped`, which EC2
// never answers of a start that it has taken; hikae's own documents branch on it. A look that
// fails, or that proves nothing, holds up no start; but where no stop of ours has ever left, only
// what is seen running is sent its start. Where one call names several instances it goes out unless
// all of them are theirs.
#include "runbook/actions/ec2_answers.h"
#include "runbook/run_tags.h"
#include "runbook/run_turn.h"

namespace hikae::runbook {
namespace {

constexpr int kStoppedCode = 80;  // EC2's number for it

bool is_theirs(const Value& seen, std::string_view instance_id, const LastStop& ours) {
  const auto* instance = instance_in(seen, instance_id);
  if (!ours.has_never_left()) return instance && was_stopped_by_others(*instance, ours);
  const auto state = instance_state_in(seen, instance_id);
  return state != "running" && state != "pending";
}

/// As StartInstances answers; nullopt: some of them may be started. `seen` is null where the look
/// has failed.
std::optional<Value> answer_for_theirs(const Array& instance_ids, const Value& seen,
                                       const LastStop& ours) {
  Array states;
  for (const auto& id : instance_ids) {
    if (!is_theirs(seen, text_of(id), ours)) return std::nullopt;
    const Object stopped{{"Code", kStoppedCode}, {"Name", "stopped"}};
    states.push_back(
        Object{{"InstanceId", id}, {"CurrentState", stopped}, {"PreviousState", stopped}});
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
  const bool is_seen = answered && answered->answer;
  if (inputs)
    theirs = answer_for_theirs(list_at(*inputs, "InstanceIds"),
                               is_seen ? *answered->answer : Value(), record_.last_stop);
  if (theirs) return play_item(item, event::Answered{tag(item), *std::move(theirs)});
  go_on(play([](const Action& action, Play& scene) {
    scene.may_start();
    action.begin(scene);
  }));
}

}  // namespace hikae::runbook
