// An instance that was stopped for a backup must run again, whatever became of the run: it failed,
// was cancelled, this process was killed, EC2 had no capacity.
//
// The obligation is a machine of its own, so that it outlives the run. It is opened by the commit
// that releases the stop and rests until the topmost run has ended, because as long as the run goes
// on the start is the run's business. What can go wrong:
// - The instance was stopped already, on purpose: the look before the stop, or the stop's own
//   answer (PreviousState), says so, and nothing is owed. A second, forced stop finds it stopped
//   too, and so does a stop that is sent again because its answer was lost: "ours" is kept once
//   said.
// - The run was cancelled with the stop still on its way: a look right after the end sees it
//   running. So "running" counts only when it is seen twice, a minute apart.
// - EC2 says that there is no such instance although there is: believed at the third look only.
// - EC2 has no capacity: the start is asked for again, less and less often, for six hours.
#include "runbook/power.h"

#include <fmt/format.h>

#include <algorithm>

#include "runbook/actions/ec2_answers.h"
#include "runbook/events.h"

namespace hikae::runbook {
namespace {

constexpr Duration kSecondLook = seconds(60);
constexpr Duration kStartSettles = seconds(10);
constexpr Duration kStopSettles = seconds(15);
constexpr Duration kFirstRetry = seconds(30);
constexpr Duration kLongestRetry = minutes(10);
constexpr Duration kGiveUpAfter = hours(6);
constexpr int kLooksToBelieve = 2;
constexpr int kLooksToMiss = 3;

enum class Owed : std::uint8_t { Perhaps, Surely, Nothing };

struct PowerRecord {
  std::string instance;
  std::string root;
  std::string reason;
  WallTime since{};  // of the stop
  WallTime ended{};  // of the topmost run; zero: it goes on
  Owed owed = Owed::Perhaps;
  bool acted = false;  // a start of ours was taken
  int attempts = 0;    // failed ones
  int good_looks = 0;
  int missed_looks = 0;
};

class PowerMachine final : public Machine {
 public:
  PowerMachine(MachineId id, PowerRecord record) : id_(std::move(id)), record_(std::move(record)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override;
  [[nodiscard]] Value save() const override;

 private:
  void started(const Value& input, WallTime now, Commands& commands);
  void signalled(std::string_view name, WallTime now, Commands& commands);
  void root_ended(WallTime now, Commands& commands);
  void answered(const event::Answered& answered, WallTime now, Commands& commands);
  void looked(const Value& answer, WallTime now, Commands& commands);
  void missed(WallTime now, Commands& commands);
  void seen_well(WallTime now, Commands& commands);
  void seen_stopped(const Value& instance, WallTime now, Commands& commands);
  void failed(std::string_view why, WallTime now, Commands& commands);
  void look(Commands& commands) const;
  void tell(std::string_view detail_type, std::string_view message, WallTime now,
            Commands& commands) const;
  void finish(std::string_view outcome, Commands& commands) const;

  MachineId id_;
  PowerRecord record_;
};

void PowerMachine::decide(const Event& event, WallTime now, Commands& commands) {
  if (const auto* first = std::get_if<event::Started>(&event))
    started(first->input, now, commands);
  else if (const auto* signal = std::get_if<event::Signalled>(&event))
    signalled(signal->name, now, commands);
  else if (std::holds_alternative<event::Ended>(event))
    root_ended(now, commands);
  else if (const auto* answer = std::get_if<event::Answered>(&event))
    answered(*answer, now, commands);
  else if (std::holds_alternative<event::Woke>(event))
    look(commands);
}

void PowerMachine::started(const Value& input, WallTime now, Commands& commands) {
  record_.instance = text_at(input, "InstanceId");
  record_.root = text_at(input, "RunId");
  record_.reason = text_at(input, "Reason");
  record_.since = now;
  commands.await_end("root", {id_.scope, "run", record_.root});
}

void PowerMachine::signalled(std::string_view name, WallTime now, Commands& commands) {
  if (name == kPowerStopping && record_.owed == Owed::Nothing) {
    record_.owed = Owed::Perhaps;
    record_.since = now;
  }
  if (name == kPowerOurs) record_.owed = Owed::Surely;
  if (name == kPowerNotOurs && record_.owed == Owed::Perhaps) record_.owed = Owed::Nothing;
  if (name == kPowerDischarged) record_.owed = Owed::Nothing;
  const bool looking = record_.ended != WallTime{};
  if (looking && record_.owed == Owed::Nothing) finish("NothingOwed", commands);
}

void PowerMachine::root_ended(WallTime now, Commands& commands) {
  if (record_.owed == Owed::Nothing) return finish("NothingOwed", commands);
  record_.ended = now;
  look(commands);
}

void PowerMachine::look(Commands& commands) const {
  commands.send("look",
                {"ec2", "DescribeInstances", single_id("InstanceIds", record_.instance), {}});
}

void PowerMachine::answered(const event::Answered& answered, WallTime now, Commands& commands) {
  const auto& answer = answered.answer;
  if (answered.tag == "look") {
    if (answer) return looked(*answer, now, commands);
    if (says_not_found(answer.error())) return missed(now, commands);
    return failed(fmt::format("looking at it failed: {}", answer.error().text()), now, commands);
  }
  if (!answer)
    return failed(fmt::format("starting it failed: {}", answer.error().text()), now, commands);
  record_.acted = true;
  commands.wake("again", now + kStartSettles);
}

void PowerMachine::looked(const Value& answer, WallTime now, Commands& commands) {
  const auto* instance = instance_in(answer, record_.instance);
  if (!instance) return missed(now, commands);
  record_.missed_looks = 0;
  const auto state = instance_state_in(answer, record_.instance);
  if (state == "shutting-down" || state == "terminated") return finish("Gone", commands);
  if (state == "stopped") return seen_stopped(*instance, now, commands);
  if (state == "stopping" || (state == "pending" && record_.acted)) {
    if (now - record_.ended >= kGiveUpAfter)
      return failed(fmt::format("it stays {}", state), now, commands);
    commands.wake("again", now + (state == "stopping" ? kStopSettles : kStartSettles));
    return;
  }
  seen_well(now, commands);
}

void PowerMachine::missed(WallTime now, Commands& commands) {
  if (++record_.missed_looks >= kLooksToMiss) {
    tell("Instance Left Stopped",
         "hikae had stopped it, and EC2 does not know it any more: it was terminated, or the "
         "account, "
         "region or credentials are not those of the run. Look for it in the console.",
         now, commands);
    return finish("Gone", commands);
  }
  commands.wake("again", now + kSecondLook);
}

void PowerMachine::seen_well(WallTime now, Commands& commands) {
  if (record_.acted) {
    tell("Instance Started Again",
         fmt::format("Instance {} runs again. Run {} had stopped it ({}) and ended without "
                     "starting it.",
                     record_.instance, record_.root, record_.reason),
         now, commands);
    return finish("StartedAgain", commands);
  }
  if (++record_.good_looks >= kLooksToBelieve) return finish("Running", commands);
  commands.wake("again", now + kSecondLook);
}

void PowerMachine::seen_stopped(const Value& instance, WallTime now, Commands& commands) {
  if (tag_in(instance, "hikae:hold") == "true") {
    tell("Instance Left Stopped",
         fmt::format("Instance {} is stopped and is left alone, because it is tagged "
                     "hikae:hold=true. Run {} had stopped it ({}). Start it by hand when the hold "
                     "is over.",
                     record_.instance, record_.root, record_.reason),
         now, commands);
    return finish("Held", commands);
  }
  if (std::exchange(record_.acted, false))
    return failed("it was started, but fell back to stopped", now, commands);
  record_.good_looks = 0;
  commands.send("start", {"ec2", "StartInstances", single_id("InstanceIds", record_.instance), {}});
}

void PowerMachine::failed(std::string_view why, WallTime now, Commands& commands) {
  const auto attempts = ++record_.attempts;
  const bool gives_up = now - record_.ended >= kGiveUpAfter;
  const auto next =
      std::min<Duration>(kFirstRetry * (1LL << std::min(attempts - 1, 10)), kLongestRetry);
  const bool is_power_of_two = (attempts & (attempts - 1)) == 0;
  if (is_power_of_two || gives_up)
    tell("Instance Left Stopped",
         fmt::format("Instance {} was stopped by run {} ({}), the run has ended, and {} (attempt "
                     "{}). {}",
                     record_.instance, record_.root, record_.reason, why, attempts,
                     gives_up ? "hikae gives up: start it by hand."
                              : fmt::format("hikae tries again in {}.", human(next))),
         now, commands);
  if (gives_up) return finish("GivenUp", commands);
  commands.wake("again", now + next);
}

void PowerMachine::tell(std::string_view detail_type, std::string_view message, WallTime now,
                        Commands& commands) const {
  Object detail;
  detail["InstanceId"] = record_.instance;
  detail["RunId"] = record_.root;
  detail["Message"] = message;
  detail["Since"] = iso(record_.since);
  detail["Attempts"] = record_.attempts;
  const auto seed = fmt::format("power/{}/{}/{}", id_.id, detail_type, unix_ms(now));
  emit_event(commands, id_.scope,
             hikae_event(id_.scope, seed, detail_type, {instance_arn(id_.scope, record_.instance)},
                         std::move(detail), now));
}

void PowerMachine::finish(std::string_view outcome, Commands& commands) const {
  commands.finish(Object{
      {"Outcome", outcome}, {"InstanceId", record_.instance}, {"Attempts", record_.attempts}});
}

Value PowerMachine::save() const {
  Object out;
  out["i"] = record_.instance;
  out["run"] = record_.root;
  out["why"] = record_.reason;
  out["since"] = unix_ms(record_.since);
  out["ended"] = unix_ms(record_.ended);
  out["owed"] = static_cast<std::int64_t>(record_.owed);
  out["acted"] = record_.acted;
  out["n"] = record_.attempts;
  out["good"] = record_.good_looks;
  out["missed"] = record_.missed_looks;
  return out;
}

PowerRecord load_power(const Value& saved) {
  const auto number = [&](std::string_view key) { return int_at(saved, key).value_or(0); };
  PowerRecord record;
  record.instance = text_at(saved, "i");
  record.root = text_at(saved, "run");
  record.reason = text_at(saved, "why");
  record.since = wall_ms(number("since"));
  record.ended = wall_ms(number("ended"));
  record.owed = static_cast<Owed>(std::clamp<std::int64_t>(number("owed"), 0, 2));
  record.acted = is_true_at(saved, "acted");
  record.attempts = static_cast<int>(number("n"));
  record.good_looks = static_cast<int>(number("good"));
  record.missed_looks = static_cast<int>(number("missed"));
  return record;
}

class PowerKind final : public MachineKind {
 public:
  [[nodiscard]] std::string_view name() const override { return kPowerKind; }
  [[nodiscard]] std::unique_ptr<Machine> fresh(const MachineId& id) const override {
    return std::make_unique<PowerMachine>(id, PowerRecord{});
  }
  [[nodiscard]] Result<std::unique_ptr<Machine>> load(const MachineId& id,
                                                      const Value& saved) const override {
    return std::make_unique<PowerMachine>(id, load_power(saved));
  }
};

}  // namespace

std::unique_ptr<MachineKind> make_power_kind() { return std::make_unique<PowerKind>(); }

MachineId power_machine(const Scope& scope, std::string_view instance_id,
                        std::string_view root_run) {
  return {scope, str(kPowerKind), fmt::format("{}/{}", instance_id, root_run)};
}

void oblige_power(Commands& commands, const Scope& scope, std::string_view instance_id,
                  std::string_view root_run, std::string_view reason) {
  const auto machine = power_machine(scope, instance_id, root_run);
  commands.start(machine,
                 Object{{"InstanceId", instance_id}, {"RunId", root_run}, {"Reason", reason}});
  commands.signal(machine, str(kPowerStopping));
}

void tell_power(Commands& commands, const Scope& scope, const Value& stop_answer,
                std::string_view root_run) {
  for (const auto& change : list_at(stop_answer, "StoppingInstances")) {
    const auto before = text_at(object_at(change, "PreviousState"), "Name");
    if (before.empty()) continue;  // not said: the look at the end decides
    const bool was_on = before == "running" || before == "pending";
    commands.signal(power_machine(scope, text_at(change, "InstanceId"), root_run),
                    str(was_on ? kPowerOurs : kPowerNotOurs));
  }
}

}  // namespace hikae::runbook
