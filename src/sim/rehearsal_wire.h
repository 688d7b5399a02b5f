// The wires of a rehearsal: to the embedded machines, and to what the file itself answers. Each
// answer is told to the timeline; one for a process that has ended is nobody's.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "aws/cloud.h"
#include "base/virtual_time.h"
#include "sim/rehearsal.h"
#include "sim/rehearsal_timeline.h"

namespace hikae::sim::rehearsal {

/// Who waits for answers in one life of hikae.
class Callers {
 public:
  explicit Callers(Timeline& timeline) : timeline_(timeline) {}
  /// To be called when the call has just left: what gives the answer to `done`, if it still lives.
  [[nodiscard]] aws::Done keep(aws::Done done);
  /// The process ends: callbacks are destroyed here, while what they refer to still stands.
  void forget_all();

 private:
  using Waiting = std::map<std::uint64_t, aws::Done>;
  Timeline& timeline_;
  std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
  std::uint64_t last_ = 0;
};

class Wire final : public aws::Cloud {
 public:
  /// Both outlive it.
  Wire(aws::Cloud& cloud, Callers& callers) : cloud_(cloud), callers_(callers) {}
  void call(aws::Request request, aws::Done done) override {
    cloud_.call(std::move(request), callers_.keep(std::move(done)));
  }

 private:
  aws::Cloud& cloud_;
  Callers& callers_;
};

/// The file's answers, and how far they are used up; they outlive every life of hikae.
class AnswerDesk {
 public:
  explicit AnswerDesk(const std::vector<CannedAnswer>& answers);
  /// The first answer that fits the call and is not used up; nullptr: none.
  [[nodiscard]] const CannedAnswer* take(const aws::Request& request);

 private:
  struct Slot {
    const CannedAnswer* canned;
    std::int64_t passed = 0, given = 0;
  };
  std::vector<Slot> slots_;
};

/// A service or an operation of which the file answers some calls or all.
class AnsweredByFile final : public aws::Cloud {
 public:
  /// `behind` answers the other calls; nullptr: nobody does. All outlive it.
  AnsweredByFile(AnswerDesk& desk, aws::Cloud* behind, VirtualTime& time, Callers& callers)
      : desk_(desk), behind_(behind), time_(time), callers_(callers) {}
  void call(aws::Request request, aws::Done done) override;

 private:
  AnswerDesk& desk_;
  aws::Cloud* behind_;
  VirtualTime& time_;
  Callers& callers_;
};

}  // namespace hikae::sim::rehearsal
