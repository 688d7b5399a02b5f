#include "sandbox/fault_desk.h"

#include <algorithm>

#include "base/entropy.h"

namespace hikae::sandbox {

std::vector<std::string> usual_operations(FaultAction action) {
  switch (action) {
    case FaultAction::StaleReads: return {"Describe*"};
    case FaultAction::LateSnapshots:
    case FaultAction::ImageFails:
    case FaultAction::ImageHangs: return {"CreateImage"};
    case FaultAction::NoCapacity: return {"StartInstances", "RunInstances"};
    case FaultAction::StartFails: return {"StartInstances"};
    default: return {"*"};
  }
}

void FaultDesk::set(std::vector<FaultRule> rules) {
  desks_.clear();
  for (auto& rule : rules) {
    Desk desk;
    const auto names = rule.operations.empty() ? usual_operations(rule.action) : rule.operations;
    for (const auto& name : names) desk.operations.emplace_back(name);
    if (!rule.instance.empty()) desk.instance.emplace(rule.instance);
    desk.rule = std::move(rule);
    desks_.push_back(std::move(desk));
  }
}

Duration FaultDesk::longest_stale() const {
  Duration longest{};
  for (const auto& desk : desks_)
    if (desk.rule.action == FaultAction::StaleReads) longest = std::max(longest, desk.rule.delay);
  return longest;
}

bool FaultDesk::fits(const Desk& desk, std::string_view operation,
                     std::span<const Subject> subjects) {
  const auto names_it = [&](const Glob& glob) { return glob.matches(operation); };
  if (!std::ranges::any_of(desk.operations, names_it)) return false;
  if (!desk.instance) return true;
  return std::ranges::any_of(subjects, [&](const Subject& subject) {
    return desk.instance->text() == subject.id || desk.instance->matches(subject.name);
  });
}

bool FaultDesk::fires(Desk& desk, WallTime now) {
  const auto& rule = desk.rule;
  if (rule.times && desk.fired >= *rule.times) return false;
  if (rule.lasts && desk.first_fired && now >= *desk.first_fired + *rule.lasts) return false;
  if (desk.passed < rule.skip) {
    ++desk.passed;
    return false;
  }
  constexpr std::uint64_t kParts = 1'000'000;
  if (rule.probability < 1 &&
      static_cast<double>(below(entropy_, kParts)) >= rule.probability * kParts)
    return false;
  ++desk.fired;
  if (!desk.first_fired) desk.first_fired = now;
  return true;
}

const FaultRule* FaultDesk::fire(FaultAction action, std::string_view operation,
                                 std::span<const Subject> subjects, WallTime now) {
  return fire_any({&action, 1}, operation, subjects, now, {});
}

const FaultRule* FaultDesk::fire_any(std::span<const FaultAction> actions,
                                     std::string_view operation, std::span<const Subject> subjects,
                                     WallTime now,
                                     const std::function<bool(const FaultRule&)>& allowed) {
  for (auto& desk : desks_) {
    if (std::ranges::find(actions, desk.rule.action) == actions.end()) continue;
    if (!fits(desk, operation, subjects)) continue;
    if (allowed && !allowed(desk.rule)) continue;
    if (fires(desk, now)) return &desk.rule;
  }
  return nullptr;
}

}  // namespace hikae::sandbox
