// Calls on their way: the one layer that retries. A call leaves only after the turn that asked for
// it was committed (the kernel sees to that), and ends in exactly one answer.
#pragma once

#include <map>
#include <memory>

#include "aws/cloud.h"
#include "aws/model.h"
#include "base/machine.h"
#include "base/ports.h"
#include "engine/address.h"
#include "engine/budget.h"

namespace hikae::engine {

/// Whether a call may have been sent before this process began.
enum class Origin { Fresh, Recovered };

/// How often the outside was called, for the operator and the benchmarks.
struct EffectCounters {
  std::int64_t calls = 0;
  std::int64_t resent = 0;
  std::int64_t probes = 0;
};

class Effects {
 public:
  Effects(aws::Cloud& cloud, Budget& budget, const WallClock& clock, Timers& timers,
          Entropy& entropy, Answered answered);
  ~Effects();

  /// `asked`: when the machine asked for it. Performs the call and reports its one answer, later.
  /// Throttled calls are sent again (they were not executed); a lost answer is settled by the
  /// call's retry class.
  void send(const Address& to, const Scope& scope, const Call& call, WallTime asked, Origin origin);
  /// Its answer is not wanted any more. What was sent is not undone.
  void drop(std::uint64_t item);
  [[nodiscard]] const EffectCounters& counters() const { return counters_; }

  /// The class of a call; internal services ("hikae-…") may always be repeated.
  [[nodiscard]] static aws::RetryClass retry_class(const Call& call);

 private:
  struct Outgoing;
  void attempt(const std::shared_ptr<Outgoing>& out);
  void answered_to(const std::shared_ptr<Outgoing>& out, Result<Value> answer);
  void lost(const std::shared_ptr<Outgoing>& out, Result<Value> answer);
  void look(const std::shared_ptr<Outgoing>& out);
  void looked(const std::shared_ptr<Outgoing>& out, const Result<Value>& seen);
  void again(const std::shared_ptr<Outgoing>& out,
             void (Effects::*what)(const std::shared_ptr<Outgoing>&));
  void settle(const std::shared_ptr<Outgoing>& out, Result<Value> answer);
  void call_once(const std::shared_ptr<Outgoing>& out, const std::shared_ptr<const Call>& call,
                 Urgency urgency,
                 void (Effects::*then)(const std::shared_ptr<Outgoing>&, Result<Value>));
  void send_once(const std::shared_ptr<Outgoing>& out, const Call& call,
                 void (Effects::*then)(const std::shared_ptr<Outgoing>&, Result<Value>));
  /// A process that died may have been away for long: only the wall clock knows.
  [[nodiscard]] bool is_too_late_to_stop(const Outgoing& out) const;
  void looked_at(const std::shared_ptr<Outgoing>& out, Result<Value> seen);

  aws::Cloud& cloud_;
  Budget& budget_;
  const WallClock& clock_;
  Timers& timers_;
  Entropy& entropy_;
  Answered answered_;
  std::map<std::uint64_t, std::shared_ptr<Outgoing>> out_;  // by item
  EffectCounters counters_;
};

}  // namespace hikae::engine
