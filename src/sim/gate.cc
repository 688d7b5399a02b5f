#include "sim/gate.h"

namespace hikae::sim {

bool is_mutation(const aws::Request& request) {
  const std::string_view name = request.operation;
  return !name.starts_with("Describe") && !name.starts_with("Get") && !name.starts_with("List");
}

void Gate::call(aws::Request request, aws::Done done) {
  ++counts_[request.operation];
  const bool mutates = is_mutation(request);
  if (mutates && leaving_) leaving_(request);
  const auto fate = weather_.fate_of(request, time_.now(), host_.error());
  if (fate.fault && on_fault_) on_fault_(*fate.fault, request);
  auto answer = answer_to(std::move(done), request, fate);
  if (!fate.is_executed) {
    time_.soon([answer = std::move(answer)]() mutable { answer(Value()); });
    return;
  }
  if (fate.executed_after == Duration{0}) return execute(std::move(request), std::move(answer));
  time_.after(fate.executed_after,
              [this, request = std::move(request), answer = std::move(answer)]() mutable {
                execute(std::move(request), std::move(answer));
              });
}

void Gate::execute(aws::Request request, Answer answer) {
  const bool mutates = is_mutation(request);
  if (!mutates || !executed_) return cloud_.call(std::move(request), std::move(answer));
  const auto shown = request;
  cloud_.call(std::move(request), std::move(answer));
  executed_(shown);
}

/// What becomes of the cloud's answer on its way back.
Gate::Answer Gate::answer_to(aws::Done done, const aws::Request& request, const Fate& fate) {
  const auto id = ++last_;
  const bool mutates = is_mutation(request);
  waiting_->emplace(id, std::move(done));
  if (mutates) ++in_flight_;
  return
      [this, id, mutates, operation = request.operation,
       instances = list_at(request.input, "InstanceIds"), life = std::weak_ptr<Waiting>(waiting_),
       instead = fate.instead, late = fate.answered_after](Result<Value> answer) mutable {
        if (instead && answer) answer = std::unexpected(*instead);
        auto deliver = [this, id, mutates, operation, instances, life,
                        answer = std::move(answer)]() mutable {
          const auto alive = life.lock();
          if (!alive) return;
          auto entry = alive->extract(id);
          if (entry.empty()) return;
          if (mutates) --in_flight_;
          if (answer) note_answer(operation, instances);
          entry.mapped()(std::move(answer));
        };
        if (late == Duration{0}) return deliver();
        time_.after(late, std::move(deliver));
      };
}

void Gate::note_answer(const std::string& operation, const Array& instances) {
  for (const auto& id : instances) answers_[operation + "/" + str(text_of(id))] = time_.now();
}

void Gate::forget_all() {
  const auto dead = std::exchange(waiting_, std::make_shared<Waiting>());
  dead->clear();
  in_flight_ = 0;
}

}  // namespace hikae::sim
