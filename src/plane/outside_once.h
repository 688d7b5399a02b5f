// Calls to the outside that must not happen twice (a script, a webhook), by the token that the
// caller gives: it is the same for a call that is sent again.
//
// On disk before the call leaves: that it was begun; before its answer goes back: the answer. Where
// the process ended in between, nobody knows whether it happened: the answer then says so, and it
// is never done blindly a second time (docs/reference/reliability.md 3).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aws/cloud.h"
#include "engine/kernel.h"

namespace hikae::plane {

class OutsideOnce {
 public:
  /// Answers what came of it; called once, later, on the engine's thread.
  using Begin = std::move_only_function<void(aws::Done)>;

  /// `kind` of its rows ("script"): {At, Answer | Error | neither}. `what` for messages: "the
  /// script".
  OutsideOnce(engine::Kernel& kernel, std::string kind, std::string what)
      : kernel_(kernel), kind_(std::move(kind)), what_(std::move(what)) {}

  /// Does it, or joins it where it is under way, or answers as it was answered.
  void call(const Scope& scope, const std::string& token, Begin begin, aws::Done done);
  /// Whether it was asked for in this process and has not been answered.
  [[nodiscard]] bool is_under_way(const Scope& scope, const std::string& token) const {
    return out_.contains({scope, token});
  }

 private:
  using Key = std::pair<Scope, std::string>;
  void begin(const Key& key, Begin begin);
  void ended(const Key& key, Result<Value> answer);
  [[nodiscard]] Result<Value> answer_of(const Value& row) const;
  void forget_old(engine::Turn& turn, const Scope& scope) const;

  engine::Kernel& kernel_;
  std::string kind_;
  std::string what_;
  std::map<Key, std::vector<aws::Done>> out_;  // who waits for which call
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hikae::plane
