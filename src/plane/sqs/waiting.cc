// ReceiveMessage with WaitTimeSeconds: a consumer that finds nothing is kept until a message comes,
// one becomes visible again, or its time is over.
//
// Each looks in a turn of its own. What may have changed wakes all that wait for that queue, the
// first to come first; the wait itself is a while by the steady clock, so that nobody who sets the
// wall clock keeps a consumer for a day.
#include <algorithm>

#include "plane/sqs/receiving.h"
#include "plane/sqs/sqs.h"

namespace hikae::plane {

Sqs::Sqs(engine::Kernel& kernel, Timers& timers, std::string base)
    : Service("sqs", kernel), timers_(timers), base_(std::move(base)) {
  add_queues();
  add_attributes();
  add_permissions();
  add_sending();
  add_settling();
  add_receiving();
}

Sqs::~Sqs() {
  for (const auto& [key, waiters] : waiting_)
    for (const auto& waiter : waiters) timers_.cancel(waiter->timer);
}

void Sqs::add_receiving() {
  on_late("ReceiveMessage", [this](aws::Request request, aws::Done done) {
    receive(std::move(request), std::move(done));
  });
}

void Sqs::receive(aws::Request request, aws::Done done) {
  auto waiter = std::make_shared<Waiter>();
  waiter->request = std::move(request);
  waiter->done = std::move(done);
  waiter->until = timers_.steady_now();
  kernel().perform([this, waiter](engine::Turn& turn) {
    const auto& asked = waiter->request;
    const Ask ask{asked.scope, asked.input, asked.caller, turn};
    const auto queue = sqs::queue_of(ask);
    if (!queue) return answer(turn, waiter, std::unexpected(queue.error()));
    const auto wanted = sqs::read_receive(**queue, asked.input);
    if (!wanted) return answer(turn, waiter, std::unexpected(wanted.error()));
    waiter->until = timers_.steady_now() + seconds(wanted->wait);
    look(turn, waiter);
  });
}

void Sqs::look(engine::Turn& turn, const WaiterPtr& waiter) {
  if (waiter->is_answered) return;
  const auto& asked = waiter->request;
  const Ask ask{asked.scope, asked.input, asked.caller, turn};
  const auto queue = sqs::queue_of(ask);  // it may be gone by now
  if (!queue) return answer(turn, waiter, std::unexpected(queue.error()));
  const auto wanted = sqs::read_receive(**queue, asked.input);
  if (!wanted) return answer(turn, waiter, std::unexpected(wanted.error()));
  auto received = sqs::receive_now(ask, **queue, *wanted);
  for (const auto& name : received.dead_letters_to) wake_after(ask, name);
  if (!received.messages.empty())
    return answer(turn, waiter, Object{{"Messages", std::move(received.messages)}});
  const auto left = waiter->until - timers_.steady_now();
  const Key key{asked.scope, str(sqs::name_of(**queue))};
  const bool is_known = waiter->timer != 0;
  if (left <= Duration(0) || (!is_known && waiters_ >= kWaiters))
    return answer(turn, waiter, Object());
  auto most = left;
  if (received.next_visible)
    most = std::clamp<Duration>(*received.next_visible - turn.now(), Duration(1), left);
  wait(key, waiter, most);
}

void Sqs::wait(const Key& key, const WaiterPtr& waiter, Duration most) {
  if (waiter->timer == 0) {
    waiting_[key].push_back(waiter);
    ++waiters_;
  }
  timers_.cancel(waiter->timer);
  waiter->timer = timers_.after(most, [this, waiter, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    kernel().perform([this, waiter](engine::Turn& turn) { look(turn, waiter); });
  });
}

void Sqs::answer(engine::Turn& turn, const WaiterPtr& waiter, Result<Value> answer) {
  waiter->is_answered = true;
  if (waiter->timer != 0) {
    timers_.cancel(waiter->timer);
    auto url = text_at(waiter->request.input, "QueueUrl");
    leave({waiter->request.scope, str(url.substr(url.rfind('/') + 1))}, waiter);
  }
  turn.after_commit(
      [waiter, answer = std::move(answer)]() mutable { waiter->done(std::move(answer)); });
}

void Sqs::leave(const Key& key, const WaiterPtr& waiter) {
  const auto found = waiting_.find(key);
  if (found == waiting_.end()) return;
  waiters_ -= std::erase(found->second, waiter);
  if (found->second.empty()) waiting_.erase(found);
}

void Sqs::wake_after(const Ask& ask, std::string_view url_or_name) {
  Key key{ask.scope, str(url_or_name.substr(url_or_name.rfind('/') + 1))};
  if (!waiting_.contains(key)) return;
  ask.turn.after_commit([this, key = std::move(key)] { wake(key); });
}

/// In the order in which they came; the first that gets nothing leaves nothing for the next.
void Sqs::wake(const Key& key) {
  const auto found = waiting_.find(key);
  if (found == waiting_.end()) return;
  kernel().perform([this, waiters = found->second](engine::Turn& turn) {
    for (const auto& waiter : waiters) {
      const bool was_waiting = !waiter->is_answered;
      look(turn, waiter);
      if (was_waiting && !waiter->is_answered) return;
    }
  });
}

}  // namespace hikae::plane
