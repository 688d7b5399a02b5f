// How fast hikae may ask EC2: token buckets, one for what reads and one for what changes, for each
// account and region (docs/reference/reliability.md 3: EC2 has the same, and throttles the whole
// account when they run dry; other programs of the account then suffer too).
//
// Who has to wait stands in line by what is at stake: a server that is to be started goes at once,
// also from an empty bucket; what makes images goes before what only looks; a stop goes last,
// because a server that is not stopped yet suffers nothing. Nothing of it is durable.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/ids.h"
#include "base/machine.h"
#include "base/ports.h"

namespace hikae::engine {

enum class Urgency : std::uint8_t { Start, Change, Look, Poll, Stop };

/// What a call is, as far as the order of sending goes.
[[nodiscard]] Urgency urgency_of(const Call& call, bool is_effect);

class Budget {
 public:
  using Send = std::move_only_function<void()>;

  explicit Budget(Timers& timers) : timers_(timers) {}
  ~Budget();

  /// Calls `send` at once, or when it is its turn. What is not EC2's is never held up.
  void pass(const Scope& scope, const Call& call, Urgency urgency, Send send);
  /// EC2 says that it was too much: the bucket is empty, whatever we thought.
  void throttled(const Scope& scope, const Call& call, Urgency urgency);
  /// Calls that had to wait, since the beginning.
  [[nodiscard]] std::int64_t waited() const { return waited_; }

 private:
  struct Bucket {
    double capacity = 0;
    double per_second = 0;
    double tokens = 0;
    SteadyTime filled_at{};
    std::map<std::pair<Urgency, std::uint64_t>, Send> line;
    TimerId timer = 0;
  };
  Bucket& bucket_of(const Scope& scope, Urgency urgency);
  void fill(Bucket& bucket) const;
  void serve(Bucket& bucket);

  Timers& timers_;
  std::map<std::pair<Scope, bool>, Bucket> buckets_;  // by scope and whether it changes something
  std::uint64_t last_ = 0;
  std::int64_t waited_ = 0;
};

}  // namespace hikae::engine
