// The timers of one life of a house inside a process that outlives it: a house that is taken down
// must not be called by what it once asked for.
#pragma once

#include <map>
#include <memory>

#include "base/ports.h"

namespace hikae::cli {

class LifeTimers final : public Timers {
 public:
  /// `timers` outlives it.
  explicit LifeTimers(Timers& timers) : timers_(timers) {}

  [[nodiscard]] SteadyTime steady_now() const override { return timers_.steady_now(); }
  TimerId at(WallTime when, std::move_only_function<void()> callback) override;
  TimerId after(Duration wait, std::move_only_function<void()> callback) override;
  void soon(std::move_only_function<void()> callback) override;
  void when_idle(std::move_only_function<void()> callback) override;
  void cancel(TimerId id) override;

  /// Callbacks are destroyed here, while what they refer to still stands; none is called.
  void forget_all();

 private:
  struct Waiting {
    std::move_only_function<void()> callback;
    TimerId timer = 0;  // of `timers_`; 0: it cannot be cancelled
  };
  using Table = std::map<TimerId, Waiting>;
  /// Files the callback; what is given calls it, unless it is forgotten by then.
  [[nodiscard]] std::move_only_function<void()> keep(std::move_only_function<void()> callback);

  Timers& timers_;
  std::shared_ptr<Table> waiting_ = std::make_shared<Table>();
  TimerId last_ = 0;
};

}  // namespace hikae::cli
