// For the tests of rate control: plays one parent in memory; the test plays its children and the
// cloud. At every event the machine is killed: it goes on as one that is made anew from the text
// that was saved, and both must have said the same.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/machine.h"

namespace hikae::runbook::testing {

class RateDriver {
 public:
  RateDriver();

  /// Starts the parent of a document with the parameter InstanceId; `more` is merged into the
  /// input.
  void start(Object more);
  void signal(const std::string& name);
  void lease_granted();
  /// The answer of the look under way.
  void answer_look(Result<Value> answer);
  /// The pause between two looks is over.
  void wake_look();

  /// Ends a running child; `text` becomes its FailureMessage.
  void end_child(const std::string& target, const std::string& status,
                 const std::string& text = "");
  /// Its machine is not there any more.
  void lose_child(const std::string& target);
  /// Ends all that run, oldest first, until none is left.
  void end_all(const std::string& status);

  /// The targets that go on, in the order of their start: "i-1 i-2".
  [[nodiscard]] std::string running() const;
  /// All that were ever started, in order.
  [[nodiscard]] const std::vector<std::string>& started() const { return started_; }
  [[nodiscard]] std::size_t most_at_once() const { return most_; }
  [[nodiscard]] const Value& input_of(const std::string& target) const {
    return inputs_.at(target);
  }
  [[nodiscard]] const std::vector<std::string>& cancelled() const { return cancelled_; }
  [[nodiscard]] bool is_open(const std::string& tag) const { return open_.contains(tag); }
  [[nodiscard]] const std::vector<Call>& looks() const { return looks_; }
  [[nodiscard]] std::string lease_asked() const;

  [[nodiscard]] bool has_finished() const { return finished_; }
  [[nodiscard]] std::string status() const { return str(text_at(outcome_, "Status")); }
  [[nodiscard]] std::string message() const { return str(text_at(outcome_, "FailureMessage")); }
  [[nodiscard]] std::vector<std::string> told(std::string_view detail_type) const;
  [[nodiscard]] Value describe() const;
  [[nodiscard]] int kills() const { return kills_; }

 private:
  void deliver(const Event& event);
  void apply(const Command& command);
  std::string tag_of_target(const std::string& target) const;

  MachineId id_;
  std::unique_ptr<MachineKind> kind_;
  std::unique_ptr<Machine> machine_;
  WallTime now_ = wall_ms(1746124200000);
  std::map<std::string, Command> open_;
  std::map<std::string, std::string> target_of_run_;
  std::vector<std::pair<std::string, std::string>> going_;  // tag, target
  std::map<std::string, Value> inputs_;
  std::vector<std::string> started_, cancelled_;
  std::vector<Call> looks_;
  std::vector<Value> events_;
  std::size_t most_ = 0;
  bool finished_ = false;
  Value outcome_ = Object{};
  int kills_ = 0;
};

/// Targets of one entry.
[[nodiscard]] Array targets_of(std::string_view key, std::vector<std::string> values);
/// ParameterValues i-1 to i-COUNT.
[[nodiscard]] Object numbered_targets(int count);
/// An answer of ec2:DescribeInstances; each instance has the tag Group=g.
[[nodiscard]] Value instances_page(std::vector<std::string> ids, std::string_view next = {});

}  // namespace hikae::runbook::testing
