// Waiting by looking: machines that await the same kind of thing share one request, so that a
// thousand waiting images cost a few calls a poll and not a thousand.
//
// Nothing of it is durable: an await is an open item of its machine and is asked for again after a
// restart. Only the observation that decides goes into the journal.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aws/cloud.h"
#include "base/machine.h"
#include "base/ports.h"
#include "engine/address.h"
#include "engine/budget.h"

namespace hikae::engine {

class Poller {
 public:
  using Decides = std::function<bool(const Address&, const Result<Value>&)>;

  /// `decides` asks the machine whether an answer is the one waited for; then `answered` is called.
  Poller(aws::Cloud& cloud, Budget& budget, Timers& timers, Decides decides, Answered answered);
  ~Poller();

  void add(const Address& to, const Scope& scope, const Call& call, PollPace pace);
  void drop(std::uint64_t item);
  [[nodiscard]] std::int64_t calls() const { return calls_; }

 private:
  struct Member;
  struct Group;
  struct Asked;
  void arm(const std::shared_ptr<Group>& group);
  void poll(const std::shared_ptr<Group>& group);
  void ask(const std::shared_ptr<Group>& group, std::vector<std::uint64_t> items);
  void send(const std::shared_ptr<Group>& group, Call call, std::vector<std::uint64_t> items);
  void heard(const std::shared_ptr<Group>& group, const std::vector<std::uint64_t>& items,
             Result<Value> answer);
  void expect(Group& group, std::uint64_t item, SteadyTime due);
  void judge(Group& group, std::uint64_t item, const Result<Value>& answer);

  aws::Cloud& cloud_;
  Budget& budget_;
  Timers& timers_;
  Decides decides_;
  Answered answered_;
  std::map<std::string, std::shared_ptr<Group>> groups_;  // by what is asked
  std::map<std::uint64_t, std::shared_ptr<Group>> by_item_;
  std::int64_t calls_ = 0;
};

}  // namespace hikae::engine
