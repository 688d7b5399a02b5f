#include "window/overlap.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "window/occurrence.h"

namespace hikae::window {
namespace {

constexpr std::string_view kEarlierTag = "earlier:";
constexpr std::size_t kBlockersInReason = 3;
constexpr std::size_t kBlockersInEvent = 20;

std::string busy_key(std::string_view task, std::string_view target) {
  return target.empty() ? "task:" + str(task) : str(target);
}

Object busy_part(const Occurrence& o, std::size_t task, const Invocation& one) {
  return {{"Target", one.target},
          {"Task", o.definition.tasks[task].id},
          {"Run", one.run},
          {"Since", unix_ms(one.start)},
          {"IsCommand", o.definition.tasks[task].type == "RUN_COMMAND"}};
}

/// What runs says more than what waits, whichever of several tasks came first.
void add_busy(Occurrence& o, std::string_view execution, const Value& part) {
  const auto key = busy_key(text_at(part, "Task"), text_at(part, "Target"));
  const Busy found{str(execution), str(text_at(part, "Run")),
                   wall_ms(int_at(part, "Since").value_or(0)), is_true_at(part, "IsCommand")};
  const auto [at, is_new] = o.busy.emplace(key, found);
  if (!is_new && at->second.run.empty() && !found.run.empty()) at->second = found;
}

Object blocker_part(const Invocation& one, const Busy& busy) {
  Object part{{"instance", one.target}, {"window-execution-id", busy.occurrence}};
  if (!busy.run.empty()) part["execution-id"] = busy.run;
  if (busy.since != WallTime{}) part["since"] = iso(busy.since);
  return part;
}

std::string blockers_text(const std::vector<std::string>& reasons) {
  std::string text;
  for (std::size_t i = 0; i < std::min(reasons.size(), kBlockersInReason); ++i)
    text += (i ? "; " : "") + reasons[i];
  if (reasons.size() > kBlockersInReason)
    text += fmt::format("; and {} more", reasons.size() - kBlockersInReason);
  return text;
}

}  // namespace

void ask_earlier(Turn& turn, const Array& earlier) {
  turn.o.phase = Phase::Asking;
  for (const auto& id : earlier) {
    const MachineId machine{turn.scope, str(kOccurrenceKind), str(text_of(id))};
    turn.o.unanswered.push_back(machine.id);
    turn.commands.await_end(str(kEarlierTag) + machine.id, machine);
    turn.commands.signal(machine, "who-is-busy",
                         Object{{"To", occurrence_id(turn.o.definition.id, turn.o.instant)}});
  }
}

std::optional<std::string> take_busy(Turn& turn, const Value& payload) {
  auto& o = turn.o;
  const auto from = str(text_at(payload, "From"));
  if (std::erase(o.unanswered, from) == 0) return std::nullopt;
  turn.commands.drop(str(kEarlierTag) + from);
  const auto execution = text_at(payload, "Execution");
  for (const auto& part : list_at(payload, "Targets")) add_busy(o, execution, part);
  return is_true_at(payload, "Looking") ? str(execution) : std::string();
}

void take_earlier_end(Turn& turn, std::string_view tag) {
  if (tag.starts_with(kEarlierTag))
    std::erase(turn.o.unanswered, str(tag.substr(kEarlierTag.size())));
}

void report_busy(Turn& turn, std::string_view own_id, const Value& question) {
  const auto& o = turn.o;
  Array targets;
  for (std::size_t task = 0; task < o.tasks.size(); ++task)
    for (const auto& one : o.tasks[task].invocations)
      if (!is_final(one.status)) targets.push_back(busy_part(o, task, one));
  const bool is_looking = o.phase != Phase::Running && o.phase != Phase::Over;
  turn.commands.signal({turn.scope, str(kOccurrenceKind), str(text_at(question, "To"))}, "busy",
                       Object{{"From", own_id},
                              {"Execution", o.execution_id()},
                              {"Looking", is_looking},
                              {"Targets", std::move(targets)}});
}

const Busy* busy_with(const Occurrence& o, std::string_view task, std::string_view target) {
  const auto found = o.busy.find(busy_key(task, target));
  return found == o.busy.end() ? nullptr : &found->second;
}

std::string busy_reason(const Busy& busy) {
  if (busy.since == WallTime{})
    return fmt::format(
        "it waits for its turn in an earlier opening of this window that has not "
        "ended, execution {0}; end that: aws ssm cancel-maintenance-window-execution "
        "--window-execution-id {0}",
        busy.occurrence);
  if (busy.run.empty())
    return fmt::format(
        "the task of an earlier opening of this window has been running since {}, "
        "execution {}",
        iso(busy.since), busy.occurrence);
  if (busy.is_command)
    return fmt::format(
        "command {0} of an earlier opening of this window has been going on since "
        "{1}; end it: aws ssm cancel-command --command-id {0}",
        busy.run, iso(busy.since));
  return fmt::format(
      "run {0} of an earlier opening of this window has been going on since {1}; "
      "look: hikae show {0}; end it: hikae cancel {0}",
      busy.run, iso(busy.since));
}

void record_overlapping(Turn& turn) {
  auto& o = turn.o;
  std::set<std::string> instances;
  Array blocking;
  std::vector<std::string> reasons;
  for (std::size_t task = 0; task < o.tasks.size(); ++task)
    for (const auto& one : o.tasks[task].invocations) {
      const auto* busy = busy_with(o, o.definition.tasks[task].id, one.target);
      if (one.status != Status::SkippedOverlapping || !busy) continue;
      if (!one.target.empty() && !instances.insert(one.target).second) continue;
      record_target(turn, one.target);
      const auto whom = one.target.empty() ? o.definition.tasks[task].arn : one.target;
      reasons.push_back(fmt::format("{}: {}", whom, busy_reason(*busy)));
      if (blocking.size() < kBlockersInEvent) blocking.push_back(blocker_part(one, *busy));
    }
  if (reasons.empty()) return;
  Array listed;
  for (const auto& instance : instances) listed.emplace_back(instance);
  tell_problem(turn, {"Backup Skipped", std::move(listed), blockers_text(reasons), "overlap",
                      Object{{"blocking", std::move(blocking)}}});
}

}  // namespace hikae::window
