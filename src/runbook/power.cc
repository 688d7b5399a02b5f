// An instance that was stopped for a backup must run again, whatever became of the run: it failed,
// was cancelled, hangs, this process was killed, EC2 had no capacity.
//
// The obligation is a machine of its own, so that it outlives the run. It is opened by the commit
// that releases the stop and rests until the topmost run has ended, because as long as the run goes
// on the start is the run's business; but for no longer than kStoppedMax. Then it acts:
//
//   look -> stopped -> start -> look -> running: told, done
//        -> running, seen twice: done
//
// What can go wrong:
// - Somebody else had stopped it, on purpose. The stop's own answer says so (power_stop.cc), and
//   nothing is owed. Each stop is settled by itself: a second, forced stop finds the instance
//   stopped by the first one, which is still ours.
// - A look shows the world of some minutes ago: running, though it is stopped since. Or the run was
//   cancelled with the stop still on its way. "Running" proves something only where the instance
//   was launched after the stop (LaunchTime), or kStale after the stop and seen twice, a minute
//   apart. A run that says that it saw its start come up may have seen such a ghost: its word is
//   checked.
// - It runs again, and then an operator stops it, perhaps while hikae is down: what EC2 says of the
//   launch and of the stop proves it (last_stop.h). Then it is theirs.
// - EC2 says that there is no such instance although there is: believed only after kMissedForGood,
//   which outlasts its eventual consistency.
// - EC2 has no capacity: the start is asked for again, less and less often, for six hours.
// - The next run of the instance is waiting already. The obligation stands in line for the lease
//   from the stop on, so it comes before whatever asked later. What asked earlier comes first: the
//   instance stays stopped as long as that run goes on, and people are told.
// - Started while the run goes on, the instance writes to volumes whose snapshots may not have
// begun:
//   the image is marked, also one that is made later, unless the run was past that point and had
//   asked for a start itself.
#include "runbook/power.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hold.h"
#include "base/stopped_by.h"
#include "runbook/actions/ec2_answers.h"
#include "runbook/events.h"
#include "runbook/power_record.h"
#include "runbook/power_stop.h"

namespace hikae::runbook {
namespace {

constexpr Duration kSecondLook = seconds(60);
constexpr Duration kStale = minutes(10);  // twice what a look was seen to lag behind
constexpr Duration kStartSettles = seconds(10);
constexpr Duration kStopSettles = seconds(15);
constexpr Duration kFirstRetry = seconds(30);
constexpr Duration kLongestRetry = minutes(10);
constexpr Duration kGiveUpAfter = hours(6);
constexpr Duration kMissedForGood = minutes(15);
constexpr Duration kMarkAgain = seconds(60);
constexpr Duration kUnmarkAgain = seconds(60);
constexpr int kUnmarkFailuresMax = 3;
constexpr int kLooksToBelieve = 2;
constexpr int kLooksBehind = 4;       // 15 minutes after the end: told that a run keeps the lease
constexpr int kLooksBehindAgain = 6;  // and every hour from then on

constexpr std::string_view kLook = "look";
constexpr std::string_view kStart = "start";
constexpr std::string_view kAgain = "again";
constexpr std::string_view kOverdue = "overdue";
constexpr std::string_view kFindImages = "find-images";
constexpr std::string_view kMark = "mark";
constexpr std::string_view kMarkLater = "mark-later";
constexpr std::string_view kUnmark = "unmark";
constexpr std::string_view kUnmarkLater = "unmark-later";

WallTime time_of(const Value& payload, WallTime now) {
  const auto at = int_at(payload, "At");
  return at ? wall_ms(*at) : now;
}

class PowerMachine final : public Machine {
 public:
  PowerMachine(MachineId id, PowerRecord record) : id_(std::move(id)), record_(std::move(record)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override;
  [[nodiscard]] Value save() const override { return save_power(record_); }

 private:
  void take(const Event& event, WallTime now, Commands& commands);
  void recovered(const Value& input);
  void stop_leaves(const Value& payload, WallTime now);
  void unmark(Commands& commands);
  void unmarked(const Result<Value>& answer, WallTime now, Commands& commands);
  void started(const Value& input, WallTime now, Commands& commands);
  void signalled(const event::Signalled& signal, WallTime now, Commands& commands);
  void discharged(Commands& commands);
  void stop_begins(const Value& payload, WallTime now, Commands& commands);
  void leased(WallTime now, Commands& commands);
  void root_ended(WallTime now, Commands& commands);
  void woke(std::string_view tag, WallTime now, Commands& commands);
  void overdue(WallTime now, Commands& commands);
  void answered(const event::Answered& answered, WallTime now, Commands& commands);
  void looked(const Value& answer, WallTime now, Commands& commands);
  void missed(WallTime now, Commands& commands);
  void seen_well(const Value& instance, WallTime now, Commands& commands);
  void seen_discharged(bool runs, const Value& instance, WallTime now, Commands& commands);
  [[nodiscard]] bool was_launched_since(const Value& instance) const;
  [[nodiscard]] bool was_stopped_again(const Value& instance) const;
  [[nodiscard]] bool is_proof(const Value& instance, WallTime now) const;
  void seen_stopped(const Value& instance, WallTime now, Commands& commands);
  void left_to_others(const Value& instance, WallTime now, Commands& commands);
  void seen_held(WallTime now, Commands& commands);
  void behind_another(WallTime now, Commands& commands);
  void tell_overdue(WallTime now, Commands& commands);
  void start_it(Commands& commands) const;
  void find_images(Commands& commands) const;
  void mark_images(const event::Answered& found, Commands& commands) const;
  void mark_later(Commands& commands) const;
  void failed(std::string_view why, WallTime now, Commands& commands);
  void look(Commands& commands) const;
  void rest(Commands& commands);
  void tell(std::string_view detail_type, std::string_view message, WallTime now,
            Commands& commands) const;
  void finish(std::string_view outcome, Commands& commands);
  void finish_with_nothing_owed(Commands& commands);
  void finish_marked(std::string_view outcome, Commands& commands);

  MachineId id_;
  PowerRecord record_;
};

void PowerMachine::decide(const Event& event, WallTime now, Commands& commands) {
  const auto* answer = std::get_if<event::Answered>(&event);
  const auto* wake = std::get_if<event::Woke>(&event);
  if (answer && answer->tag == kUnmark)
    unmarked(answer->answer, now, commands);
  else if (wake && wake->tag == kUnmarkLater)
    record_.unmarking = false;
  else if (record_.outcome.empty())
    take(event, now, commands);
  if (!record_.owed()) unmark(commands);
}

void PowerMachine::take(const Event& event, WallTime now, Commands& commands) {
  if (const auto* first = std::get_if<event::Started>(&event))
    started(first->input, now, commands);
  else if (const auto* signal = std::get_if<event::Signalled>(&event))
    signalled(*signal, now, commands);
  else if (std::holds_alternative<event::Leased>(event))
    leased(now, commands);
  else if (std::holds_alternative<event::Ended>(event))
    root_ended(now, commands);
  else if (const auto* answer = std::get_if<event::Answered>(&event))
    answered(*answer, now, commands);
  else if (const auto* wake = std::get_if<event::Woke>(&event))
    woke(wake->tag, now, commands);
}

// ---- while the run goes on ----

void PowerMachine::started(const Value& input, WallTime now, Commands& commands) {
  record_.instance = text_at(input, "InstanceId");
  record_.root = text_at(input, "RunId");
  record_.reason = text_at(input, "Reason");
  record_.since = now;
  if (find(input, "Since")) recovered(input);
  commands.await_end("root", {id_.scope, "run", record_.root});
  commands.lease("lease", fmt::format("ec2:instance/{}", record_.instance));
}

// The tag is the only witness of the stop: it is ours until a look says otherwise.
void PowerMachine::recovered(const Value& input) {
  if (const auto at = parse_iso(text_at(input, "Since"))) record_.since = *at;
  record_.mark(text_at(input, "Mark"));
  record_.last_stop.ask(record_.since + kMarkPatience);
  record_.ours = true;
}

void PowerMachine::stop_leaves(const Value& payload, WallTime now) {
  record_.mark(text_at(payload, "Mark"));
  if (text_at(payload, "Stop") == record_.last_key) record_.last_stop.ask(time_of(payload, now));
}

void PowerMachine::signalled(const event::Signalled& signal, WallTime now, Commands& commands) {
  const auto stop = text_at(signal.payload, "Stop");
  if (signal.name == kPowerLeaving) return stop_leaves(signal.payload, now);
  if (signal.name == kPowerStopping) return stop_begins(signal.payload, now, commands);
  if (signal.name == kPowerAnswered && stop == record_.last_key)
    record_.last_stop.answer(time_of(signal.payload, now));
  if (signal.name == kPowerStarting) record_.run_starts = true;
  if (signal.name == kPowerOurs) record_.ours = true;
  if (signal.name == kPowerOurs || signal.name == kPowerNotOurs) record_.settle(stop);
  if (signal.name == kPowerDischarged && record_.owed()) return discharged(commands);
  if (record_.owed()) return;
  if (record_.has_ended()) return finish_with_nothing_owed(commands);
  commands.drop(str(kOverdue));
  if (!record_.acted) rest(commands);
}

void PowerMachine::discharged(Commands& commands) {
  record_.discharged = true;
  if (record_.has_ended()) return;
  if (!record_.acted) rest(commands);
  commands.pause(str(kOverdue), kStale);
}

void PowerMachine::stop_begins(const Value& payload, WallTime now, Commands& commands) {
  if (record_.discharged) record_.nothing_owed();
  const bool is_new = !record_.owed() || record_.run_starts;
  record_.doubt(text_at(payload, "Stop"));
  record_.stopper = text_at(payload, "Run");
  record_.last_key = text_at(payload, "Stop");
  record_.last_stop.ask(time_of(payload, now));
  record_.run_starts = false;
  if (!is_new) return;
  record_.since = now;
  record_.told_overdue = false;
  if (!record_.has_ended()) commands.pause(str(kOverdue), kStoppedMax);
}

void PowerMachine::overdue(WallTime now, Commands& commands) {
  if (!record_.owed() || record_.has_ended() || record_.is_acting()) return;
  record_.acting = now;
  record_.good_looks = 0;
  look(commands);
}

void PowerMachine::rest(Commands& commands) {
  record_.acting = {};
  for (const auto tag : {kLook, kStart, kAgain}) commands.drop(str(tag));
}

// ---- once it has ended ----

void PowerMachine::root_ended(WallTime now, Commands& commands) {
  for (const auto tag : {kOverdue, kMarkLater}) commands.drop(str(tag));
  record_.ended = now;
  if (!record_.owed()) return finish_with_nothing_owed(commands);
  rest(commands);
  record_.acting = now;
  record_.good_looks = 0;
  look(commands);
}

void PowerMachine::leased(WallTime now, Commands& commands) {
  record_.leased = true;
  if (!record_.has_ended()) return;
  rest(commands);
  record_.acting = now;
  look(commands);
}

void PowerMachine::woke(std::string_view tag, WallTime now, Commands& commands) {
  if (tag == kOverdue) return overdue(now, commands);
  if (tag == kMarkLater) return find_images(commands);
  look(commands);
}

// ---- looking ----

void PowerMachine::look(Commands& commands) const {
  commands.send(str(kLook),
                {"ec2", "DescribeInstances", single_id("InstanceIds", record_.instance), {}});
}

void PowerMachine::answered(const event::Answered& answered, WallTime now, Commands& commands) {
  const auto& answer = answered.answer;
  if (answered.tag == kFindImages) return mark_images(answered, commands);
  if (answered.tag == kMark) return answer ? void() : mark_later(commands);
  if (answered.tag == kLook) {
    if (answer) return looked(*answer, now, commands);
    if (says_not_found(answer.error())) return missed(now, commands);
    return failed(fmt::format("looking at it failed: {}", answer.error().text()), now, commands);
  }
  if (!answer)
    return failed(fmt::format("starting it failed: {}", answer.error().text()), now, commands);
  record_.acted = true;
  commands.pause(str(kAgain), kStartSettles);
}

void PowerMachine::looked(const Value& answer, WallTime now, Commands& commands) {
  const auto* instance = instance_in(answer, record_.instance);
  if (!instance) return missed(now, commands);
  record_.missed_looks = 0;
  record_.missed_since = {};
  const auto state = instance_state_in(answer, record_.instance);
  if (state == "shutting-down" || state == "terminated") return finish_marked("Gone", commands);
  if (state == "stopped" && record_.owed() && was_stopped_by_others(*instance, record_.last_stop))
    return left_to_others(*instance, now, commands);
  if (record_.discharged && (state == "stopped" || state == "running"))
    return seen_discharged(state == "running", *instance, now, commands);
  if (state == "stopped") return seen_stopped(*instance, now, commands);
  if (state == "stopping" || (state == "pending" && record_.acted)) {
    if (now - record_.acting >= kGiveUpAfter)
      return failed(fmt::format("it stays {}", state), now, commands);
    commands.pause(str(kAgain), state == "stopping" ? kStopSettles : kStartSettles);
    return;
  }
  seen_well(*instance, now, commands);
}

void PowerMachine::missed(WallTime now, Commands& commands) {
  if (record_.missed_looks++ == 0) record_.missed_since = now;
  if (now - record_.missed_since < kMissedForGood) {
    commands.pause(str(kAgain), kSecondLook * (1LL << std::min(record_.missed_looks - 1, 3)));
    return;
  }
  tell("Instance Left Stopped",
       fmt::format(
           "hikae had stopped it, and EC2 has not known it for {}: it was terminated, or the "
           "account, region or credentials are not those of the run. Look for it in the "
           "console.",
           human(now - record_.missed_since)),
       now, commands);
  finish_marked("Gone", commands);
}

bool PowerMachine::was_launched_since(const Value& instance) const {
  const auto launched = parse_iso(text_at(instance, "LaunchTime"));
  return launched && *launched > record_.since;
}

// By a person, or by the guest itself: not by a start that did not hold, and not by us. What EC2
// does not say counts for the run, which has seen it running.
bool PowerMachine::was_stopped_again(const Value& instance) const {
  const auto why = text_at(object_at(instance, "StateReason"), "Code");
  const bool on_purpose = why.empty() || why.ends_with("InitiatedShutdown");
  return on_purpose && (text_at(instance, "LaunchTime").empty() || was_launched_since(instance));
}

bool PowerMachine::is_proof(const Value& instance, WallTime now) const {
  return was_launched_since(instance) ||
         (now - record_.since >= kStale && record_.good_looks >= kLooksToBelieve);
}

void PowerMachine::seen_discharged(bool runs, const Value& instance, WallTime now,
                                   Commands& commands) {
  record_.good_looks = runs ? record_.good_looks + 1 : 0;
  if (runs && !is_proof(instance, now)) return commands.pause(str(kAgain), kSecondLook);
  if (!runs && !was_stopped_again(instance)) {
    record_.discharged = false;
    return seen_stopped(instance, now, commands);
  }
  record_.nothing_owed();
  if (record_.has_ended()) return finish_with_nothing_owed(commands);
  rest(commands);
}

void PowerMachine::seen_well(const Value& instance, WallTime now, Commands& commands) {
  ++record_.good_looks;
  if (!is_proof(instance, now)) return commands.pause(str(kAgain), kSecondLook);
  if (record_.acted) {
    tell("Instance Started Again",
         fmt::format("Instance {} runs again. Run {} had stopped it ({}) and {}.", record_.instance,
                     record_.root, record_.reason,
                     record_.has_ended() ? "ended without starting it"
                                         : "goes on, but had not started it in time"),
         now, commands);
    if (record_.has_ended()) return finish("StartedAgain", commands);
    record_.acted = false;
    record_.started_overdue = true;
    record_.nothing_owed();
    return rest(commands);
  }
  if (!record_.has_ended()) return rest(commands);
  finish("Running", commands);
}

// Whose the stop is that EC2 shows is proven; whether there ever was one of ours need not be.
void PowerMachine::left_to_others(const Value& instance, WallTime now, Commands& commands) {
  if (!record_.ours)
    tell("Instance Left Stopped",
         fmt::format("Instance {} is stopped and is left so. Run {} had asked EC2 to stop it at {} "
                     "({}) and was never told whether it did; by what EC2 says now it was stopped "
                     "later than that, by somebody else: {}. Start it if it is to run.",
                     record_.instance, record_.root, iso(record_.last_stop.asked), record_.reason,
                     text_at(instance, "StateTransitionReason")),
         now, commands);
  record_.nothing_owed();
  record_.acted = false;
  commands.drop(str(kOverdue));
  if (record_.has_ended()) return finish_with_nothing_owed(commands);
  rest(commands);
}

// ---- starting ----

void PowerMachine::seen_stopped(const Value& instance, WallTime now, Commands& commands) {
  if (!record_.owed()) return rest(commands);
  if (is_held(instance)) return seen_held(now, commands);
  record_.good_looks = 0;
  if (std::exchange(record_.acted, false))
    return failed("it was started, but fell back to stopped", now, commands);
  if (record_.has_ended() && !record_.leased) return behind_another(now, commands);
  if (!record_.has_ended()) tell_overdue(now, commands);
  start_it(commands);
}

void PowerMachine::start_it(Commands& commands) const {
  commands.send(str(kStart),
                {"ec2", "StartInstances", single_id("InstanceIds", record_.instance), {}});
}

void PowerMachine::seen_held(WallTime now, Commands& commands) {
  tell("Instance Left Stopped",
       fmt::format("Instance {} is stopped and is left alone, because it is tagged {}. Run {} had "
                   "stopped it ({}). Start it by hand when the hold is over.",
                   record_.instance, kHoldTag, record_.root, record_.reason),
       now, commands);
  if (record_.has_ended()) return finish_marked("Held", commands);
  rest(commands);
}

// The run that holds the lease may have stopped it itself: not a moment to start anything.
void PowerMachine::behind_another(WallTime now, Commands& commands) {
  const auto looks = record_.lease_looks++;
  if (looks >= kLooksBehind && (looks - kLooksBehind) % kLooksBehindAgain == 0)
    tell(
        "Instance Left Stopped",
        fmt::format("Instance {} is stopped. Run {} had stopped it ({}) and ended without starting "
                    "it, and another run of the same instance goes on, so hikae waits until that "
                    "has ended. Look at both runs; where the other one is stuck, cancel it.",
                    record_.instance, record_.root, record_.reason),
        now, commands);
  const auto pause = kSecondLook * (1LL << std::min(looks, 10));
  commands.pause(str(kAgain), std::min<Duration>(pause, kLongestRetry));
}

void PowerMachine::failed(std::string_view why, WallTime now, Commands& commands) {
  const auto attempts = ++record_.attempts;
  const bool gives_up = record_.has_ended() && now - record_.acting >= kGiveUpAfter;
  const auto next =
      std::min<Duration>(kFirstRetry * (1LL << std::min(attempts - 1, 10)), kLongestRetry);
  const bool is_power_of_two = (attempts & (attempts - 1)) == 0;
  if (is_power_of_two || gives_up)
    tell("Instance Left Stopped",
         fmt::format("Instance {} was stopped by run {} ({}), the run {}, and {} (attempt {}). {}",
                     record_.instance, record_.root, record_.reason,
                     record_.has_ended() ? "has ended" : "still goes on", why, attempts,
                     gives_up ? "hikae gives up: start it by hand."
                              : fmt::format("hikae tries again in {}.", human(next))),
         now, commands);
  if (gives_up) return finish_marked("GivenUp", commands);
  commands.pause(str(kAgain), next);
}

// ---- stopped for too long ----

void PowerMachine::tell_overdue(WallTime now, Commands& commands) {
  if (std::exchange(record_.told_overdue, true)) return;
  const bool spoils = !record_.run_starts;
  tell(
      "Instance Left Stopped",
      fmt::format("Instance {} has been stopped for {} by run {} ({}), which still goes on. hikae "
                  "starts it now. {}",
                  record_.instance, human(now - record_.since), record_.root, record_.reason,
                  spoils ? "The image of that run is marked hikae:consistency=unknown and does not "
                           "count as a backup. Look at what the run waits for, then make a backup "
                           "again."
                         : "The run has tried to start it too; its image is not touched by that."),
      now, commands);
  if (spoils) find_images(commands);
}

void PowerMachine::find_images(Commands& commands) const {
  const Object by_run{{"Name", "tag:hikae:run"}, {"Values", Array{Value(record_.stopper)}}};
  commands.send(
      str(kFindImages),
      {"ec2", "DescribeImages", Object{{"Owners", Array{"self"}}, {"Filters", Array{by_run}}}, {}});
}

void PowerMachine::mark_images(const event::Answered& found, Commands& commands) const {
  Array ids;
  if (found.answer)
    for (const auto& image : list_at(*found.answer, "Images"))
      ids.emplace_back(text_at(image, "ImageId"));
  if (ids.empty()) return mark_later(commands);
  const Object doubt{{"Key", "hikae:consistency"}, {"Value", "unknown"}};
  commands.send(
      str(kMark),
      {"ec2", "CreateTags", Object{{"Resources", std::move(ids)}, {"Tags", Array{doubt}}}, {}});
}

void PowerMachine::mark_later(Commands& commands) const {
  if (!record_.has_ended()) commands.pause(str(kMarkLater), kMarkAgain);
}

// ---- telling, ending ----

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

// ---- the instance's tag ----

void PowerMachine::unmark(Commands& commands) {
  if (record_.marks.empty() || record_.unmarking) return;
  record_.unmarking = true;
  const Object tag{{"Key", kStoppedByTag}, {"Value", record_.marks.front()}};
  commands.send(str(kUnmark),
                {"ec2",
                 "DeleteTags",
                 Object{{"Resources", Array{Value(record_.instance)}}, {"Tags", Array{tag}}},
                 {}});
}

void PowerMachine::unmarked(const Result<Value>& answer, WallTime now, Commands& commands) {
  record_.unmarking = false;
  if (record_.marks.empty()) return;
  const bool is_gone = answer || says_not_found(answer.error());
  if (!is_gone && ++record_.unmark_failures < kUnmarkFailuresMax) {
    record_.unmarking = true;
    return commands.pause(str(kUnmarkLater), kUnmarkAgain);
  }
  if (!is_gone)
    tell(kInstanceNotMarked,
         fmt::format("The tag {} could not be taken away from {}, though nothing is owed to it any "
                     "more: {}. Remove it by hand.",
                     kStoppedByTag, record_.instance, answer.error().text()),
         now, commands);
  record_.unmark_failures = 0;
  record_.marks.erase(record_.marks.begin());
  if (record_.marks.empty() && !record_.outcome.empty()) finish(record_.outcome, commands);
}

/// With the tag as it is: the instance is gone, or is left stopped.
void PowerMachine::finish_marked(std::string_view outcome, Commands& commands) {
  record_.marks.clear();
  finish(outcome, commands);
}

void PowerMachine::finish(std::string_view outcome, Commands& commands) {
  if (!record_.marks.empty()) {
    record_.outcome = outcome;
    return record_.nothing_owed();
  }
  commands.finish(Object{
      {"Outcome", outcome}, {"InstanceId", record_.instance}, {"Attempts", record_.attempts}});
}

void PowerMachine::finish_with_nothing_owed(Commands& commands) {
  finish(record_.started_overdue ? "StartedAgain" : "NothingOwed", commands);
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

}  // namespace hikae::runbook
