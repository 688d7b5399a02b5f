// What happened in a rehearsal, in order: calls with their answers, what the machines did, what
// people did, and, once the runs are told, their steps. Also the counts that expectations are
// about.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "aws/cloud.h"
#include "base/virtual_time.h"
#include "sim/rehearsal.h"

namespace hikae::sim::rehearsal {

class Timeline {
 public:
  explicit Timeline(const VirtualTime& time) : time_(time) {}

  /// From now on calls are counted and what happens is kept; the first run that tells of itself is
  /// the one that the test is about.
  void begin() { is_on_ = true; }
  /// From now on nothing is.
  void end() { is_on_ = false; }
  [[nodiscard]] bool is_on() const { return is_on_; }

  /// A call leaves, or an event for hikae's bus: those tell how runs stand.
  void sees(const aws::Request& request);
  /// The call that left last; its number is good for answered().
  [[nodiscard]] std::size_t last_call() const { return last_call_; }
  void answered(std::size_t call, const Result<Value>& answer);
  /// Gives a number for answered().
  std::size_t note(std::string what, std::string answer = {});
  /// What is learned of only later.
  void note_at(WallTime at, std::string what, std::string answer);
  /// The run that the test is about has ended.
  [[nodiscard]] bool has_ended() const { return ended_; }

  /// The steps of a run, as GetAutomationExecution answers; the parent before its children.
  void tell_run(const Value& execution);
  [[nodiscard]] std::vector<Moment> moments() const;
  [[nodiscard]] const std::map<std::string, std::int64_t>& calls() const { return calls_; }

 private:
  static constexpr std::size_t kNoCall = static_cast<std::size_t>(-1);
  /// What comes first within one instant.
  enum class Rank { ChildStepEnds, StepEnds, StepBegins, Call, StepIsCut };
  struct Entry {
    Moment moment;
    Rank rank = Rank::Call;
    bool is_of_step = true;
  };
  struct Span {
    std::string step;
    WallTime begin{}, end{};
  };

  std::size_t add(std::string what, std::string answer);
  void sees_event(const Value& event);
  void tell_step(const Value& step, std::string name);
  [[nodiscard]] std::string step_at(WallTime at) const;

  const VirtualTime& time_;
  bool is_on_ = false;
  bool ended_ = false;
  std::string root_;  // the execution's id
  std::vector<Entry> entries_;
  std::vector<Entry> steps_;
  std::vector<Span> spans_;
  std::size_t last_call_ = kNoCall;
  std::map<std::string, std::int64_t> calls_;
};

}  // namespace hikae::sim::rehearsal
