// Drives one machine and saves and loads it before every event: what `save` forgets, a test sees.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "base/machine.h"
#include "text/json.h"

namespace hikae::delivery::testing {

class Driver {
 public:
  Driver(std::unique_ptr<MachineKind> kind, MachineId id)
      : kind_(std::move(kind)), id_(std::move(id)), machine_(kind_->fresh(id_)) {}

  /// Feeds the event at the present time; returns what was asked for. Replays it on a second copy
  /// of the machine and compares.
  std::vector<Command> feed(const Event& event) {
    if (!fresh_) machine_ = reloaded();
    auto twin = fresh_ ? kind_->fresh(id_) : reloaded();
    fresh_ = false;
    Commands commands;
    machine_->decide(event, now, commands);
    Commands again;
    twin->decide(event, now, again);
    EXPECT_EQ(text::to_json(machine_->save()), text::to_json(twin->save()));
    EXPECT_EQ(commands.list().size(), again.list().size());
    return commands.take();
  }
  std::vector<Command> start(Value input) { return feed(event::Started{std::move(input)}); }
  std::vector<Command> answer(std::string tag, Result<Value> answer) {
    return feed(event::Answered{std::move(tag), std::move(answer)});
  }
  std::vector<Command> wake(const command::Pause& pause) {
    now += pause.wait;
    return feed(event::Woke{pause.tag});
  }

  WallTime now = wall_ms(1'767'292'200'000);  // 2026-01-01T18:30:00Z

 private:
  std::unique_ptr<Machine> reloaded() {
    auto loaded = kind_->load(id_, machine_->save());
    EXPECT_TRUE(loaded) << loaded.error().text();
    return *std::move(loaded);
  }

  std::unique_ptr<MachineKind> kind_;
  MachineId id_;
  std::unique_ptr<Machine> machine_;
  bool fresh_ = true;
};

/// The one command of that type in the list; fails where there is none or another.
template <class C>
C only(const std::vector<Command>& list) {
  EXPECT_EQ(list.size(), 1U);
  const auto* found = list.empty() ? nullptr : std::get_if<C>(&list.front());
  EXPECT_NE(found, nullptr);
  return found ? *found : C{};
}

inline Scope test_scope() { return {"123456789012", "ap-northeast-1"}; }
inline Value json_of(std::string_view text) {
  auto value = text::parse_json(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(Value{});
}

}  // namespace hikae::delivery::testing
