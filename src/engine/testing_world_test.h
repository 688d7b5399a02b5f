// For the engine's tests: a scripted machine, a scripted cloud, and a process that can die and
// start again on the same database.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "base/entropy.h"
#include "base/virtual_time.h"
#include "engine/kernel.h"
#include "text/json.h"

namespace hikae::engine::testing {

using Script = std::function<void(const Event&, Object& record, WallTime, Commands&)>;
using Judge = std::function<bool(std::string_view tag, const Result<Value>&)>;

class ScriptedMachine final : public Machine {
 public:
  ScriptedMachine(const Script& script, const Judge& judge, Object record)
      : script_(script), judge_(judge), record_(std::move(record)) {}
  void decide(const Event& event, WallTime now, Commands& commands) override {
    script_(event, record_, now, commands);
  }
  [[nodiscard]] bool decides(std::string_view tag, const Result<Value>& answer) const override {
    return !judge_ || judge_(tag, answer);
  }
  [[nodiscard]] Value save() const override { return record_; }

 private:
  const Script& script_;
  const Judge& judge_;
  Object record_;
};

class ScriptedKind final : public MachineKind {
 public:
  ScriptedKind(const Script& script, const Judge& judge) : script_(script), judge_(judge) {}
  [[nodiscard]] std::string_view name() const override { return "toy"; }
  [[nodiscard]] std::unique_ptr<Machine> fresh(const MachineId&) const override {
    return std::make_unique<ScriptedMachine>(script_, judge_, Object());
  }
  [[nodiscard]] Result<std::unique_ptr<Machine>> load(const MachineId&,
                                                      const Value& saved) const override {
    return std::make_unique<ScriptedMachine>(script_, judge_, saved.as_object());
  }

 private:
  const Script& script_;
  const Judge& judge_;
};

/// Answers every call by `answer`, 10 ms later; nullopt: never.
class ScriptedCloud final : public aws::Cloud {
 public:
  using Answer = std::function<std::optional<Result<Value>>(const aws::Request&)>;
  explicit ScriptedCloud(Timers& timers, const WallClock& clock) : timers_(timers), clock_(clock) {}
  void call(aws::Request request, aws::Done done) override {
    seen.push_back(request);
    if (on_call) on_call(request);
    auto reply = answer(request);
    if (!reply) return;
    timers_.at(clock_.now() + Duration{10},
               [done = std::move(done), reply = std::move(*reply), life = life_]() mutable {
                 if (*life) done(std::move(reply));
               });
  }
  /// Answers on their way never arrive.
  void cut() { *std::exchange(life_, std::make_shared<bool>(true)) = false; }

  Answer answer = [](const aws::Request&) { return Result<Value>(Object()); };
  std::function<void(const aws::Request&)> on_call;
  std::vector<aws::Request> seen;

 private:
  Timers& timers_;
  const WallClock& clock_;
  std::shared_ptr<bool> life_ = std::make_shared<bool>(true);
};

/// Room on a disk that a test fills and clears.
class ScriptedReserve final : public Reserve {
 public:
  [[nodiscard]] bool is_kept() const override { return kept; }
  [[nodiscard]] bool is_disk_low() const override { return low; }
  bool release() override { return std::exchange(kept, false); }
  [[nodiscard]] Result<> keep() override {
    if (low) return fail(ErrorKind::Io, "no room");
    kept = true;
    return {};
  }
  bool kept = true;
  bool low = false;
};

/// One installation: the disk stays, the process may die.
class EngineTest : public ::testing::Test {
 protected:
  EngineTest()
      : log_(*time_, [](std::string_view) {}),
        database_(store::Database::open(":memory:", store::Sync::Off).value()) {
    cloud_ = std::make_unique<ScriptedCloud>(*time_, *time_);
    boot();
  }

  void boot() {
    std::vector<std::unique_ptr<MachineKind>> kinds;
    kinds.push_back(std::make_unique<ScriptedKind>(script_, judge_));
    kernel_ = Kernel::open(*database_, {*time_, *time_, entropy_, log_, &reserve_, machines_awake_},
                           *cloud_, std::move(kinds))
                  .value();
    kernel_->tell_by({[this](Turn&, const MachineId& id, const std::string& why) {
                        told_.push_back(id.id + ": " + why);
                      },
                      [this](Turn&, DiskSpace space) {
                        told_.push_back(space == DiskSpace::Short ? "disk short" : "disk enough");
                      },
                      [this](const std::string& why) { told_.push_back("last: " + why); }});
    ASSERT_TRUE(kernel_->recover());
  }

  /// kill -9: what was in memory is gone, timers and answers on their way with it.
  void die_and_boot() {
    const auto now = time_->now();
    cloud_->cut();
    auto old_kernel = std::move(kernel_);
    auto old_cloud = std::move(cloud_);
    auto old_time = std::move(time_);
    time_ = std::make_unique<VirtualTime>(now);
    cloud_ = std::make_unique<ScriptedCloud>(*time_, *time_);
    cloud_->answer = old_cloud->answer;
    old_kernel.reset();
    boot();
  }

  void start(const std::string& id, Value input = Object()) {
    kernel_->perform([this, id, input](Turn& turn) { turn.start({kScope, "toy", id}, input); });
    time_->drain();
  }
  void run_for(Duration d) { time_->run_until(time_->now() + d); }
  Value outcome_of(const std::string& id) {
    const auto view = kernel_->view({kScope, "toy", id});
    return view && view->ended_at ? view->outcome : Value("not finished");
  }
  std::int64_t count(const char* sql) {
    auto statement = database_->prepare(sql).value();
    EXPECT_TRUE(statement.step().value());
    return statement.integer(0);
  }
  int calls(std::string_view operation) {
    int found = 0;
    for (const auto& request : cloud_->seen) found += request.operation == operation;
    return found;
  }

  const Scope kScope{"123456789012", "eu-west-1"};
  Script script_;
  Judge judge_;
  std::unique_ptr<VirtualTime> time_ = std::make_unique<VirtualTime>(wall_ms(1'000'000));
  SeededEntropy entropy_{7};
  Log log_;
  ScriptedReserve reserve_;
  std::size_t machines_awake_ = limits::kMachinesAwake;
  std::vector<std::string> told_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<ScriptedCloud> cloud_;
  std::unique_ptr<Kernel> kernel_;
};

}  // namespace hikae::engine::testing
