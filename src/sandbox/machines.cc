#include "sandbox/machines.h"

#include <algorithm>

#include "sandbox/render.h"

namespace hikae::sandbox {
namespace {

constexpr std::string_view kUserShutdown = "Client.UserInitiatedShutdown";
constexpr std::string_view kUserShutdownText =
    "Client.UserInitiatedShutdown: User initiated shutdown";

void set_user_reason(Instance& row, WallTime now) {
  row.transition_reason = "User initiated (" + gmt(now) + ")";
  row.reason_code = kUserShutdown;
  row.reason_message = kUserShutdownText;
}

void clear_reason(Instance& row) {
  row.transition_reason.clear();
  row.reason_code.clear();
  row.reason_message.clear();
}

/// The agent has pinged up to now if it ran.
void end_pings(Instance& row, WallTime now) {
  if (row.power == Power::Running && now >= row.agent_from) row.last_ping = now;
}

void schedule_step(Incoming& in, const std::string& id, Step step, WallTime due) {
  in.world.schedule(in.region, {.due = due,
                                .step = step,
                                .subject = id,
                                .caller = in.request.caller,
                                .operation = in.request.operation});
}

void log_power(Incoming& in, const std::string& id, std::string_view what) {
  in.world.log(in.region, in.now, what, id, id, in.cause());
}

Duration slowed(Incoming& in, const Instance& row) {
  const auto* rule = machine_fault(in, FaultAction::Slow, row);
  return rule ? rule->delay : Duration{};
}

void hurry_stop(Incoming& in, const std::string& id) {
  const auto* stopping = in.world.running(in.region, id, Step::Stopped);
  const auto due = in.now + in.world.delays().stop;
  if (!stopping || stopping->due <= due) return;
  in.world.unschedule(in.region, id);
  schedule_step(in, id, Step::Stopped, due);
}

}  // namespace

Subject subject_of(const Instance& row) {
  const auto name = row.tags.find("Name");
  return {row.id, name == row.tags.end() ? std::string_view{} : std::string_view(name->second)};
}

const FaultRule* machine_fault(Incoming& in, FaultAction action, const Instance& row) {
  if (in.world.faults().is_empty()) return nullptr;
  const Subject subject = subject_of(row);
  return in.world.faults().fire(action, in.request.operation, {&subject, 1}, in.now);
}

void begin_stop(Incoming& in, const std::string& id, Force force) {
  const auto& row = *in.region.instances.find(id);
  if (row.power == Power::Stopping && force == Force::Yes) return hurry_stop(in, id);
  if (row.power != Power::Running) return;
  const auto extra = force == Force::Yes ? Duration{} : slowed(in, row);
  in.region.instances.change(id, in.now, [&](Instance& i) {
    end_pings(i, in.now);
    i.power = Power::Stopping;
    set_user_reason(i, in.now);
  });
  log_power(in, id, "stopping");
  schedule_step(in, id, Step::Stopped, in.now + in.world.delays().stop + extra);
}

void begin_start(Incoming& in, const std::string& id) {
  const auto& row = *in.region.instances.find(id);
  if (row.power != Power::Stopped) return;
  const auto extra = slowed(in, row);
  const auto* fails = machine_fault(in, FaultAction::StartFails, row);
  in.region.instances.change(id, in.now, [&](Instance& i) {
    i.power = Power::Pending;
    i.launched = in.now;
    clear_reason(i);
  });
  log_power(in, id, "pending");
  const auto due = in.now + in.world.delays().start + extra + (fails ? fails->delay : Duration{});
  schedule_step(in, id, fails ? Step::StartFailed : Step::Running, due);
}

void reboot(Incoming& in, const std::string& id) {
  in.region.instances.change(id, in.now, [&](Instance& i) {
    end_pings(i, in.now);
    i.checks_ok = in.now + in.world.delays().reboot + in.world.delays().status_checks;
    i.agent_from = in.now + in.world.delays().reboot + in.world.delays().agent_online;
  });
  log_power(in, id, "rebooted");
}

void begin_terminate(Incoming& in, const std::string& id) {
  const auto power = in.region.instances.find(id)->power;
  if (power == Power::ShuttingDown || power == Power::Terminated) return;
  in.world.unschedule(in.region, id);
  in.region.instances.change(id, in.now, [&](Instance& i) {
    end_pings(i, in.now);
    i.power = Power::ShuttingDown;
    set_user_reason(i, in.now);
  });
  log_power(in, id, "shutting-down");
  schedule_step(in, id, Step::Terminated, in.now + in.world.delays().terminate);
}

void arrive_running(World& world, Region& region, const std::string& id, WallTime at,
                    const Cause& cause) {
  region.instances.change(id, world.now(), [&](Instance& i) {
    i.power = Power::Running;
    i.checks_ok = at + world.delays().status_checks;
    i.agent_from = at + world.delays().agent_online;
  });
  world.log(region, at, "running", id, id, cause);
}

}  // namespace hikae::sandbox
