// SQS as hikae answers it: standard and FIFO queues, long polling, delays, visibility, dead
// letters.
//
// A queue's policy is kept and not evaluated. On disk if the process dies before the answer: all of
// the request or nothing; a message that was given out is out. Who waits for messages when the
// process ends asks again.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "base/ports.h"
#include "plane/sqs/rows.h"

namespace hikae::plane {

namespace sqs {
using QueueHandler = Result<Value> (*)(const Ask&);
}

class Sqs final : public Service {
 public:
  /// `base`: the address in queues' URLs, "http://127.0.0.1:4780". The timers outlive the service;
  /// who still waits when it ends gets no answer.
  Sqs(engine::Kernel& kernel, Timers& timers, std::string base);
  ~Sqs() override;
  /// The base from now on; URLs that were given out stay good.
  void serve_at(std::string base) { base_ = std::move(base); }

  static constexpr std::size_t kWaiters = 10'000;  // more are answered at once

 private:
  /// A ReceiveMessage that waits for a message.
  struct Waiter {
    aws::Request request;
    aws::Done done;
    SteadyTime until;
    TimerId timer = 0;
    bool is_answered = false;
  };
  using Key = std::pair<Scope, std::string>;  // a queue, by its name
  using WaiterPtr = std::shared_ptr<Waiter>;

  void add_queues();
  void add_attributes();
  void add_permissions();
  void add_sending();
  void add_settling();
  void add_receiving();

  // Waiting (waiting.cc).
  void receive(aws::Request request, aws::Done done);
  void look(engine::Turn& turn, const WaiterPtr& waiter);
  void wait(const Key& key, const WaiterPtr& waiter, Duration most);
  void answer(engine::Turn& turn, const WaiterPtr& waiter, Result<Value> answer);
  void leave(const Key& key, const WaiterPtr& waiter);
  /// When this turn is on disk, whoever waits for that queue looks again.
  void wake_after(const Ask& ask, std::string_view url_or_name);
  void wake(const Key& key);

  Timers& timers_;
  std::string base_;
  std::map<Key, std::vector<WaiterPtr>> waiting_;
  std::size_t waiters_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hikae::plane
