#include "plane/lambda/left_stopped.h"

#include "plane/testing_kernel_test.h"
#include "runbook/power.h"

namespace hikae::plane::lambda {
namespace {

/// An obligation that shows what it was started with, and has ended where that says an Outcome.
class ObligationKind final : public MachineKind {
 public:
  [[nodiscard]] std::string_view name() const override { return runbook::kPowerKind; }
  [[nodiscard]] std::unique_ptr<Machine> fresh(const MachineId&) const override {
    return std::make_unique<Obligation>();
  }
  [[nodiscard]] Result<std::unique_ptr<Machine>> load(const MachineId&,
                                                      const Value& saved) const override {
    auto obligation = std::make_unique<Obligation>();
    obligation->record = saved;
    return obligation;
  }

 private:
  struct Obligation final : Machine {
    Value record;
    void decide(const Event& event, WallTime, Commands& commands) override {
      const auto* started = std::get_if<event::Started>(&event);
      if (!started) return;
      record = started->input;
      if (find(record, "Outcome")) commands.finish(record);
    }
    [[nodiscard]] Value save() const override { return record; }
  };
};

TestKernel::Kinds obligations() {
  TestKernel::Kinds kinds;
  kinds.push_back(std::make_unique<ObligationKind>());
  return kinds;
}

struct PowerDesk : TestKernel {
  PowerDesk() : TestKernel(obligations()) {}

  void obligation(std::string_view instance, std::string_view run, Object record) {
    kernel->perform([=, this](engine::Turn& turn) {
      turn.start(runbook::power_machine(scope, instance, run), record);
    });
    time.run_until(time.now() + minutes(1));
  }

  /// "i-1: why, i-2: why"
  std::string told() {
    std::string all;
    for (const auto& one : left_stopped(*kernel, scope))
      all.append(all.empty() ? "" : ", ")
          .append(text_at(one, "InstanceId"))
          .append(": ")
          .append(text_at(one, "Detail"));
    return all;
  }
};

TEST(LeftStopped, AreThoseThatHikaeTriesToStartOrGaveUp) {
  PowerDesk desk;
  desk.obligation("i-1", "r1", Object{{"ended", 1'800'000'000'000}});
  desk.obligation("i-2", "r2", Object{{"Outcome", "GivenUp"}});
  desk.obligation("i-3", "r3", Object{{"Outcome", "Held"}});
  EXPECT_EQ(desk.told(),
            "i-1: stopped by the run r1; hikae tries to start it, "
            "i-2: stopped by the run r2; hikae tried to start it for hours and gave up, "
            "i-3: stopped by the run r3; it is on hold, so hikae did not start it");
}

TEST(LeftStopped, AreNotThoseWhoseRunGoesOnOrWhichRunAgain) {
  PowerDesk desk;
  desk.obligation("i-1", "r1", Object{{"ended", 0}});
  for (const auto* outcome : {"NothingOwed", "Running", "StartedAgain", "Gone"})
    desk.obligation("i-2", outcome, Object{{"Outcome", outcome}});
  EXPECT_EQ(desk.told(), "");
}

TEST(LeftStopped, TheNewestObligationOfAnInstanceCounts) {
  PowerDesk desk;
  desk.obligation("i-1", "r1", Object{{"Outcome", "GivenUp"}});
  desk.obligation("i-1", "r2", Object{{"Outcome", "Running"}});
  desk.obligation("i-2", "r1", Object{{"Outcome", "Running"}});
  desk.obligation("i-2", "r2", Object{{"Outcome", "GivenUp"}});
  EXPECT_EQ(desk.told(),
            "i-2: stopped by the run r2; hikae tried to start it for hours and gave up");
}

}  // namespace
}  // namespace hikae::plane::lambda
